"""Our own estimate of time and material, for computers without a slicer."""

from heartwright.data import Solid
from heartwright.printing.estimate.bed import estimate_bed
from heartwright.printing.estimate.filament import estimate_filament
from heartwright.printing.estimate.record import Slicing
from heartwright.printing.estimate.resin import estimate_resin
from heartwright.printing.technologies import (
    FilamentProcess,
    Material,
    ResinProcess,
    Technology,
)


def estimate(
    solid: Solid, technology: Technology, material: Material, *, supports: bool
) -> Slicing:
    """Time and material of a solid whose third axis points up while it is printed.

    Supports are estimated for resin only; the answer says whether they are in it.
    """
    if isinstance(technology.process, ResinProcess):
        return estimate_resin(solid, technology, material, supports=supports)
    if isinstance(technology.process, FilamentProcess):
        return estimate_filament(solid, technology)
    return estimate_bed(solid, technology)


__all__ = ["Slicing", "estimate"]
