"""An aortic root whose annulus, hinges, sinuses and sinotubular junction are formulas.

Around one straight axis, from the outflow tract to the ascending aorta, the wall's radius is

    base(θ, z) + bulge(θ, z)

The base is the annulus' outline at z = 0 and below, and turns into a circle at the sinotubular
junction. The bulge of each sinus begins on the crown, the line where a leaflet would be attached:
it touches z = 0 at the three nadirs and rises to the commissures between them.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from jaxtyping import Float

from heartwright.data import Plane
from heartwright.samples.heart.fields import (
    Distances,
    Field,
    Vector,
    half_space,
    intersection,
    tube,
)
from heartwright.samples.heart.whole.tubes import (
    Angles,
    Frame,
    Heights,
    Outline,
    radial_tube,
    smooth_step,
)

CUSPS = ("right", "left", "non")  # coronary cusps, in the order of their angles
TRACT_MM, AORTA_MM = 26.0, 56.0  # below and above the annulus, where the tube is cut
_TAPER_MM = 5.0  # below the annulus, where the outflow tract's taper is stated
_SOFT_MM = 3.0  # how soon it sets in
_CREST_MM = 20.0  # from the sinotubular junction to the full ascending aorta


@dataclass(frozen=True, eq=False)
class Coronary:
    """Where an artery leaves its sinus, across the root's axis."""

    angle: float  # rad
    height_mm: float  # of its centre above the annulus
    radius_mm: float


@dataclass(frozen=True, eq=False)
class Root:
    """Angles are in `frame`: 0 is the right coronary cusp's nadir; the axis goes downstream."""

    frame: Frame  # origin: centre of the annulus
    outline: Outline  # of the annulus
    nadirs: Float[np.ndarray, "3"]  # rad, in the order of CUSPS, rising
    depths_mm: Float[np.ndarray, "3"]  # of the sinuses, beyond the base
    commissure_mm: float  # height
    junction_mm: float  # height of the sinotubular junction
    junction_radius_mm: float
    aorta_radius_mm: float
    taper: float  # radius of the outflow tract 5 mm below the annulus, relative to it, less 1
    sealed_mm: float  # how far below the annulus its outline goes on unchanged
    septum_mm: float  # length of the membranous septum
    left: Coronary
    right: Coronary

    @property
    def annulus(self) -> Plane:
        """The virtual basal ring."""
        return Plane(self.frame.origin, self.frame.axis)

    def plane(self, height_mm: float) -> Plane:
        """The plane across the axis at a height."""
        return Plane(self.frame.lifted(height_mm).origin, self.frame.axis)

    @cached_property
    def commissures(self) -> Float[np.ndarray, "3"]:
        """Angles, rad: each after the cusp of the same place (right, left, non)."""
        following = np.append(self.nadirs[1:], self.nadirs[0] + 2 * np.pi)
        return (self.nadirs + following) / 2

    @property
    def septum_angle(self) -> float:
        """The membranous septum lies below the commissure of the right and the non cusp."""
        return float(self.commissures[2])

    def radius(self, angles: Angles, heights: Heights) -> Distances:
        """The wall's distance from the axis, mm."""
        wall = self._base(angles, heights) + self._bulge(angles, heights)
        return wall.astype(np.result_type(angles, heights))

    def wall(self, angle: float, height_mm: float) -> Vector:
        """A point of the wall."""
        reach = float(self.radius(np.array([angle]), np.array([height_mm]))[0])
        return self.frame.point(angle, reach, height_mm)

    @cached_property
    def tract(self) -> Field:
        """Outflow tract, sinuses and ascending aorta, cut flat."""
        low, high = self.plane(-TRACT_MM), self.plane(AORTA_MM)
        return intersection(
            radial_tube(self.frame, self.radius),
            half_space(low.point, -low.normal),
            half_space(high.point, high.normal),
            blend_mm=2,
        )

    def stub(self, coronary: Coronary, length_mm: float) -> Field:
        """The first piece of an artery, from inside the sinus; its edges in the wall are sharp."""
        inside, end = (self._along(coronary, mm) for mm in (-5.0, length_mm))
        return tube(inside, end, radius_mm=coronary.radius_mm)

    def ostium(self, coronary: Coronary) -> Vector:
        """The centre of an artery's ostium: its axis on the wall."""
        return self.wall(coronary.angle, coronary.height_mm)

    def lower_edge(self, coronary: Coronary) -> Vector:
        """The lowest point of an ostium: the lowest line of the artery on the wall."""
        return self.wall(coronary.angle, coronary.height_mm - coronary.radius_mm)

    def _along(self, coronary: Coronary, beyond_mm: float) -> Vector:
        outward = self.frame.outward(np.array(coronary.angle))
        return self.ostium(coronary) + beyond_mm * outward

    def _base(self, angles: Angles, heights: Heights) -> Distances:
        below = np.minimum(heights + self.sealed_mm, 0) ** 2
        full = _TAPER_MM**2 / (_TAPER_MM**2 + _SOFT_MM**2)
        annulus = self.outline(angles) * (1 + self.taper / full * below / (below + _SOFT_MM**2))
        share = smooth_step(heights / self.junction_mm)
        beyond = smooth_step((heights - self.junction_mm) / _CREST_MM)
        widening = self.aorta_radius_mm - self.junction_radius_mm
        circle = self.junction_radius_mm + widening * beyond
        return (1 - share) * annulus + share * circle

    def _bulge(self, angles: Angles, heights: Heights) -> Distances:
        turns = np.interp(angles % (2 * np.pi), *self._knots)
        rise = np.sin(np.pi * turns) ** 2  # 0 at the nadirs, 1 at the commissures
        depth = self.depths_mm[np.rint(turns).astype(int) % 3] * (1 - rise)
        crown = self.commissure_mm * rise
        share = np.clip((heights - crown) / (self.junction_mm - crown), 0, 1)
        return depth * np.sin(np.pi * share)

    @cached_property
    def _knots(self) -> tuple[Float[np.ndarray, "knot"], Float[np.ndarray, "knot"]]:
        """Angles of the nadirs over a little more than one turn, and their count."""
        turn = 2 * np.pi
        return np.concatenate([self.nadirs, [self.nadirs[0] + turn]]), np.arange(4.0)
