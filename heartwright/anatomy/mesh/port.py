"""Ports: a connector on a vessel's end, the lumen open through it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from jaxtyping import Float
from manifold3d import CrossSection, Manifold, OpType

from heartwright.anatomy.mesh.connectors import SEGMENTS, Connector, Kind, connector, turned
from heartwright.anatomy.mesh.kernel import printable, to_manifold
from heartwright.anatomy.mesh.opening import Opening
from heartwright.anatomy.mesh.probe import distance
from heartwright.anatomy.mesh.section import plane_frame
from heartwright.anatomy.mesh.vessel_end import (
    COLLAR_MM,
    LIP_MM,
    Loop,
    Ring,
    Vector,
    VesselEnd,
    area,
    ended,
)
from heartwright.data import GeometryError, Solid

_GRIP_MM = 0.15  # how far the adapter stands off the vessel's outside
_WALLS_MM = (1.0, 3.0)  # of a connector
_NEAR_MM = 3.0  # how far from the surface a peg may be given
_STEEPEST = 1.0  # slope of the adapter: 45° prints without support
_ROOT_MM = 0.5  # how deep a peg stands in the wall
_LEAST_MM3 = 1e-2  # smaller overlaps are rounding


@dataclass(frozen=True, eq=False)
class _Port:
    """What is added around a vessel's end, and the channel that is taken out, both in LPS."""

    end: VesselEnd
    collar: Manifold
    channel: Manifold


def port(solid: Solid, *places: Opening, kind: Kind, bore_mm: float) -> Solid:
    """Put a connector on each of some vessels of a walled model.

    A vessel is cut at the plane (what of it lies beyond is removed), an adapter leads from its
    ring to the connector's round base, and the channel through both opens into the lumen. The
    connector follows the vessel's own axis, the line through the centroids of its cross-sections.
    A peg stands on the wall along the normal and opens nothing; `bore_mm` is then its diameter.

    Raises:
        InputError: no connector of this kind has such a bore.
        GeometryError: there is no vessel at a plane, or a port would meet another part.
    """
    body = to_manifold(solid)
    if kind is Kind.peg:
        peg = connector(kind, bore_mm=bore_mm, wall_mm=0.0)
        body = _united([body, *(_peg(solid, at, peg) for at in places)])
    else:
        body = _with_ports(body, places, kind, bore_mm)
    everywhere = " and ".join(map(str, places))
    noted = {**solid.provenance.parameters, "port": f"{kind} {bore_mm:g} mm at {everywhere}"}
    return printable(body, solid.name, replace(solid.provenance, parameters=noted))


def _peg(solid: Solid, at: Opening, peg: Connector) -> Manifold:
    if distance(at.point[None].astype(np.float64), solid)[0] > _NEAR_MM:
        raise GeometryError(f"the peg at {at} stands in the air; give a point on the surface.")
    return turned(peg.body, below_mm=_ROOT_MM).transform(_placement(at.point, at.normal))


def _with_ports(body: Manifold, places: Sequence[Opening], kind: Kind, bore_mm: float) -> Manifold:
    """All ports in one boolean: the model is large, and each of them is not."""
    ends = []
    for at in places:
        body, end = ended(body, at)
        ends.append(end)
    ports = [_port(end, kind, bore_mm) for end in ends]
    for number, one in enumerate(ports):
        _check_room(body, one, ports[:number])
    solid = _united([body, *(one.collar for one in ports)])
    return solid - _united([one.channel for one in ports])


def _port(end: VesselEnd, kind: Kind, bore_mm: float) -> _Port:
    wall_mm = float(np.clip(end.rings[1].wall_mm, *_WALLS_MM))
    fitting = connector(kind, bore_mm=bore_mm, wall_mm=wall_mm)
    collar, channel = _adapter(end.rings, fitting, bore_mm / 2)
    return _Port(end, end.placed(collar), end.placed(channel))


def _check_room(body: Manifold, one: _Port, others: Sequence[_Port]) -> None:
    """Refuse a port that another has left no vessel for, or that meets more than its vessel."""
    met = one.collar ^ body
    if met.volume() < _LEAST_MM3:
        raise GeometryError(
            f"the vessel at {one.end.at} is cut away for another port; give one plane a vessel."
        )
    meets = [one.end.beyond(met), *(one.collar ^ other.collar for other in others)]
    if any(shared.volume() > _LEAST_MM3 for shared in meets):
        raise GeometryError(
            f"the port at {one.end.at} would run into another part of the model; move its plane "
            f"outwards or choose a shorter kind."
        )


def _united(bodies: Sequence[Manifold]) -> Manifold:
    return Manifold.batch_boolean(list(bodies), OpType.Add)


def _adapter(
    rings: tuple[Ring, Ring], fitting: Connector, bore: float
) -> tuple[Manifold, Manifold]:
    """What is added around the vessel's end, and the channel, in the plane's own axes."""
    axis, centre = _axis(rings)
    height = max(2.0, abs(rings[1].radius_mm - bore) / _STEEPEST)
    place = _placement(centre + height * axis, axis)
    deep, here = rings
    outside = [
        _lifted(_grown(deep.outer, _GRIP_MM), -COLLAR_MM),
        _lifted(_grown(here.outer, _GRIP_MM), 0.0),
    ]
    inside = [  # deeper than the collar, so that no two faces lie in one plane
        _lifted(_grown(deep.inner, -LIP_MM), -COLLAR_MM - LIP_MM),
        _lifted(here.inner, 0.0),
    ]
    base = _circle(fitting.base_radius_mm, place)
    collar = Manifold.hull_points(np.vstack([*outside, base]))
    collar += turned(fitting.body, below_mm=LIP_MM).transform(place)
    if fitting.channel is None:
        return collar, Manifold()
    channel = Manifold.hull_points(np.vstack([*inside, _circle(bore, place)]))
    channel += turned(fitting.channel, below_mm=LIP_MM, above_mm=1.0).transform(place)
    return collar, channel


def _axis(rings: tuple[Ring, Ring]) -> tuple[Vector, Vector]:
    """The vessel's direction at the plane, and the centre of its lumen there."""
    back, here = ([*ring.centre, z] for ring, z in zip(rings, (-COLLAR_MM, 0.0), strict=True))
    along = np.subtract(here, back)
    return along / np.linalg.norm(along), np.array(here)


def _grown(loop: Loop, distance_mm: float) -> Loop:
    return max(CrossSection([loop]).offset(distance_mm).to_polygons(), key=area)


def _lifted(loop: Loop, height: float) -> Float[np.ndarray, "_ 3"]:
    return np.column_stack([loop, np.full(len(loop), height)])


def _circle(radius: float, place: Float[np.ndarray, "3 4"]) -> Float[np.ndarray, "_ 3"]:
    angles = np.arange(SEGMENTS) * (2 * np.pi / SEGMENTS)
    flat = np.column_stack([np.cos(angles), np.sin(angles), np.zeros(SEGMENTS)]) * radius
    return flat @ place[:, :3].T + place[:, 3]


def _placement(origin: Vector, axis: Vector) -> Float[np.ndarray, "3 4"]:
    """The transform that takes +z at the origin to an axis at a point."""
    return np.column_stack([plane_frame(axis).T, origin])
