"""How thick a printed vessel must be to give way as its tissue does."""

from dataclasses import dataclass
from math import inf

from heartwright.data import InputError
from heartwright.printing.technologies import TECHNOLOGIES, Figure

MPA_PER_MMHG = 133.322e-6
_THIN = 0.2  # wall over radius up to which a tube counts as thin


@dataclass(frozen=True)
class Match:
    """A material, and the wall that gives a tube of it the compliance asked for."""

    technology: str
    material: str
    thickness_mm: float
    modulus_mpa: Figure
    least_mm: Figure  # what the technology can print
    radius_mm: float

    @property
    def thin(self) -> bool:
        """Whether the wall is thin enough for the formula."""
        return self.thickness_mm <= _THIN * self.radius_mm

    @property
    def printable(self) -> bool:
        """Whether the technology can print so thin a wall."""
        return self.thickness_mm >= self.least_mm.value


def thickness_for(distensibility: float, *, radius_mm: float, modulus_mpa: float) -> float:
    """Wall (mm) of a tube whose area grows by a share of `distensibility` for each mmHg.

    A thin elastic tube free to move at its ends: ΔP r / t is the hoop stress, so that Δr / r =
    ΔP r / (E t) and (ΔA / A) / ΔP = 2 r / (E t). For small strains and one modulus; elastomers
    soften as they stretch.

    Raises:
        InputError: a quantity is not positive.
    """
    if not all(0 < value < inf for value in (distensibility, radius_mm, modulus_mpa)):
        raise InputError(
            f"a distensibility of {distensibility:g} /mmHg, a radius of {radius_mm:g} mm and a "
            f"modulus of {modulus_mpa:g} MPa are not possible; give positive numbers."
        )
    return 2 * radius_mm / (modulus_mpa * distensibility / MPA_PER_MMHG)


def matches(distensibility: float, *, radius_mm: float) -> tuple[Match, ...]:
    """Every material with a modulus on record, the thinnest wall last.

    Raises:
        InputError: a quantity is not positive.
    """
    found = [
        Match(
            technology.name,
            material.name,
            thickness_for(
                distensibility, radius_mm=radius_mm, modulus_mpa=material.modulus_mpa.value
            ),
            material.modulus_mpa,
            technology.wall_min_mm,
            radius_mm,
        )
        for technology in TECHNOLOGIES.values()
        for material in technology.materials
        if material.modulus_mpa is not None
    ]
    return tuple(sorted(found, key=lambda match: -match.thickness_mm))
