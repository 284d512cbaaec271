"""The left ventricle, its muscle, and the right heart as neighbours."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from heartwright.data import Plane
from heartwright.samples.heart.atrium import AORTA
from heartwright.samples.heart.fields import (
    Distances,
    Field,
    Points,
    Vector,
    half_space,
    intersection,
    joined,
    swept_ellipsoid,
    union,
    unit,
)
from heartwright.samples.heart.truth import first_exit
from heartwright.samples.heart.whole.atrium import LeftAtrium
from heartwright.samples.heart.whole.root import Root

DESCENDING_AORTA = AORTA
LEAFLET_MM = 2.0  # of the closed mitral valve, between atrium and ventricle
_THROUGH_MM = 3.0  # of the ventricle's blood into the atrium's, where the valve is open
_BELOW_MM = 10.0  # below the annulus, where the ventricle's cavity begins
_SEPTUM_MM, _FOSSA_MM = 3.5, 1.5  # thickness of the interatrial septum, and at the fossa
_APART_MM = 4.0  # between the right heart and other lumens
_TO_FOSSA = np.array([-0.82, -0.42, -0.22])  # from the atrium's centre
_HINGE_MM = 30.0  # from the ventricle's base to the middle of its cavity


@dataclass(frozen=True, eq=False)
class Disc:
    """A flat round place."""

    centre: Vector  # LPS mm
    normal: Vector  # unit
    radius_mm: float


@dataclass(frozen=True, eq=False)
class Ventricle:
    """The left ventricle below the root and the mitral valve."""

    root: Root
    mitral: Plane
    axis: Vector  # from base to apex
    width_mm: float  # semi-axis across
    length_mm: float  # semi-axis along
    wall_mm: float
    valve_open: bool

    @cached_property
    def cavity(self) -> Field:
        """The cavity without the outflow tract."""
        return intersection(self._egg(), *self._lids(), blend_mm=4)

    @cached_property
    def lumen(self) -> Field:
        """Cavity, outflow tract, root and ascending aorta: one body of blood."""
        return union(self.cavity, self.root.tract, blend_mm=5)

    @cached_property
    def muscle(self) -> Field:
        """The wall with the cavity in it; it ends where the membranous septum begins."""
        crest = self.root.plane(-self.root.septum_mm)
        outside = union(self._egg(), self.root.tract, blend_mm=5)

        def thick(points: Points) -> Distances:
            return outside(points) - self.wall_mm

        valve = half_space(self.mitral.point, -self.mitral.normal)
        return intersection(thick, half_space(crest.point, crest.normal), valve, blend_mm=1)

    def _egg(self) -> Field:
        """An egg that reaches into the atrium; lids close it at the base."""
        return swept_ellipsoid(
            self.middle - self.axis,
            self.middle,
            radii=np.array([self.width_mm, self.width_mm, self.length_mm]),
            up=np.array([1.0, 0.0, 0.0]) + 0.1,
        )

    @property
    def middle(self) -> Vector:
        """The cavity's centre."""
        base = (self.root.frame.origin + self.mitral.point) / 2
        return base + _HINGE_MM * self.axis

    def _lids(self) -> tuple[Field, Field]:
        below = self.root.plane(-_BELOW_MM)
        leaflet = -_THROUGH_MM if self.valve_open else LEAFLET_MM
        start = self.mitral.point + leaflet * self.mitral.normal
        return half_space(below.point, below.normal), half_space(start, -self.mitral.normal)


def fossa(rng: np.random.Generator, atrium: LeftAtrium) -> Disc:
    """Draw the fossa ovalis in the septum; its normal points into the left atrium."""
    radius_mm = rng.uniform(6, 10)
    ray = unit(_TO_FOSSA + rng.uniform(-0.08, 0.08, size=3))
    reach = float(first_exit(atrium.chamber, np.zeros((1, 3)), ray[None], reach_mm=60)[0])
    outward = gradient(atrium.chamber, reach * ray)
    return Disc(reach * ray + _FOSSA_MM / 2 * outward, -outward, radius_mm)


def right_atrium(atrium: LeftAtrium, ventricle: Ventricle, disc: Disc) -> Field:
    """Behind the septum, which is thin at the fossa."""
    centre = disc.centre - 19.0 * disc.normal
    chamber = swept_ellipsoid(
        centre - np.array([0.0, 0.0, 8.0]),
        centre + np.array([0.0, 0.0, 6.0]),
        radii=np.array([20.0, 19.0, 18.0]),
        up=disc.normal,
    )

    def beyond_septum(points: Points) -> Distances:
        away = np.linalg.norm(points - disc.centre.astype(points.dtype), axis=-1)
        thin = np.clip(2 - away / disc.radius_mm, 0, 1)  # 1 within the fossa, then rising
        wall = _SEPTUM_MM + (_FOSSA_MM - _SEPTUM_MM) * thin
        return wall - atrium.lumen(points)

    return _sharp(chamber, beyond_septum, _outside(ventricle.lumen, _APART_MM))


def right_ventricle(ventricle: Ventricle, right_of_atrium: Field) -> Field:
    """In front of the left ventricle's muscle."""
    centre = ventricle.root.frame.origin + np.array([2.0, -16.0, -34.0])
    chamber = swept_ellipsoid(
        centre + np.array([-10.0, 4.0, 4.0]),
        centre + np.array([18.0, -12.0, -14.0]),
        radii=np.array([22.0, 22.0, 18.0]),
        up=np.array([0.0, 0.0, 1.0]),
    )
    return _sharp(
        chamber,
        _outside(ventricle.muscle, 0.0),
        _outside(ventricle.lumen, _APART_MM),
        _outside(right_of_atrium, _APART_MM),
    )


def gradient(field: Field, point: Vector) -> Vector:
    """The direction in which a field rises fastest."""
    step = 1e-3 * np.eye(3)
    return unit(field(point + step) - field(point - step))


def _outside(field: Field, apart_mm: float) -> Field:
    """All that is farther from a body than a distance."""

    def apart(points: Points) -> Distances:
        return apart_mm - field(points)

    return apart


def _sharp(*fields: Field) -> Field:
    """What all fields share, with sharp edges."""
    inverse = joined(*(_outside(field, 0.0) for field in fields))
    return _outside(inverse, 0.0)
