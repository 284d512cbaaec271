"""The circumflex artery from its ostium past the appendage, and the right artery's first part."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from heartwright.data import Plane
from heartwright.samples.heart.fields import Field, Vector, bent_tube, joined, unit
from heartwright.samples.heart.whole.atrium import Neck
from heartwright.samples.heart.whole.root import Coronary, Root
from heartwright.samples.heart.whole.tubes import reach_mm

CIRCUMFLEX_MM = 1.6  # radius
_STUB_MM = 9.0  # straight from the ostium
_WALL_MM = 1.2  # between the artery and a chamber, at least
_BESIDE_NECK_MM = 1.8  # between the artery and the neck
_BESIDE_MM = 5.0  # straight beside the appendage, to both sides
_NODES = 12  # of each bend
_ROUNDS = 40
_STEP_MM = 1e-2  # of slopes
_GROOVE_MM = 24.0  # from the middle of the mitral valve to the artery in its groove

Path = Float[np.ndarray, "node 3"]


@dataclass(frozen=True, eq=False)
class Arteries:
    """Lumens of the coronary arteries; the stubs leave the root with sharp edges."""

    circumflex_point: Vector  # on its axis, in the plane of the appendage's ostium
    circumflex_path: Path  # from the left main artery's end past the appendage to the groove
    circumflex: Field
    left_main: Field
    right: Field


def arteries(root: Root, neck: Neck, mitral: Plane, obstacles: Field) -> Arteries:
    """Lead the arteries around the chambers.

    Args:
        root: where they start.
        neck: of the appendage; the circumflex crosses the ostium's plane opposite the ridge.
        mitral: the valve around which it ends.
        obstacles: blood that they stay out of.
    """
    start = _stub_end(root, root.left)
    before, point, after = beside_appendage(neck)
    if np.linalg.norm(after - start) < np.linalg.norm(before - start):
        before, after = after, before
    first = _led(start, before, obstacles)
    second = _led(after, _groove(after, after - point, mitral), obstacles)
    path = np.concatenate([first, point[None], second])
    right = _led(_stub_end(root, root.right), _right_end(root), obstacles)
    return Arteries(
        circumflex_point=point,
        circumflex_path=path,
        circumflex=bent_tube(path, radius_mm=CIRCUMFLEX_MM),
        left_main=root.stub(root.left, _STUB_MM),
        right=joined(
            root.stub(root.right, _STUB_MM), bent_tube(right, radius_mm=0.9 * root.right.radius_mm)
        ),
    )


def beside_appendage(neck: Neck) -> Float[np.ndarray, "3 3"]:
    """Where the artery runs straight beside the ostium; the middle is in the ostium's plane.

    It is opposite the ridge, and nowhere nearer to the ostium's centre.
    """
    rim = reach_mm(neck.outline, np.pi)
    point = neck.frame.point(np.pi, rim + _BESIDE_NECK_MM + CIRCUMFLEX_MM, 0.0)
    return point + _BESIDE_MM * np.array([[-1.0], [0.0], [1.0]]) * neck.frame.axes[1]


def _stub_end(root: Root, coronary: Coronary) -> Vector:
    return root.ostium(coronary) + _STUB_MM * root.frame.outward(np.array(coronary.angle))


def _groove(near: Vector, onwards: Vector, mitral: Plane) -> Vector:
    """A point farther along the groove around the mitral valve."""
    spoke = near + 3.0 * onwards - mitral.point
    spoke = unit(spoke - (spoke @ mitral.normal) * mitral.normal)
    return mitral.point + _GROOVE_MM * spoke


def _right_end(root: Root) -> Vector:
    return _stub_end(root, root.right) + np.array([-22.0, 2.0, -14.0])


def _led(start: Vector, end: Vector, obstacles: Field) -> Path:
    """A smooth way between two points that is pushed out of what it must not enter."""
    path = start + np.linspace(0, 1, _NODES)[:, None] * (end - start)
    for _ in range(_ROUNDS):
        path[1:-1] += 0.25 * (path[:-2] - 2 * path[1:-1] + path[2:])
        path[1:] += _push(path[1:], obstacles)
    return path


def _push(points: Path, obstacles: Field) -> Path:
    """How far each point must move, along the obstacles' steepest slope, to keep its distance."""
    steps = np.concatenate([np.zeros((1, 3)), _STEP_MM * np.eye(3), -_STEP_MM * np.eye(3)])
    values = obstacles(points[:, None] + steps)
    slope = (values[:, 1:4] - values[:, 4:]) / (2 * _STEP_MM)
    slope /= np.maximum(np.linalg.norm(slope, axis=1, keepdims=True), 1e-6)
    missing = np.maximum(CIRCUMFLEX_MM + _WALL_MM - values[:, :1], 0)
    return missing * slope
