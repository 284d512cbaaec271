"""Sockets for radio-opaque beads on the outside of a wall, around a plane.

Beads on the wall and CT before and after deployment give its circumferential strain, as in
JACC: Cardiovascular Imaging 2017;10:719–731.
"""

from dataclasses import dataclass, replace

import numpy as np
from jaxtyping import Float
from manifold3d import Manifold, OpType

from heartwright.anatomy.mesh.kernel import printable, to_manifold
from heartwright.anatomy.mesh.section import plane_frame, section
from heartwright.data import GeometryError, InputError, Plane, Solid

FEWEST, MOST = 6, 48  # beads: an ellipse takes five, and a ring has no room for more
DIAMETERS_MM = (0.4, 4.0)
MARKER_MM = 5.0  # how far the marker lies from the ring, along the plane's normal

_DEPTH = 0.6  # of a bead's diameter: its middle lies a tenth of it below the surface
_CLEARANCE_MM = 0.1  # socket's diameter − bead's
_REMAINING_MM = 0.4  # of the wall under a socket
_APART = 2.0  # bead diameters between neighbours
_ABOVE_MM = 2.0  # how far outside the wall a socket's space reaches
_LEAST_TAKEN = 0.9  # of a socket's volume below the surface it is meant for
_SEGMENTS = 32
_LEAST_MM3 = 1e-4

Points = Float[np.ndarray, "bead 3"]
Flat = Float[np.ndarray, "_ 2"]
Frame = Float[np.ndarray, "3 3"]
Vector = Float[np.ndarray, "3"]


@dataclass(frozen=True, eq=False)
class Sockets:
    """A wall with sockets, and where the beads' middles will lie in them."""

    solid: Solid
    ring: Points  # LPS mm, by angle from the plane's first axis
    marker: Vector  # breaks the ring's symmetry: which bead is the first


def sockets(wall: Solid, plane: Plane, *, count: int, diameter_mm: float) -> Sockets:
    """Cut round-bottomed sockets for beads into the outside of a wall, evenly by angle.

    The plane's point lies in the lumen; a socket points at it. One more socket, the marker's,
    lies 5 mm along the normal from the first.

    Raises:
        InputError: the number of beads or their diameter is not possible.
        GeometryError: there is no wall around the point, it is too thin, or beads would touch.
    """
    _check(count, diameter_mm)
    frame = plane_frame(plane.normal)
    turn = 2 * np.pi * np.arange(count) / count
    flat = np.stack([np.cos(turn), np.sin(turn)], axis=1)
    above = plane.point + MARKER_MM * frame[2]
    ring = _outside(wall, plane.point, frame, flat, diameter_mm)
    marker = _outside(wall, above, frame, flat[:1], diameter_mm)
    _check_room(ring, diameter_mm)
    places, ways = np.vstack([ring, marker]), np.vstack([flat, flat[:1]]) @ frame[:2]
    body = _cut(to_manifold(wall), places, ways, diameter_mm)
    noted = {**wall.provenance.parameters, "sockets": f"{count} and a marker, {diameter_mm:g} mm"}
    middles = places - (_DEPTH - 0.5) * diameter_mm * ways
    solid = printable(body, wall.name, replace(wall.provenance, parameters=noted))
    return Sockets(solid, middles[:-1], middles[-1])


def _check(count: int, diameter_mm: float) -> None:
    low, high = DIAMETERS_MM
    if not (FEWEST <= count <= MOST and low <= diameter_mm <= high):
        raise InputError(
            f"{count} beads of {diameter_mm:g} mm are not possible; choose {FEWEST} to {MOST} "
            f"beads of {low:g} to {high:g} mm."
        )


def _check_room(ring: Points, diameter_mm: float) -> None:
    apart = np.linalg.norm(np.roll(ring, -1, axis=0) - ring, axis=1).min()
    if apart < _APART * diameter_mm:
        raise GeometryError(
            f"beads of {diameter_mm:g} mm would lie {apart:.1f} mm apart and merge in a scan; "
            f"choose fewer or smaller ones."
        )


def _outside(wall: Solid, point: Vector, frame: Frame, flat: Flat, diameter_mm: float) -> Points:
    """Where rays from a point in the lumen come out of the wall around it."""
    loops = [(loop - point) @ frame[:2].T for loop in section(wall, point, frame[2])]
    if not loops:
        raise GeometryError("the plane of the beads misses the wall; give a point in its lumen.")
    crossings = np.array([_crossings(loops, way) for way in flat])
    inner, outer = crossings.T
    if not np.isfinite(outer).all():
        raise GeometryError(
            "the beads' point is not in a lumen with wall all around; give a point in the lumen, "
            "away from openings."
        )
    needed = _DEPTH * diameter_mm + _REMAINING_MM
    if (outer - inner).min() < needed:
        raise GeometryError(
            f"the wall is {(outer - inner).min():.2f} mm thick at a bead; beads of "
            f"{diameter_mm:g} mm take {needed:.2f} mm, so make it thicker or choose smaller beads."
        )
    places: Points = point + (outer[:, None] * flat) @ frame[:2]
    return places


def _crossings(loops: list[Flat], way: Float[np.ndarray, "2"]) -> tuple[float, float]:
    """How far a ray runs from the origin into the wall and out of it; inf where it does not."""
    start = np.concatenate(loops)
    end = np.concatenate([np.roll(loop, -1, axis=0) for loop in loops])
    side = np.array([-way[1], way[0]])
    here, there = start @ side, end @ side
    met = (here > 0) != (there > 0)
    share = here[met] / (here - there)[met]
    along = (start[met] + share[:, None] * (end - start)[met]) @ way
    ahead = np.sort(along[along > 0])
    return (ahead[0], ahead[1]) if len(ahead) and len(ahead) % 2 == 0 else (np.inf, np.inf)


def _cut(body: Manifold, places: Points, ways: Points, diameter_mm: float) -> Manifold:
    """The wall without the sockets, which open nothing else than its outside.

    A socket grown by what must remain of the wall leaves it on one side only.
    """
    hole, grown = _socket(diameter_mm, 0.0), _socket(diameter_mm, _REMAINING_MM)
    frames = [np.column_stack([plane_frame(w).T, p]) for p, w in zip(places, ways, strict=True)]
    meant = hole.trim_by_plane((0, 0, -1), 0).volume()
    for frame in frames:
        beside = (grown.transform(frame) - body).decompose()
        taken = (hole.transform(frame) ^ body).volume()
        if sum(one.volume() > _LEAST_MM3 for one in beside) != 1 or taken < _LEAST_TAKEN * meant:
            where = ",".join(f"{x:.1f}" for x in frame[:, 3])
            raise GeometryError(
                f"the socket at {where} would break through the wall or meet an edge or another "
                f"part; move the plane, or choose smaller beads or a thicker wall."
            )
    return body - Manifold.batch_boolean([hole.transform(f) for f in frames], OpType.Add)


def _socket(diameter_mm: float, grown_mm: float) -> Manifold:
    """The space of a socket at the origin: the wall lies below z = 0."""
    radius = (diameter_mm + _CLEARANCE_MM) / 2
    middle = (0, 0, radius - _DEPTH * diameter_mm)
    ball = Manifold.sphere(radius + grown_mm, _SEGMENTS).translate(middle)
    shaft = Manifold.cylinder(
        diameter_mm + _ABOVE_MM, radius + grown_mm, circular_segments=_SEGMENTS
    )
    return ball + shaft.translate(middle)
