"""The ridge between the appendage and the left superior vein, where nobody has marked it."""

import numpy as np
from jaxtyping import Float

from heartwright.data import Solid
from heartwright.planning.laa.chamber import Chamber, protrusions
from heartwright.planning.laa.neck import Section
from heartwright.planning.slicer import Slicer

Vector = Float[np.ndarray, "3"]
Curve = Float[np.ndarray, "corner 2"]

INSIDE_MM = 12.0  # of 1 to 2 cm: how far inside the ridge's tip WATCHMAN's plane meets the wall
_WIDE_MM = 16.0  # how far beside the neck the tip of the ridge may lie
_LOW_MM, _HIGH_MM = -12.0, 15.0  # along the neck's axis, from the neck's beginning


def ridge_point(lumen: Solid, body: Chamber, neck: Section) -> Vector | None:
    """A point of the appendage's wall 12 mm inside the tip of the ridge, if there is a ridge.

    In the plane through the neck's axis and the mouth of the nearest left vein, the tip is where
    the wall between the two comes nearest to the atrium; 12 mm are measured along the neck's axis.
    """
    part, *others = protrusions(body)
    left = [each for each in others if each.direction[0] > 0]
    if not left:
        return None
    vein = min(left, key=lambda each: float(np.linalg.norm(each.mouth - part.mouth)))
    start, axis = neck.plane.point, neck.plane.normal
    aside = vein.mouth - start
    aside = aside - (aside @ axis) * axis
    aside /= np.linalg.norm(aside)
    axes = np.column_stack([aside, axis])
    loops = Slicer(lumen).loops(start, np.cross(aside, axis))
    tips = [tip for loop in loops if (tip := _tip((loop - start) @ axes, neck.radius_mm))]
    if not tips:
        return None
    height = min(tips) + INSIDE_MM
    wall = [x for loop in loops for x in _crossed((loop - start) @ axes, height) if x > 0]
    return start + min(wall) * aside + height * axis if wall else None


def _tip(flat: Curve, radius_mm: float) -> float | None:
    """Lowest place of a curve's upper border beside the neck: height along the axis."""
    x, y = flat.T
    forward = np.roll(flat, -1, axis=0) - np.roll(flat, 1, axis=0)
    turn = np.sign(x @ np.roll(y, -1) - y @ np.roll(x, -1))
    faces_up = -turn * forward[:, 0] > 0  # anticlockwise: outside is on the right
    beside = (x > 0.8 * radius_mm) & (x < radius_mm + _WIDE_MM)
    near = beside & faces_up & (y > _LOW_MM) & (y < _HIGH_MM)
    return float(y[near].min()) if near.any() else None


def _crossed(flat: Curve, height: float) -> list[float]:
    """Where a curve crosses a height."""
    following = np.roll(flat, -1, axis=0)
    crosses = (flat[:, 1] < height) != (following[:, 1] < height)
    a, b = flat[crosses], following[crosses]
    share = (height - a[:, 1]) / (b[:, 1] - a[:, 1])
    return list(a[:, 0] + share * (b[:, 0] - a[:, 0]))
