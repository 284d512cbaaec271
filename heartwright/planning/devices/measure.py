"""What a family is sized by: which diameter of a section, and as which quantity."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from operator import attrgetter

from heartwright.data import Diameters


@dataclass(frozen=True)
class Measure:
    """A quantity that a section's diameter gives, `factor` · diameter ^ `power`."""

    name: str
    unit: str  # mm or mm²
    diameter: Callable[[Diameters], float]  # the section's diameter of this kind, mm
    factor: float = 1.0
    power: int = 1

    def of_circle(self, diameter_mm: float) -> float:
        """The quantity of a circle."""
        return float(self.factor * diameter_mm**self.power)

    def circle_mm(self, value: float) -> float:
        """Diameter of the circle that has this much of the quantity."""
        return float((value / self.factor) ** (1 / self.power))


LARGEST = Measure("largest diameter", "mm", attrgetter("d_max_mm"))
MEAN = Measure("mean diameter", "mm", attrgetter("d_mean_mm"))
PERIMETER = Measure("perimeter", "mm", attrgetter("d_perimeter_mm"), math.pi)
AREA = Measure("area", "mm²", attrgetter("d_area_mm"), math.pi / 4, 2)

MEASURES = {measure.name: measure for measure in (LARGEST, MEAN, PERIMETER, AREA)}
