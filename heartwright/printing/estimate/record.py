"""What slicing a model tells: time, material and layers, and who says so."""

from dataclasses import dataclass

OURS = "heartwright's estimator"


@dataclass(frozen=True)
class Slicing:
    """Time and material of one print, as PrusaSlicer or our own estimator finds them."""

    by: str
    seconds: float
    material_ml: tuple[float, ...]  # of each extruder; one number where there is one material
    layers: int | None  # None where the slicer does not say
    supports: bool  # counted in time and material

    @property
    def total_ml(self) -> float:
        """All material together, mL."""
        return sum(self.material_ml)
