"""The space curve, and the small error of the gantry, that explain both shadows of a vessel.

The curve is a cubic B-spline. A shadow's points say nothing of where along the vessel they lie, so
each sample of the curve is held only across the shadow, at the foot of its perpendicular, which
follows the curve as it moves; the two ends, which a person pointed at, are also held along it, more
loosely. The second view may turn about the isocentre and shift. A single vessel determines few of
these six motions (the ends' epipolar distances, and where the shadow touches an epipolar line), so
each has a prior: what the shadows do not determine stays where the gantry says. Gauss–Newton.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from jaxtyping import Float
from scipy.interpolate import BSpline
from scipy.linalg import solve
from scipy.spatial.transform import Rotation

from heartwright.anatomy.imaging.angiography.camera import Camera
from heartwright.anatomy.imaging.angiography.trace import Trace
from heartwright.data.errors import ConvergenceError

_ACROSS_MM = 0.3  # error of a shadow's middle, in the patient
_END_MM = 1.0  # error of an end along the vessel
_TURN_DEG = 1.5  # errors of a gantry's read-out: one to two degrees ...
_SHIFT_MM = 3.0  # ... and a few millimetres (usual figures; not read in a maker's document)
_BEND = 0.02  # weight of the third differences of the spline's coefficients: holds loose points
_KNOT_MM = 6.0  # between coefficients
_ROUNDS = 30
_STILL_MM = 1e-3

Points = Float[np.ndarray, "point 3"]
Along = Float[np.ndarray, "point"]
Rows = Float[np.ndarray, "row unknown"]
Values = Float[np.ndarray, "row"]


@dataclass(frozen=True, eq=False)
class Bundle:
    """A curve and the second view's correction."""

    points: Points
    feet: tuple[Along, Along]  # lengths along each shadow
    turn: Rotation  # of the vessel about the isocentre as the second view sees it
    shift_mm: Float[np.ndarray, "3"]
    determined: int = 0  # motions of six that the shadows tell better than the prior does


def adjust(cameras: Sequence[Camera], traces: Sequence[Trace], bundle: Bundle) -> Bundle:
    """Fit a curve to two shadows (mm on the detectors), from matched points on.

    Raises:
        ConvergenceError: they do not determine one.
    """
    basis = _basis(bundle.points)
    coefficients = np.linalg.lstsq(basis, bundle.points, rcond=None)[0]
    for _ in range(_ROUNDS):
        rows, values = _equations(cameras, traces, bundle, basis, coefficients)
        step = _solved(rows.T @ rows, -rows.T @ values)
        coefficients = coefficients + step[:-6].reshape(-1, 3)
        turn = Rotation.from_rotvec(step[-6:-3]) * bundle.turn
        moved = replace(
            bundle, points=basis @ coefficients, turn=turn, shift_mm=bundle.shift_mm + step[-3:]
        )
        change = np.abs(moved.points - bundle.points).max()
        bundle = replace(moved, feet=_feet(cameras, traces, moved))
        if change < _STILL_MM:
            break
    rows, _ = _equations(cameras, traces, bundle, basis, coefficients)
    return replace(bundle, determined=_determined(rows[:-6]))  # without the prior


def _solved(matrix: np.ndarray, values: np.ndarray) -> np.ndarray:
    try:
        return np.asarray(solve(matrix, values, assume_a="pos"))
    except np.linalg.LinAlgError as error:
        raise ConvergenceError(
            "the two traces do not determine a curve; trace more of the vessel, or choose views "
            "from other sides."
        ) from error


