"""A vessel's end: the wall's ring at a plane, and the model without what lies beyond it."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float
from manifold3d import CrossSection, Manifold

from heartwright.anatomy.mesh.kernel import halved
from heartwright.anatomy.mesh.opening import Opening
from heartwright.anatomy.mesh.section import plane_frame
from heartwright.data import GeometryError

Vector = Float[np.ndarray, "3"]
Loop = Float[np.ndarray, "_ 2"]

COLLAR_MM = 1.0  # how far behind the plane an adapter grips the vessel
LIP_MM = 0.05  # how far behind it a channel begins
_NEAR_MM = 3.0  # how far from the vessel's ring a point may be given
_RETREATS_MM = (0.0, 0.5, 1.0, 2.0)  # from the plane into the vessel
_LARGEST_END = 0.5  # share of the model that may lie beyond the cut


@dataclass(frozen=True, eq=False)
class Ring:
    """A vessel's wall cut across, in the plane's own two axes, both loops anticlockwise."""

    outer: Loop
    inner: Loop

    @property
    def wall_mm(self) -> float:
        """Mean thickness: area over mean circumference."""
        outer, inner = (np.pi * radius**2 for radius in (self._radius(0), self._radius(1)))
        return float((outer - inner) / (np.pi * (self._radius(0) + self._radius(1))))

    @property
    def radius_mm(self) -> float:
        """Radius of a circle of the lumen's area."""
        return self._radius(1)

    @property
    def centre(self) -> Float[np.ndarray, "2"]:
        """Centroid of the lumen's cross-section."""
        x, y = self.inner.T
        across = x * np.roll(y, -1) - y * np.roll(x, -1)
        sums = [(c + np.roll(c, -1)) @ across for c in (x, y)]
        return np.array(sums) / (3 * across.sum())

    def _radius(self, which: int) -> float:
        return float(np.sqrt(area((self.outer, self.inner)[which]) / np.pi))


@dataclass(frozen=True, eq=False)
class VesselEnd:
    """Where a vessel is cut across, and its rings 1 and 0.05 mm behind the cut."""

    at: Opening
    frame: Float[np.ndarray, "3 3"]  # its rows two directions in the plane and the unit normal
    seat: Vector  # the plane's point
    rings: tuple[Ring, Ring]

    def placed(self, body: Manifold) -> Manifold:
        """A body from the plane's own axes in LPS."""
        return body.transform(np.column_stack([self.frame.T, self.seat]))

    def beyond(self, body: Manifold) -> Manifold:
        """What of a body in LPS lies beyond the plane, but for the lip."""
        unit = self.frame[2]
        return body.trim_by_plane(tuple(unit), float(unit @ self.seat) + LIP_MM)


def ended(body: Manifold, at: Opening) -> tuple[Manifold, VesselEnd]:
    """A model cut across a vessel (what of this lies beyond is removed), and the vessel's end.

    An end that was cut at another angle is no whole ring at the plane; up to 2 mm behind it, it is.

    Raises:
        GeometryError: there is no vessel, or the plane would cut away most of the model.
    """
    frame = plane_frame(at.normal)
    for back in _RETREATS_MM:
        seat = at.point - back * frame[2]
        upright = body.transform(np.column_stack([frame, -frame @ seat]))
        rings = [_ring(upright, -depth) for depth in (COLLAR_MM, LIP_MM)]
        if rings[0] is not None and rings[1] is not None:
            end = VesselEnd(at, frame, seat, (rings[0], rings[1]))
            return _cut_off(body, upright, end), end
    raise GeometryError(
        f"there is no open vessel at {at}; give a point inside one, and wall the model first."
    )


def _cut_off(body: Manifold, upright: Manifold, end: VesselEnd) -> Manifold:
    """The model without the piece of the vessel that lies beyond the plane, if there is one.

    A model that was opened at the plane has none; to see that costs less than to part it.
    """
    up = np.array([0.0, 0.0, 1.0])
    if not any(map(_touches_origin, upright.trim_by_plane(tuple(up), 0.0).decompose())):
        return body
    front, back = halved(upright, np.zeros(3), up)
    gone = max(filter(_touches_origin, front.decompose()), key=lambda piece: piece.volume())
    if gone.volume() > _LARGEST_END * upright.volume():
        raise GeometryError(
            f"the plane {end.at} would cut away most of the model; turn its normal."
        )
    return end.placed(back + (front - gone))


def _touches_origin(piece: Manifold) -> bool:
    x0, y0, z0, x1, y1, _ = piece.bounding_box()
    around = max(x0, -x1, y0, -y1) <= _NEAR_MM
    return bool(around and z0 < LIP_MM and piece.volume() > 0)


def _ring(upright: Manifold, height: float) -> Ring | None:
    """The vessel's ring at a height, the one around or next to the axis, if there is one."""
    parts = [part.to_polygons() for part in upright.slice(height).decompose()]
    rings = [
        Ring(max(loops, key=area), max((loop[::-1] for loop in loops), key=area))
        for loops in parts
        if len(loops) > 1
    ]
    near = [ring for ring in rings if _gap(ring.inner) <= _NEAR_MM]
    return min(near, key=lambda ring: _gap(ring.inner), default=None)


def area(loop: Loop) -> float:
    """Area inside a loop that runs anticlockwise, negative inside one that runs clockwise."""
    x, y = loop.T
    return float(x @ np.roll(y, -1) - y @ np.roll(x, -1)) / 2


def _gap(loop: Loop) -> float:
    """Distance from the origin to a region; zero inside it."""
    disc = CrossSection.circle(1e-3, 8)
    if not (CrossSection([loop]) ^ disc).is_empty():
        return 0.0
    return float(np.linalg.norm(loop, axis=1).min())
