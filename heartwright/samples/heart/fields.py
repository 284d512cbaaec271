"""Shapes as functions: where a field is negative, there is blood.

Each field is a distance to first order, mm: exact on and next to the surface of its primitive, and
never steeper than 1 where primitives blend. After I. Quilez, "Distance functions" and "Smooth
minimum" (iquilezles.org), with the polynomial minimum, which leaves everything farther than the
blend untouched: that is why single vessels keep their exact diameters.
"""

from collections.abc import Callable
from functools import reduce
from itertools import pairwise

import numpy as np
from jaxtyping import Float

Points = Float[np.ndarray, "*point 3"]
Distances = Float[np.ndarray, "*point"]
Vector = Float[np.ndarray, "3"]
Field = Callable[[Points], Distances]


def unit(vector: Vector) -> Vector:
    """The direction of a vector."""
    return vector / np.linalg.norm(vector)


def swept_ellipsoid(start: Vector, end: Vector, *, radii: Vector, up: Vector) -> Field:
    """An ellipsoid drawn along a segment: an oval tube with rounded ends.

    Args:
        start: centre of the first ellipsoid, mm.
        end: centre of the last one, not `start`, mm.
        radii: semi-axes across the segment towards `up`, across it sideways, and along it, mm.
        up: a direction that is not along the segment.
    """
    length = float(np.linalg.norm(end - start))
    frame = _frame(end - start, up)

    def field(points: Points) -> Distances:
        across, aside, along = (_along(points, axis) - float(start @ axis) for axis in frame)
        return _ellipsoid((across, aside, along - np.clip(along, 0, length)), radii)

    return field


def tube(start: Vector, end: Vector, *, radius_mm: float) -> Field:
    """A round vessel from `start` to `end`, with a hemisphere on both ends."""
    return swept_ellipsoid(start, end, radii=np.full(3, float(radius_mm)), up=_across(end - start))


def half_space(point: Vector, normal: Vector) -> Field:
    """All that lies behind the plane through `point`; `normal` points out of it."""
    outward = unit(normal)

    def field(points: Points) -> Distances:
        return _along(points, outward) - float(point @ outward)

    return field


def union(*fields: Field, blend_mm: float) -> Field:
    """Fields joined with a fillet that is about `blend_mm` wide."""

    def field(points: Points) -> Distances:
        return reduce(lambda a, b: _smooth_minimum(a, b, blend_mm), (f(points) for f in fields))

    return field


def intersection(*fields: Field, blend_mm: float) -> Field:
    """What all fields share, with edges rounded over about `blend_mm`."""

    def field(points: Points) -> Distances:
        inside_out = (-f(points) for f in fields)
        return -reduce(lambda a, b: _smooth_minimum(a, b, blend_mm), inside_out)

    return field


def joined(*fields: Field) -> Field:
    """Fields joined with a sharp edge: each keeps its surface up to where they meet."""

    def field(points: Points) -> Distances:
        return reduce(np.minimum, (f(points) for f in fields))

    return field


def bent_tube(points: Float[np.ndarray, "node 3"], *, radius_mm: float) -> Field:
    """A round vessel along a polyline."""
    return joined(*(tube(a, b, radius_mm=radius_mm) for a, b in pairwise(points)))


def _smooth_minimum(a: Distances, b: Distances, blend_mm: float) -> Distances:
    overlap = np.maximum(blend_mm - np.abs(a - b), 0) / blend_mm
    return np.minimum(a, b) - overlap * overlap * (blend_mm / 4)


def _ellipsoid(local: tuple[Distances, Distances, Distances], radii: Vector) -> Distances:
    scaled = [x / float(r) for x, r in zip(local, radii, strict=True)]
    reach = np.sqrt(sum(x * x for x in scaled))  # 1 on the surface
    slope = np.sqrt(sum((x / float(r)) ** 2 for x, r in zip(scaled, radii, strict=True)))
    centre = 1e-12  # there the ratio tends to one of the radii, not to 0 / 0
    return (reach - 1) * np.maximum(reach, centre) / np.maximum(slope, centre / radii.min())


def _along(points: Points, direction: Vector) -> Distances:
    """How far each point lies along a direction; a matrix product is slower for three columns."""
    x, y, z = direction.tolist()
    return x * points[..., 0] + y * points[..., 1] + z * points[..., 2]


def _frame(axis: Vector, up: Vector) -> Float[np.ndarray, "3 3"]:
    """Directions as rows: towards `up` across the axis, sideways, and along it."""
    along = unit(axis)
    across = unit(up - (up @ along) * along)
    return np.stack([across, np.cross(along, across), along])


def _across(axis: Vector) -> Vector:
    return np.eye(3)[np.argmin(np.abs(axis))]
