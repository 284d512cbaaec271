"""Measures of a field, found on the field itself: no voxel and no triangle is involved.

Rims are roots along rays in a plane, the depth is the farthest root along rays across it. All
lengths are good to 1e-3 mm, so that they can judge segmentation, meshing and planning.
"""

import numpy as np
from jaxtyping import Float

from heartwright.data import Diameters
from heartwright.samples.heart.fields import Field, Points, Vector

_RAYS = 512  # around a rim
_STEP_MM = 0.5  # of the search for a sign change along a ray
_WIDEST_MM = 25.0  # a rim, from a point inside
_DEEPEST_MM = 45.0  # a body, from a plane
_BISECTIONS = 24  # halves a step down to 3e-8 mm

Lengths = Float[np.ndarray, "ray"]


def rim(
    field: Field, point: Vector, normal: Vector, *, rays: int = _RAYS
) -> Float[np.ndarray, "{rays} 3"]:
    """Points of a vessel's rim in a plane, at equal angles around `point`, which lies inside.

    The rim must be seen from the point as a whole (star-shaped); vessels and necks are.
    """
    angles = np.arange(rays) * (2 * np.pi / rays)
    axes = across(normal)
    directions = np.stack([np.cos(angles), np.sin(angles)], axis=1) @ axes
    reach = first_exit(
        field, np.broadcast_to(point, directions.shape), directions, reach_mm=_WIDEST_MM
    )
    return point + reach[:, None] * directions


def section_measures(field: Field, point: Vector, normal: Vector) -> Diameters:
    """Diameters of a vessel in a plane, by the definitions of `Diameters`.

    The rim is a smooth periodic curve, so that the trapezoid rule and the derivative by Fourier
    series converge faster than any power of the number of rays.
    """
    flat = (rim(field, point, normal) - point) @ across(normal).T
    x, y = flat.T
    dx, dy = _derivative(x), _derivative(y)
    step = 2 * np.pi / len(flat)
    angles = np.arange(_RAYS // 2) * (np.pi / (_RAYS // 2))
    widths = np.ptp(flat @ np.stack([np.cos(angles), np.sin(angles)]), axis=0)
    least, greatest = float(widths.min()), float(widths.max())
    area = float(abs(x @ dy - y @ dx) * step / 2)
    return Diameters(
        d_min_mm=least,
        d_max_mm=greatest,
        d_mean_mm=(least + greatest) / 2,
        d_perimeter_mm=float(np.hypot(dx, dy).sum() * step / np.pi),
        d_area_mm=2 * float(np.sqrt(area / np.pi)),
    )


def depth_mm(field: Field, point: Vector, normal: Vector) -> float:
    """Greatest distance of a body from a plane, along the plane's normal.

    Parallel rays come down onto the body from far above the plane. Around the highest one they
    are narrowed, to a spacing of 5 µm, where a lobe's top is flat to better than 1e-6 mm.
    """
    top, nearest = point + _DEEPEST_MM * normal, np.inf
    half_width, rays = 36.0, 46
    while half_width > 1e-2:
        steps = np.linspace(-half_width, half_width, rays)
        u, v = (side.ravel() for side in np.meshgrid(steps, steps))
        starts = top + np.stack([u, v], axis=1) @ across(normal)
        fall = first_entry(field, starts, -normal, reach_mm=_DEEPEST_MM)
        best = int(np.nanargmin(fall))
        top, nearest = starts[best], fall[best]
        half_width, rays = 1.5 * (steps[1] - steps[0]), 21
    return _DEEPEST_MM - float(nearest)


def first_exit(field: Field, starts: Points, directions: Points, *, reach_mm: float) -> Lengths:
    """How far a ray runs until it leaves the body, mm; NaN where it does not."""
    return _first_root(field, starts, directions, reach_mm)


def first_entry(field: Field, starts: Points, direction: Vector, *, reach_mm: float) -> Lengths:
    """How far a ray runs until it meets the body, mm; NaN where it does not."""
    directions = np.broadcast_to(direction, starts.shape)
    return _first_root(lambda points: -field(points), starts, directions, reach_mm)


def across(normal: Vector) -> Float[np.ndarray, "2 3"]:
    """Two orthonormal directions in a plane, as rows."""
    first = np.cross(normal, np.eye(3)[np.argmin(np.abs(normal))])
    first /= np.linalg.norm(first)
    return np.stack([first, np.cross(normal, first)])


def _first_root(field: Field, starts: Points, directions: Points, reach_mm: float) -> Lengths:
    """The first change from negative to positive along each ray, by search and bisection."""
    lengths = np.arange(0, reach_mm + _STEP_MM, _STEP_MM)
    values = field(starts[:, None] + lengths[:, None] * directions[:, None])
    turns = (values[:, :-1] < 0) & (values[:, 1:] >= 0)
    low = lengths[turns.argmax(axis=1)]
    high = low + _STEP_MM
    for _ in range(_BISECTIONS):
        middle = (low + high) / 2
        inside = field(starts + middle[:, None] * directions) < 0
        low, high = np.where(inside, middle, low), np.where(inside, high, middle)
    return np.where(turns.any(axis=1), high, np.nan)


def _derivative(periodic: Lengths) -> Lengths:
    """Derivative of samples over one turn, by Fourier series."""
    waves = np.fft.rfftfreq(len(periodic), 1 / len(periodic))
    waves[-1] = 0  # the highest wave of an even number of samples has no derivative
    return np.fft.irfft(1j * waves * np.fft.rfft(periodic), len(periodic))
