"""Scans to label maps: threshold, box, seeded growth, islands, cavities and necks."""

from heartwright.anatomy.segment.box import inside_box, reach
from heartwright.anatomy.segment.region import cut_mm2, fill, grow, islands, threshold
from heartwright.anatomy.segment.segment import segment

__all__ = ["cut_mm2", "fill", "grow", "inside_box", "islands", "reach", "segment", "threshold"]
