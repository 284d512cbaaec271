"""Planes through a solid: the curve they cut, and the pieces on either side."""

import numpy as np
from jaxtyping import Float
from manifold3d import Manifold

from heartwright.anatomy.mesh.kernel import halved, to_manifold, to_solid
from heartwright.anatomy.mesh.shells import bodies
from heartwright.data import InputError, Solid

Vector = Float[np.ndarray, "3"]
Pieces = tuple[Solid, ...]


def section(solid: Solid, point: Vector, normal: Vector) -> list[Float[np.ndarray, "vertex 3"]]:
    """The closed curves in which a plane cuts a solid, LPS mm; none where it misses.

    Seen against the normal, outer curves run anticlockwise and holes clockwise. The last vertex is
    not the first one again.

    Raises:
        InputError: the normal has no length.
    """
    frame = plane_frame(normal)
    upright = to_manifold(solid).transform(np.column_stack([frame, -frame @ point]))
    loops = upright.slice(0.0).to_polygons()
    return [np.column_stack([loop, np.zeros(len(loop))]) @ frame + point for loop in loops]


def split(solid: Solid, point: Vector, normal: Vector) -> tuple[Pieces, Pieces]:
    """The closed pieces of a solid in front of a plane (along its normal) and behind it.

    Raises:
        InputError: the normal has no length.
    """
    front, back = halved(to_manifold(solid), point, plane_frame(normal)[2])
    return _pieces(front, solid), _pieces(back, solid)


def plane_frame(normal: Vector) -> Float[np.ndarray, "3 3"]:
    """A right-handed frame, its rows two directions in the plane and the unit normal.

    Raises:
        InputError: the normal has no length.
    """
    length = np.linalg.norm(normal)
    if not length > 1e-9:
        raise InputError("the plane's normal has no length; give a direction.")
    unit = normal / length
    first = np.cross(unit, np.eye(3)[np.abs(unit).argmin()])
    first /= np.linalg.norm(first)
    return np.array([first, np.cross(unit, first), unit])


def _pieces(half: Manifold, like: Solid) -> Pieces:
    return () if half.is_empty() else bodies(to_solid(half, like.name, like.provenance))
