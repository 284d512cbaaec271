"""Two calibrated views of a vessel to its middle and radius in space."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float
from scipy.interpolate import CubicSpline
from scipy.spatial.transform import Rotation

from heartwright.anatomy.imaging.angiography.bundle import Bundle, adjust
from heartwright.anatomy.imaging.angiography.camera import Camera, angle_between
from heartwright.anatomy.imaging.angiography.match import matched
from heartwright.anatomy.imaging.angiography.trace import Trace
from heartwright.data.errors import GeometryError

_ROUNDS = 3  # of matching, each with the gantry as the one before corrected it
_STEP_MM = 0.5  # between points of the result
_SAME_DEG = 5.0
_ALIKE_DEG = 30.0  # between views: below it depth is poorly seen
_FLAT_DEG = 10.0  # between vessel and epipolar plane: below it pairs slide along the vessel
_FLAT_SHARE = 0.2
_MISFIT_MM = 1.0
_TURN_DEG, _SHIFT_MM = 3.0, 6.0  # twice what a gantry's error is taken to be

Points = Float[np.ndarray, "point 3"]
Along = Float[np.ndarray, "point"]


@dataclass(frozen=True)
class Misfit:
    """How far the reconstructed middle falls beside the traced one, mm."""

    detector_mean_mm: float
    detector_max_mm: float
    isocentre_mean_mm: float
    isocentre_max_mm: float


@dataclass(frozen=True, eq=False)
class Reconstruction:
    """A vessel from its first end to its last, LPS mm about the isocentre."""

    points: Points
    radii: Along  # mm, of the circle as large as the ellipse with both views' half-widths
    misfits: tuple[Misfit, Misfit]  # reprojection error of each view
    view_angle_deg: float
    turn_deg: float  # correction of the second view, about the isocentre
    shift_mm: float
    determined: int  # motions of that correction, of six, which the views determine
    epipolar_share: float  # of the length that runs within 10° of an epipolar plane

    @property
    def warnings(self) -> tuple[str, ...]:
        """Why the result may be worse than its reprojection error tells."""
        return tuple(_warnings(self))


def reconstruct(cameras: Sequence[Camera], traces: Sequence[Trace]) -> Reconstruction:
    """The vessel whose two shadows were traced, from the same first end to the same last end.

    Pairs are found by dynamic programming along epipolar lines, then curve and gantry error are
    adjusted together (`bundle.adjust`). Half-widths are divided by the magnification; the circle
    of radius √(a·b) is as large as the ellipse whose half-axes a and b the two views see.

    Args:
        cameras: one for each of two views.
        traces: the shadows, in mm on the detectors about the central ray.

    Raises:
        GeometryError: the views are nearly alike or opposite, which shows no depth.
        ConvergenceError: the traces determine no curve.
    """
    angle = angle_between(*cameras)
    if angle < _SAME_DEG:
        raise GeometryError(
            f"the views differ by only {angle:.1f}° (or are opposite), which shows no depth; take "
            f"two that differ by {_ALIKE_DEG:.0f}° or more."
        )
    bundle = _adjusted(cameras, traces)
    corrected = (cameras[0], cameras[1].moved(bundle.turn, bundle.shift_mm))
    seen = list(zip(corrected, traces, bundle.feet, strict=True))
    widths = [t.width_at(feet) / c.magnification(bundle.points) for c, t, feet in seen]
    misfits = [_misfit(c, t, feet, bundle.points) for c, t, feet in seen]
    points, radii = _evenly(bundle.points, np.sqrt(widths[0] * widths[1]))
    return Reconstruction(
        points=points,
        radii=radii,
        misfits=(misfits[0], misfits[1]),
        view_angle_deg=angle,
        turn_deg=float(np.degrees(bundle.turn.magnitude())),
        shift_mm=float(np.linalg.norm(bundle.shift_mm)),
        determined=bundle.determined,
        epipolar_share=_epipolar_share(corrected, points),
    )


def _adjusted(cameras: Sequence[Camera], traces: Sequence[Trace]) -> Bundle:
    turn, shift = Rotation.identity(), np.zeros(3)
    for _ in range(_ROUNDS):
        points, feet = matched((cameras[0], cameras[1].moved(turn, shift)), traces)
        bundle = adjust(cameras, traces, Bundle(points, feet, turn, shift))
        turn, shift = bundle.turn, bundle.shift_mm
    return bundle


def _evenly(
    points: Points, radii: Along
) -> tuple[Float[np.ndarray, "even 3"], Float[np.ndarray, "even"]]:
    """The curve at even steps, from end to end."""
    along = np.concatenate([[0], np.cumsum(np.linalg.norm(np.diff(points, axis=0), axis=1))])
    even = np.linspace(0, along[-1], max(2, round(along[-1] / _STEP_MM)) + 1)
    return CubicSpline(along, points)(even), np.interp(even, along, radii)


def _misfit(camera: Camera, trace: Trace, feet: Along, points: Points) -> Misfit:
    apart = np.linalg.norm(camera.project(points) - trace.spline(feet), axis=1)
    within = apart / camera.magnification(np.zeros((1, 3)))
    return Misfit(*(float(x) for x in (apart.mean(), apart.max(), within.mean(), within.max())))


def _epipolar_share(cameras: Sequence[Camera], points: Points) -> float:
    tangent = np.gradient(points, axis=0)
    tangent /= np.linalg.norm(tangent, axis=1, keepdims=True)
    normal = np.cross(points - cameras[0].source, cameras[1].source - cameras[0].source)
    normal /= np.linalg.norm(normal, axis=1, keepdims=True)
    lift = np.abs((tangent * normal).sum(axis=1))
    return float((lift < np.sin(np.radians(_FLAT_DEG))).mean())


def _warnings(found: Reconstruction) -> Iterator[str]:
    if found.view_angle_deg < _ALIKE_DEG:
        yield (
            f"the views differ by only {found.view_angle_deg:.0f}°, so depth is poorly seen; "
            f"take two that differ by {_ALIKE_DEG:.0f}° or more."
        )
    if found.epipolar_share > _FLAT_SHARE:
        yield (
            f"{found.epipolar_share:.0%} of the vessel runs along epipolar planes, where the views "
            f"do not tell which points belong together; take a view from another side there."
        )
    if max(each.isocentre_mean_mm for each in found.misfits) > _MISFIT_MM:
        yield (
            "the two traces do not fit one curve; check that they show the same vessel from the "
            "same first to the same last end, in one phase of the heart."
        )
    if found.turn_deg > _TURN_DEG or found.shift_mm > _SHIFT_MM:
        yield (
            f"the views fit only after a turn of {found.turn_deg:.1f}° and a shift of "
            f"{found.shift_mm:.1f} mm; check the ends, and whether the table was moved in between."
        )
