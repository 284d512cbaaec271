"""Opening vessels: cut away one tube's end, and nothing else."""

import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float
from manifold3d import Manifold, OpType

from heartwright.anatomy.mesh.kernel import halved, parted, to_manifold, to_solid
from heartwright.anatomy.mesh.nearest import point_triangle
from heartwright.anatomy.mesh.offset import offset
from heartwright.data import GeometryError, InputError, Provenance, Solid

_FAR_MM = 5.0  # how far from the lumen a point may be given
_MOST = 0.5  # share of the lumen that one opening may take
_REACH, _SPARE_MM = 1.5, 0.5  # how far around the end the wall goes: in walls, plus millimetres
_ROUGH_MM = 1.0  # grid of that space
_LEAST_MM3 = 1e-3  # smaller pieces are rounding
_CRUMB = 0.01  # share of the wall below which a severed piece is a crumb of the cut

Vector = Float[np.ndarray, "3"]


@dataclass(frozen=True, eq=False)
class Opening:
    """A plane across a vessel: a point on it, and the direction out of the heart along the vessel.

    Raises:
        InputError: a coordinate is not a number, or the direction has no length.
    """

    point: Vector  # LPS mm
    normal: Vector  # LPS, of any length

    def __post_init__(self) -> None:
        if not np.isfinite([*self.point, *self.normal]).all():
            raise InputError(f"the opening {self} has coordinates that are not numbers.")
        if np.linalg.norm(self.normal) < 1e-9:
            raise InputError(
                f"the opening {self} has no direction; give a normal that points out of the vessel."
            )

    def __str__(self) -> str:
        return ",".join(f"{x:g}" for x in (*self.point, *self.normal))


def opened(
    shell: Manifold, lumen: Manifold, openings: Sequence[Opening], *, thickness_mm: float
) -> Manifold:
    """A wall without the ends of the vessels that the openings' planes cut off.

    Each cut leaves a flat ring.

    Raises:
        GeometryError: an opening's point is far from the lumen, its plane misses it, or the end
            would be more than half of it.
    """
    if not openings:
        return shell
    with ThreadPoolExecutor(os.cpu_count()) as pool:  # manifold3d lets go of Python's lock
        cutters = list(pool.map(lambda each: _cutter(lumen, each, thickness_mm), openings))
    _, rest = parted(shell, Manifold.batch_boolean(cutters, OpType.Add))
    return _without_crumbs(rest)


def _cutter(lumen: Manifold, opening: Opening, thickness_mm: float) -> Manifold:
    """The space that an opening clears.

    In front of the plane the lumen falls into pieces; the one nearest to the opening's point is
    the vessel's end. What goes is the part of the wall in front of the plane that surrounds this
    end, except what is also the wall of a neighbour (an appendage beside a vein, another branch).
    """
    end = _vessel_end(lumen, opening)
    reach = _REACH * thickness_mm + _SPARE_MM
    cutter, _ = halved(_around(end, reach), opening.point, opening.normal)
    near = lumen ^ _around(end, reach + thickness_mm)
    for neighbour in _neighbours(near, end, opening):
        cutter -= to_manifold(offset(_solid(neighbour), thickness_mm))
    return cutter


def _vessel_end(body: Manifold, opening: Opening) -> Manifold:
    """The piece of the lumen in front of the plane and nearest to the point."""
    pieces = _front_pieces(body, opening)
    if not pieces:
        raise GeometryError(
            f"the opening {opening} misses the lumen, which has nothing in front of its plane; "
            f"move the point back into the vessel."
        )
    far = _distance(pieces[0], opening.point)
    if far > _FAR_MM:
        raise GeometryError(
            f"the opening {opening} is {far:.1f} mm from the lumen in front of its plane; "
            f"choose a point inside the vessel and a normal that points out of the heart."
        )
    if pieces[0].volume() > _MOST * body.volume():
        raise GeometryError(
            f"the opening {opening} would cut away more than half of the lumen; "
            f"turn its normal round or move it towards the vessel's end."
        )
    return pieces[0]


def _front_pieces(body: Manifold, opening: Opening) -> list[Manifold]:
    """The pieces of a body in front of the plane, those nearest to the point first."""
    front, _ = halved(body, opening.point, opening.normal)
    pieces = [piece for piece in front.decompose() if piece.volume() > _LEAST_MM3]
    return sorted(pieces, key=lambda piece: _distance(piece, opening.point))


def _neighbours(near: Manifold, end: Manifold, opening: Opening) -> list[Manifold]:
    """What of the lumen near the end does not belong to it and must keep its wall.

    Parts that do not connect with the end, and other branches of its vessel beyond the plane.
    """
    parts = [part for part in near.decompose() if part.volume() > _LEAST_MM3]
    parts.sort(key=lambda part: -(part ^ end).volume())
    return parts[1:] + _front_pieces(parts[0], opening)[1:]


def _around(body: Manifold, distance_mm: float) -> Manifold:
    """The space around a body, roughly: nothing that is kept ends at its border."""
    return to_manifold(offset(_solid(body), distance_mm, coarsest_mm=_ROUGH_MM))


def _distance(body: Manifold, point: Vector) -> float:
    mesh = body.to_mesh64()
    corners = np.asarray(mesh.vert_properties)[np.asarray(mesh.tri_verts), :3]
    return float(point_triangle(np.broadcast_to(point, (len(corners), 3)), corners).min())


def _solid(body: Manifold) -> Solid:
    return to_solid(body, "the vessel's end", Provenance())


def _without_crumbs(shell: Manifold) -> Manifold:
    """The wall without the small pieces that a cut severed from it."""
    for piece in shell.decompose():
        if 0 < piece.volume() < _CRUMB * shell.volume():
            shell -= piece
    return shell