def _basis(points: Points) -> Float[np.ndarray, "point coefficient"]:
    """Cubic B-splines over the samples, a coefficient every few millimetres of the first guess."""
    length = np.linalg.norm(np.diff(points, axis=0), axis=1).sum()
    inner = int(np.clip(round(length / _KNOT_MM), 1, len(points) // 2)) + 1
    knots = np.concatenate([[0] * 3, np.linspace(0, 1, inner), [1] * 3])
    return BSpline.design_matrix(np.linspace(0, 1, len(points)), knots, 3).toarray()


def _equations(
    cameras: Sequence[Camera],
    traces: Sequence[Trace],
    bundle: Bundle,
    basis: Float[np.ndarray, "point coefficient"],
    coefficients: Float[np.ndarray, "coefficient 3"],
) -> tuple[Rows, Values]:
    """Derivatives and values of all that should be zero, each in units of its own error."""
    views = [_of_view(cameras, traces, bundle, basis, which) for which in (0, 1)]
    size = coefficients.size
    bend = np.kron(np.diff(np.eye(len(coefficients)), 3, axis=0), np.eye(3)) * _BEND / _ACROSS_MM
    prior = np.repeat([1 / np.radians(_TURN_DEG), 1 / _SHIFT_MM], 3)
    known = np.concatenate([bundle.turn.as_rotvec(), bundle.shift_mm])
    rows = [rows for rows, _ in views]
    rows += [np.pad(bend, ((0, 0), (0, 6))), np.pad(np.diag(prior), ((0, 0), (size, 0)))]
    values = [values for _, values in views]
    values += [bend @ coefficients.ravel(), prior * known]
    return np.concatenate(rows), np.concatenate(values)


def _of_view(
    cameras: Sequence[Camera],
    traces: Sequence[Trace],
    bundle: Bundle,
    basis: Float[np.ndarray, "point coefficient"],
    which: int,
) -> tuple[Rows, Values]:
    camera, feet = cameras[which], bundle.feet[which]
    turned = bundle.turn.apply(bundle.points)
    seen = turned + bundle.shift_mm if which else bundle.points
    matrix = bundle.turn.as_matrix() if which else np.eye(3)
    gap, tangent = _gap(camera, traces[which], seen, feet)
    normal = np.column_stack([-tangent[:, 1], tangent[:, 0]])
    magnification = camera.magnification(seen)[:, None]
    ends = [0, -1]
    directions = np.concatenate(
        [normal / magnification / _ACROSS_MM, (tangent / magnification / _END_MM)[ends]]
    )
    order = np.concatenate([np.arange(len(seen)), np.arange(len(seen))[ends]])
    values = (directions * gap[order]).sum(axis=1)
    by_seen = np.einsum("rf,rfx->rx", directions, camera.slopes(seen)[order])
    curve = np.einsum("rc,rx->rcx", basis[order], by_seen @ matrix).reshape(len(values), -1)
    motion = np.hstack([np.cross(turned[order], by_seen), by_seen]) * which
    return np.hstack([curve, motion]), values


def _gap(
    camera: Camera, trace: Trace, seen: Points, feet: Along
) -> tuple[Float[np.ndarray, "point 2"], Float[np.ndarray, "point 2"]]:
    """From the feet on a shadow to the projected points, and the shadow's directions there."""
    spline = trace.spline
    tangent = spline(feet, 1)
    tangent /= np.linalg.norm(tangent, axis=1, keepdims=True)
    return camera.project(seen) - spline(feet), tangent


def _feet(
    cameras: Sequence[Camera], traces: Sequence[Trace], bundle: Bundle
) -> tuple[Along, Along]:
    """Where perpendiculars from the projected points meet the shadows, in their order."""
    moved = bundle.turn.apply(bundle.points) + bundle.shift_mm
    first, second = (
        _followed(camera, trace, seen, feet)
        for camera, trace, seen, feet in zip(
            cameras, traces, (bundle.points, moved), bundle.feet, strict=True
        )
    )
    return first, second


def _followed(camera: Camera, trace: Trace, seen: Points, feet: Along) -> Along:
    gap, tangent = _gap(camera, trace, seen, feet)
    follow = np.clip(feet + (gap * tangent).sum(axis=1), 0, trace.length)
    follow[0], follow[-1] = 0, trace.length
    return np.maximum.accumulate(follow)


def _determined(rows: Rows) -> int:
    """How many motions the shadows, whatever the curve, tell better than the prior.

    The eigenvalues of the motions' information, the curve eliminated, in units of the prior's.
    """
    scale = np.repeat([np.radians(_TURN_DEG), _SHIFT_MM], 3)
    curve, motion = rows[:, :-6], rows[:, -6:] * scale
    rest = motion - curve @ _solved(curve.T @ curve, curve.T @ motion)
    return int((np.linalg.eigvalsh(rest.T @ rest) > 1).sum())
