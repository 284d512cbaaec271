"""A whole left heart, drawn at random, seen by CT, with the truth of every measure."""

from heartwright.samples.heart.whole.draw import DIASTOLE, SYSTOLE, Phase
from heartwright.samples.heart.whole.gaps import Gap, Seat, Slot
from heartwright.samples.heart.whole.heart import WholeHeart, whole_heart
from heartwright.samples.heart.whole.landmarks import Landmarks
from heartwright.samples.heart.whole.lobes import MORPHOLOGIES
from heartwright.samples.heart.whole.scan import SampleScan
from heartwright.samples.heart.whole.tissues import LABELS, Contrast
from heartwright.samples.heart.whole.truth import Section, Truth

__all__ = [
    "DIASTOLE",
    "LABELS",
    "MORPHOLOGIES",
    "SYSTOLE",
    "Contrast",
    "Gap",
    "Landmarks",
    "Phase",
    "SampleScan",
    "Seat",
    "Section",
    "Slot",
    "Truth",
    "WholeHeart",
    "whole_heart",
]
