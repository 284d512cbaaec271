"""A model in as many pieces as a printer's build volume asks for."""

import numpy as np
from jaxtyping import Float

from heartwright.anatomy.mesh.cut import cut_plane
from heartwright.anatomy.mesh.joints import Joints
from heartwright.anatomy.mesh.kernel import to_manifold
from heartwright.anatomy.mesh.shells import bodies
from heartwright.data import GeometryError, InputError, Solid

Vector = Float[np.ndarray, "3"]

_TRIED = 9  # places of a cut
_MOST_PIECES = 64
_SPARE_MM = 0.5  # between a piece and the box that it must fit


def fitting_pieces(
    solid: Solid, room_mm: Vector, *, joints: Joints | None = None
) -> tuple[Solid, ...]:
    """Closed pieces that each fit a box, which they may be turned into by quarters.

    The axis that is farthest too long is cut into as few pieces as will do; of the places where
    the cut may lie, the one with the least cut face is taken, or with joints the one with the most
    that has room for them. Pieces that a cut leaves apart are pieces of their own.

    Raises:
        InputError: the box is smaller than the joints.
        GeometryError: no place has room for the joints, or too many pieces would be needed.
    """
    usable = room_mm - _SPARE_MM - (joints.depth_mm if joints else 0.0)
    if not (usable > 1).all():
        raise InputError("the build volume is too small for the joints; choose smaller ones.")
    waiting, done = list(bodies(solid)), []
    while waiting:
        piece = waiting.pop()
        excess = _excess(piece, room_mm, usable)
        if excess is None:
            done.append(piece)
            continue
        if len(waiting) + len(done) >= _MOST_PIECES:
            raise GeometryError(
                f"{solid.name or 'the model'} would need more than {_MOST_PIECES} pieces; scale "
                f"it down or choose a larger printer."
            )
        for half in _halves(piece, *excess, joints):
            waiting.extend(bodies(half))
    return tuple(done)


def _excess(piece: Solid, room_mm: Vector, usable: Vector) -> tuple[int, float] | None:
    """The axis that is farthest too long for its side of the box, and that side; None if none."""
    size = np.ptp(piece.bounds, axis=0)
    order = np.argsort(size, kind="stable")
    if (size[order] <= np.sort(room_mm)).all():
        return None
    ratio = size[order] / np.sort(usable)
    worst = int(ratio.argmax())
    return int(order[worst]), float(np.sort(usable)[worst])


def _halves(piece: Solid, axis: int, side: float, joints: Joints | None) -> tuple[Solid, Solid]:
    """The piece cut across an axis, where one end fits the side and the rest needs no more cuts."""
    low, high = piece.bounds[:, axis]
    count = int(np.ceil((high - low) / side))
    window = np.linspace(high - (count - 1) * side, low + side, _TRIED + 2)[1:-1]
    if count == 1:  # too long only for the room that joints leave
        window = np.linspace(low, high, _TRIED + 2)[1:-1]
    normal = np.eye(3)[axis]
    places = sorted(window, key=lambda x: _face_mm2(piece, axis, x), reverse=joints is not None)
    refused: GeometryError | None = None
    for place in places:
        try:
            return cut_plane(piece, place * normal, normal, joints=joints)
        except GeometryError as reason:
            refused = reason
    raise refused or GeometryError("there is no place for a cut.")


def _face_mm2(piece: Solid, axis: int, place: float) -> float:
    """Area that a cut across an axis would have."""
    turn = np.roll(np.eye(3), 2 - axis, axis=0)  # a rotation that takes the axis to the third
    upright = to_manifold(piece).transform(np.column_stack([turn, np.zeros(3)]))
    return float(upright.slice(float(place)).area())
