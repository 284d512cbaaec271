"""Calcium on leaflets, annulus and outflow tract: ellipsoids apart from each other."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from heartwright.samples.heart.fields import Field, Vector, joined, swept_ellipsoid
from heartwright.samples.heart.whole.root import CUSPS, Root

SITES = ("leaflet", "annulus", "outflow tract")
_FLAT_MM = 1e-3  # an ellipsoid is drawn along a segment; this one is as short
_APART_MM = 0.5  # between two nodules, at least


@dataclass(frozen=True, eq=False)
class Nodule:
    """An ellipsoid of calcium."""

    site: str  # one of SITES
    cusp: str  # the nearest
    centre: Vector  # LPS mm
    radii_mm: Float[np.ndarray, "3"]
    up: Vector  # direction of the first semi-axis
    along: Vector  # direction of the last

    @property
    def volume_mm3(self) -> float:
        """Of the whole nodule, in lumen and wall."""
        return float(4 / 3 * np.pi * self.radii_mm.prod())

    @property
    def field(self) -> Field:
        """The nodule alone."""
        return swept_ellipsoid(
            self.centre, self.centre + _FLAT_MM * self.along, radii=self.radii_mm, up=self.up
        )


def nodules(root: Root, *, count: int, rng: np.random.Generator) -> tuple[Nodule, ...]:
    """Draw up to so many nodules that do not touch."""
    found: list[Nodule] = []
    for _ in range(count):
        drawn = _nodule(root, rng)
        if all(_apart(drawn, other) for other in found):
            found.append(drawn)
    return tuple(found)


def calcium(drawn: Sequence[Nodule]) -> Field:
    """All nodules together."""
    return joined(*(nodule.field for nodule in drawn))


def _nodule(root: Root, rng: np.random.Generator) -> Nodule:
    """Leaflets carry it inside the lumen, annulus and outflow tract in the wall."""
    site = SITES[int(rng.choice(3, p=[0.6, 0.2, 0.2]))]
    cusp = int(rng.integers(3))
    radii = np.sort(rng.uniform(1.0, 2.6, size=3))
    angle = float(root.nadirs[cusp] + rng.uniform(-0.5, 0.5))
    if site == "leaflet":
        height, beyond = rng.uniform(4, 9), -rng.uniform(1, 3) - radii[0]
    elif site == "annulus":
        height, beyond = rng.uniform(-0.5, 0.5), 0.3 + radii[0]
    else:
        height, beyond = -rng.uniform(5, 9), radii[0] - rng.uniform(0.3, 0.8)
    outward = root.frame.outward(np.array(angle))
    centre = root.wall(angle, float(height)) + beyond * outward
    return Nodule(site, CUSPS[cusp], centre, radii, outward, root.frame.axis)


def _apart(first: Nodule, second: Nodule) -> bool:
    reach = first.radii_mm.max() + second.radii_mm.max() + _APART_MM
    return bool(np.linalg.norm(first.centre - second.centre) > reach)
