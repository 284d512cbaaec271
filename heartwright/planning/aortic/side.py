"""On which side of the annulus the aorta lies, and whether the cusps follow one another rightly."""

import numpy as np
from jaxtyping import Float

from heartwright.data import InputError
from heartwright.planning.aortic.frame import Frame
from heartwright.planning.aortic.levels import lobes
from heartwright.planning.aortic.nadirs import Nadirs
from heartwright.planning.aortic.unroll import Unrolled

Vector = Float[np.ndarray, "3"]

_SINUS_MM = (3.0, 14.0)  # where sinuses bulge, from the annulus
_CLEAR_MM = 0.5  # by which one side must bulge more than the other
_UPRIGHT = 0.2  # least part of the normal along the body, to tell above from below
_ON_PLANE_MM = 1.0  # nearer points tell no side


def check_side(wall: Unrolled, nadirs: Nadirs, aortic: Float[np.ndarray, "_ 3"]) -> str:
    """Refuse cusps that run the wrong way round; the doubt that is left, or nothing.

    The aorta's side is told by points that lie on it (ostia, or one in the aorta), else by the
    side on which the wall bulges above the cusps, else by what lies higher in the body. The axis
    of `wall` points to where the aorta of rightly named cusps is.

    Raises:
        InputError: the points contradict one another, the order of the cusps is that of mirrored
            anatomy, or nothing tells the side.
    """
    told = _by_points(wall.frame, aortic) or _by_sinuses(wall, nadirs)
    upwards = _upwards(wall.frame.axis)
    side = told or upwards
    if side == 0:
        raise InputError(
            "nothing tells on which side of the annulus the aorta lies; give --aorta X,Y,Z, a "
            "point in the ascending aorta."
        )
    if side < 0:
        raise InputError(
            "seen from the aorta, the nadirs of left, right and non-coronary cusp run anticlockwise"
            ": two cusps are swapped, the scan is mirrored, or the aorta lies on the other side "
            "(then give --aorta X,Y,Z, a point in it); check the points and their frame (LPS or "
            "RAS)."
        )
    return (
        "The aorta lies below its annulus in the body's frame: check the scan's orientation."
        if upwards < 0
        else ""
    )


def _by_points(frame: Frame, aortic: Float[np.ndarray, "_ 3"]) -> int:
    heights = frame.heights(aortic)
    sides = {int(np.sign(h)) for h in heights if abs(h) > _ON_PLANE_MM}
    if len(sides) > 1:
        raise InputError(
            "the ostia and the point in the aorta lie on both sides of the annulus; check the "
            "points and their frame (LPS or RAS)."
        )
    return sides.pop() if sides else 0


def _by_sinuses(wall: Unrolled, nadirs: Nadirs) -> int:
    clover = lobes(wall, wall.frame.angles(nadirs.points))
    low, high = _SINUS_MM
    above, below = (clover[(side > low) & (side < high)] for side in (wall.heights, -wall.heights))
    if min(len(above), len(below)) == 0:
        return 0
    more = float(np.mean(above) - np.mean(below))
    return int(np.sign(more)) if abs(more) > _CLEAR_MM else 0


def _upwards(normal: Vector) -> int:
    return int(np.sign(normal[2])) if abs(normal[2]) > _UPRIGHT else 0
