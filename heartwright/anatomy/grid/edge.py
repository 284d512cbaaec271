"""From a scan's grey values to the place of an edge, where there is contrast."""

from typing import NamedTuple

import numpy as np
from jaxtyping import Bool, Float
from scipy import ndimage

from heartwright.anatomy.grid.field import Field, resampled
from heartwright.data import GeometryError, Volume

_BAND_MM = 2.0  # how far from the label an edge may lie
_RIM_MM = 1.0  # the blurred edge itself, which tells neither inside nor outside
_RING_MM = 2.0  # how far the immediate outside reaches: a wall; beyond 2.1 mm no distance is known
_LOCAL_MM = 2.0  # width of the window in which grey values are averaged
_DENOISE_MM = 0.4  # blur against noise; it moves an edge of radius 5 mm by 0.03 mm
_CONTRAST = (1.5, 3.0)  # contrast-to-noise ratios between which the scan takes over

Values = Float[np.ndarray, "i j k"]


class _Local(NamedTuple):
    mean: Values
    spread: Values


def sharpened(distance: Field, scan: Volume, *, what: str) -> Field:
    """The distance of a label, its zero moved onto the scan's edge where the scan shows one.

    The edge lies at half the level between the label's inside and its immediate outside, both
    averaged locally. Where the two hardly differ (a neighbour of equal brightness), farther than
    2 mm from the label, and beyond the scan, the label's own distance stays; in between they
    blend.

    Raises:
        GeometryError: the scan has no value near the surface of `what`.
    """
    grey = resampled(scan.values, scan.affine, distance.grid, order=1, outside=float("nan"))
    seen = np.isfinite(grey)
    if not seen[np.abs(distance.values) < _BAND_MM].any():
        raise GeometryError(
            f"the scan does not cover {what}; check that both are of the same patient and frame."
        )
    grey = np.where(seen, grey, 0)
    spacing = float(distance.grid.spacing[0])
    inside = _local(grey, seen & (distance.values < -_RIM_MM), spacing)
    around = (distance.values > _RIM_MM) & (distance.values < _RING_MM)
    outside = _local(grey, seen & around, spacing)
    step = inside.mean - outside.mean
    trust = seen * _ramp(np.abs(step) / (inside.spread + outside.spread + 1e-6), *_CONTRAST)
    trust *= 1 - _ramp(np.abs(distance.values), _BAND_MM / 2, _BAND_MM)
    calm = ndimage.gaussian_filter(grey, _DENOISE_MM / spacing)
    share = (calm - outside.mean) / np.where(np.abs(step) > 1e-6, step, 1)
    edge = (0.5 - np.clip(share, 0, 1)) * _BAND_MM
    return Field(distance.values + trust * (edge - distance.values), distance.affine)


def _local(grey: Values, where: Bool[np.ndarray, "i j k"], spacing_mm: float) -> _Local:
    """Mean and standard deviation of the grey values `where`, in a Gaussian window."""

    def averaged(values: Values) -> Values:
        return ndimage.gaussian_filter(values * where, _LOCAL_MM / spacing_mm)

    weight = np.maximum(averaged(np.ones_like(grey)), 1e-6)
    centre = float(grey[where].mean()) if where.any() else 0.0  # keeps float32 squares exact
    mean = averaged(grey - centre) / weight
    square = averaged((grey - centre) ** 2) / weight
    return _Local(mean + centre, np.sqrt(np.maximum(square - mean**2, 0)))


def _ramp(values: Values, low: float, high: float) -> Values:
    """0 below `low`, 1 above `high`, smooth between."""
    t = np.clip((values - low) / (high - low), 0, 1)
    return t * t * (3 - 2 * t)
