"""Time and material where whole layers pass at a constant pace: powder beds and jetting."""

from heartwright.data import Solid
from heartwright.printing.estimate.record import OURS, Slicing
from heartwright.printing.technologies import BedProcess, Technology


def estimate_bed(solid: Solid, technology: Technology) -> Slicing:
    """Time by height, material by volume; unsintered powder and gel are not counted."""
    process = technology.process
    assert isinstance(process, BedProcess)
    low, high = solid.bounds[:, 2]
    hours = float(high - low) / process.pace_mm_h.value * (1 + process.cooling_share.value)
    layers = max(1, round(float(high - low) / technology.layer_mm.value))
    return Slicing(OURS, 3600 * hours, (solid.volume_mm3 / 1000,), layers, supports=False)
