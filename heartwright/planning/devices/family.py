"""What a device family is.

A family states its own plane and its own measure: families differ in both, and mixing them up is
the commonest error in published planners.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass

from heartwright.data import Diameters, InputError
from heartwright.planning.devices.body import Body, Outline
from heartwright.planning.devices.measure import Measure

APPENDAGE = "left atrial appendage"
AORTIC_VALVE = "aortic valve"

_ROUNDING = 1e-9  # an area or a perimeter comes as a diameter, and back with another last digit


@dataclass(frozen=True)
class Size:
    """A row of a sizing table, with where it was read."""

    name: str
    size_mm: float  # nominal diameter
    least: float  # smallest and
    most: float  # greatest value of the family's measure that it is for, both included
    nominal: float  # the device's own value of that measure
    source: str
    revision: str
    date: str  # when it was read, ISO 8601
    verified: bool  # read in the manufacturer's own document

    def takes(self, value: float) -> bool:
        """Whether a value of the family's measure lies in the row, limits included."""
        return self.least * (1 - _ROUNDING) <= value <= self.most * (1 + _ROUNDING)


@dataclass(frozen=True)
class Rule:
    """What a whole sizing table follows, so that a mistyped row stands out."""

    words: str
    diameters_mm: Callable[[float], tuple[float, float]]  # of a size, nominal diameter in mm


@dataclass(frozen=True)
class Need:
    """Room that a size asks for beside its measure; it excludes nothing and is told."""

    name: str  # as `cautions` takes what was measured: depth_mm, sinus_mm …
    words: str
    least_mm: Callable[[float, float], float]  # of nominal diameter and measured value
    verified: bool


@dataclass(frozen=True)
class Form:
    """What a family's devices look like and how hard they push; generic unless published."""

    outline: Callable[[Size], Outline]
    stiffness_n_per_mm: Callable[[Size], float]
    basis: str  # where outline and stiffness come from
    verified: bool = False


@dataclass(frozen=True)
class Family:
    """Sizes that share a site, a plane, a measure and a rule."""

    name: str
    site: str
    plane: str  # ostium, landing zone, annulus
    where: str  # how that plane is found
    by: Measure
    sizes: tuple[Size, ...]
    rule: Rule | None = None  # own devices may have none
    needs: tuple[Need, ...] = ()
    notes: tuple[str, ...] = ()  # what its user must know, a sentence each
    form: Form | None = None  # own devices may have none

    @property
    def measure(self) -> str:
        """Measure and plane in words."""
        return f"{self.by.name} of the {self.plane}"

    @property
    def unit(self) -> str:
        """Unit of the measure, and of the limits of every size."""
        return self.by.unit

    @property
    def limits(self) -> tuple[float, float]:
        """Smallest and greatest value of the measure that any size is for."""
        return min(s.least for s in self.sizes), max(s.most for s in self.sizes)

    def measured(self, section: Diameters) -> float:
        """The measure of a section in the family's plane.

        Raises:
            InputError: it is no positive number.
        """
        diameter = self.by.diameter(section)
        if not 0 < diameter < math.inf:
            raise InputError(
                f"{self.name} is sized by the {self.measure}, of which the section's diameter is "
                f"{diameter:g} mm; measure that section again."
            )
        return self.by.of_circle(diameter)

    def size(self, size_mm: float) -> Size:
        """The row of a nominal diameter.

        Raises:
            InputError: no such size is made.
        """
        for size in self.sizes:
            if size.size_mm == size_mm:
                return size
        made = ", ".join(f"{size.size_mm:g}" for size in self.sizes)
        raise InputError(f"{self.name} is not made in {size_mm:g} mm; its sizes are {made} mm.")

    def body(self, size_mm: float) -> Body:
        """The device of a nominal diameter as a body of revolution.

        Raises:
            InputError: no such size is made, or the family's outline is not known.
        """
        size = self.size(size_mm)
        if self.form is None:
            raise InputError(f"{self.name} has no outline; add one to the file that it is from.")
        outline, stiffness = self.form.outline(size), self.form.stiffness_n_per_mm(size)
        return Body(size.name, size_mm, *outline, stiffness, self.form.verified)
