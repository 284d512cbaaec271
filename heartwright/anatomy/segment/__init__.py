"""Scans to label maps: threshold, box, seeded growth, islands, cavities, necks and presets."""

from heartwright.anatomy.segment.box import inside_box, reach
from heartwright.anatomy.segment.picked import picked
from heartwright.anatomy.segment.presets import PRESETS, RADIUS_MM, Preset, Shaped, shaped
from heartwright.anatomy.segment.region import cut_mm2, fill, grow, islands, threshold
from heartwright.anatomy.segment.segment import segment
from heartwright.anatomy.segment.vessel import Opening

__all__ = [
    "PRESETS",
    "RADIUS_MM",
    "Opening",
    "Preset",
    "Shaped",
    "cut_mm2",
    "fill",
    "grow",
    "inside_box",
    "islands",
    "picked",
    "reach",
    "segment",
    "shaped",
    "threshold",
]
