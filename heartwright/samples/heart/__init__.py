"""A left atrium made by code, seen by CT, with the truth of every measure known."""

from heartwright.samples.heart.sample import SampleHeart, Sites, Truth, heart

__all__ = ["SampleHeart", "Sites", "Truth", "heart"]
