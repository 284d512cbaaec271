"""Hearts made by code, seen by CT, with the truth of every measure known."""

from heartwright.samples.heart.family import Member, member
from heartwright.samples.heart.root import calcified_root
from heartwright.samples.heart.sample import SampleHeart, Sites, Truth, heart

__all__ = ["Member", "SampleHeart", "Sites", "Truth", "calcified_root", "heart", "member"]
