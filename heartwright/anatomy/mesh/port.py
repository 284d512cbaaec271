"""Ports: a connector on a vessel's end, the lumen open through it."""

from dataclasses import dataclass, replace

import numpy as np
from jaxtyping import Float
from manifold3d import CrossSection, Manifold

from heartwright.anatomy.mesh.connectors import SEGMENTS, Connector, Kind, connector, turned
from heartwright.anatomy.mesh.kernel import halved, printable, to_manifold
from heartwright.anatomy.mesh.opening import Opening
from heartwright.anatomy.mesh.probe import distance
from heartwright.anatomy.mesh.section import plane_frame
from heartwright.data import GeometryError, Solid

Vector = Float[np.ndarray, "3"]
Loop = Float[np.ndarray, "_ 2"]

_COLLAR_MM = 1.0  # how far the adapter reaches back over the vessel
_GRIP_MM = 0.15  # how far it stands off the vessel's outside
_LIP_MM = 0.05  # how far its channel stays inside the lumen where it begins
_WALLS_MM = (1.0, 3.0)  # of a connector
_NEAR_MM = 3.0  # how far from the vessel's ring a point may be given
_RETREATS_MM = (0.0, 0.5, 1.0, 2.0)  # from the plane into the vessel
_STEEPEST = 1.0  # slope of the adapter: 45° prints without support
_ROOT_MM = 0.5  # how deep a peg stands in the wall
_LEAST_MM3 = 1e-2  # smaller overlaps are rounding
_LARGEST_END = 0.5  # share of the model that may lie beyond the cut


@dataclass(frozen=True, eq=False)
class _Ring:
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
        return float(np.sqrt(_area((self.outer, self.inner)[which]) / np.pi))


def port(solid: Solid, *places: Opening, kind: Kind, bore_mm: float) -> Solid:
    """Put a connector on each of some vessels of a walled model, one after the other.

    A vessel is cut at the plane (what of it lies beyond is removed), an adapter leads from its
    ring to the connector's round base, and the channel through both opens into the lumen. The
    connector follows the vessel's own axis, the line through the centroids of its cross-sections.
    A peg stands on the wall along the normal and opens nothing; `bore_mm` is then its diameter.

    Raises:
        InputError: no connector of this kind has such a bore.
        GeometryError: there is no vessel at the plane, or the port would meet another part.
    """
    body = to_manifold(solid)
    for at in places:
        if kind is Kind.peg:
            body = _with_peg(body, solid, at, connector(kind, bore_mm=bore_mm, wall_mm=0.0))
        else:
            body = _with_port(body, at, kind, bore_mm)
    everywhere = " and ".join(map(str, places))
    noted = {**solid.provenance.parameters, "port": f"{kind} {bore_mm:g} mm at {everywhere}"}
    return printable(body, solid.name, replace(solid.provenance, parameters=noted))


def _with_peg(body: Manifold, solid: Solid, at: Opening, peg: Connector) -> Manifold:
    if distance(at.point[None].astype(np.float64), solid)[0] > _NEAR_MM:
        raise GeometryError(f"the peg at {at} stands in the air; give a point on the surface.")
    placed = turned(peg.body, below_mm=_ROOT_MM).transform(_placement(at.point, at.normal))
    return body + placed


def _with_port(body: Manifold, at: Opening, kind: Kind, bore_mm: float) -> Manifold:
    frame = plane_frame(at.normal)
    upright, rings, seat = _seated(body, at, frame)
    fitting = connector(kind, bore_mm=bore_mm, wall_mm=float(np.clip(rings[1].wall_mm, *_WALLS_MM)))
    collar, channel = _adapter(rings, fitting, bore_mm / 2)
    if (collar.trim_by_plane((0, 0, 1), _LIP_MM) ^ upright).volume() > _LEAST_MM3:
        raise GeometryError(
            f"the port at {at} would run into another part of the model; move its plane outwards "
            f"or choose a shorter kind."
        )
    made = (upright + collar) - channel
    return made.transform(np.column_stack([frame.T, seat]))


def _seated(
    body: Manifold, at: Opening, frame: Float[np.ndarray, "3 3"]
) -> tuple[Manifold, list[_Ring], Vector]:
    """The model in the plane's frame and cut there, the vessel's rings, and the plane's point.

    An end that was cut at another angle is no whole ring at the plane; up to 2 mm behind it, it is.
    """
    for back in _RETREATS_MM:
        seat = at.point - back * frame[2]
        upright = _cut_off(body.transform(np.column_stack([frame, -frame @ seat])), at)
        rings = [_ring(upright, -depth) for depth in (_COLLAR_MM, _LIP_MM)]
        whole = [ring for ring in rings if ring is not None]
        if len(whole) == len(rings):
            return upright, whole, seat
    raise GeometryError(
        f"there is no open vessel at {at}; give a point inside one, and wall the model first."
    )


def _cut_off(upright: Manifold, at: Opening) -> Manifold:
    """The model without the piece of the vessel that lies beyond the plane z = 0."""
    front, back = halved(upright, np.zeros(3), np.array([0.0, 0.0, 1.0]))
    pieces = [piece for piece in front.decompose() if _touches_origin(piece)]
    if not pieces:
        return upright
    end = max(pieces, key=lambda piece: piece.volume())
    if end.volume() > _LARGEST_END * upright.volume():
        raise GeometryError(f"the plane {at} would cut away most of the model; turn its normal.")
    return back + (front - end)


def _touches_origin(piece: Manifold) -> bool:
    x0, y0, z0, x1, y1, _ = piece.bounding_box()
    around = max(x0, -x1, y0, -y1) <= _NEAR_MM
    return bool(around and z0 < _LIP_MM and piece.volume() > 0)


def _ring(upright: Manifold, height: float) -> _Ring | None:
    """The vessel's ring at a height, the one around or next to the axis, if there is one."""
    parts = [part.to_polygons() for part in upright.slice(height).decompose()]
    rings = [
        _Ring(max(loops, key=_area), max((loop[::-1] for loop in loops), key=_area))
        for loops in parts
        if len(loops) > 1
    ]
    near = [ring for ring in rings if _gap(ring.inner) <= _NEAR_MM]
    return min(near, key=lambda ring: _gap(ring.inner), default=None)


def _area(loop: Loop) -> float:
    """Area inside a loop that runs anticlockwise, negative inside one that runs clockwise."""
    x, y = loop.T
    return float(x @ np.roll(y, -1) - y @ np.roll(x, -1)) / 2


def _gap(loop: Loop) -> float:
    """Distance from the origin to a region; zero inside it."""
    disc = CrossSection.circle(1e-3, 8)
    if not (CrossSection([loop]) ^ disc).is_empty():
        return 0.0
    return float(np.linalg.norm(loop, axis=1).min())


def _adapter(rings: list[_Ring], fitting: Connector, bore: float) -> tuple[Manifold, Manifold]:
    """What is added around the vessel's end, and the channel that is taken out of it."""
    axis, centre = _axis(rings)
    height = max(2.0, abs(rings[1].radius_mm - bore) / _STEEPEST)
    place = _placement(centre + height * axis, axis)
    heights = (-_COLLAR_MM, 0.0)
    outside = [_lifted(_grown(r.outer, _GRIP_MM), z) for r, z in zip(rings, heights, strict=True)]
    inside = [
        _lifted(_grown(r.inner, grow), z)
        for r, z, grow in zip(rings, heights, (-_LIP_MM, 0.0), strict=True)
    ]
    base = _circle(fitting.base_radius_mm, place)
    collar = Manifold.hull_points(np.vstack([*outside, base]))
    collar += turned(fitting.body, below_mm=_LIP_MM).transform(place)
    if fitting.channel is None:
        return collar, Manifold()
    channel = Manifold.hull_points(np.vstack([*inside, _circle(bore, place)]))
    channel += turned(fitting.channel, below_mm=_LIP_MM, above_mm=1.0).transform(place)
    return collar, channel


def _axis(rings: list[_Ring]) -> tuple[Vector, Vector]:
    """The vessel's direction at the plane, and the centre of its lumen there."""
    back, here = ([*ring.centre, z] for ring, z in zip(rings, (-_COLLAR_MM, 0.0), strict=True))
    along = np.subtract(here, back)
    return along / np.linalg.norm(along), np.array(here)


def _grown(loop: Loop, distance_mm: float) -> Loop:
    return max(CrossSection([loop]).offset(distance_mm).to_polygons(), key=_area)


def _lifted(loop: Loop, height: float) -> Float[np.ndarray, "_ 3"]:
    return np.column_stack([loop, np.full(len(loop), height)])


def _circle(radius: float, place: Float[np.ndarray, "3 4"]) -> Float[np.ndarray, "_ 3"]:
    angles = np.arange(SEGMENTS) * (2 * np.pi / SEGMENTS)
    flat = np.column_stack([np.cos(angles), np.sin(angles), np.zeros(SEGMENTS)]) * radius
    return flat @ place[:, :3].T + place[:, 3]


def _placement(origin: Vector, axis: Vector) -> Float[np.ndarray, "3 4"]:
    """The transform that takes +z at the origin to an axis at a point."""
    return np.column_stack([plane_frame(axis).T, origin])
