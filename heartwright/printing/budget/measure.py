"""What editing did to a boundary, and what a scan's noise leaves open about it."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float
from scipy import ndimage

from heartwright.anatomy.mesh import distance, inside
from heartwright.data import GeometryError, LabelMap, Solid, Volume
from heartwright.printing.budget.boundary import Boundary

_CUT_MM = 1.0  # beyond it a model leaves a boundary on purpose: a vessel cut open, a part left out
_LEAST_KEPT = 0.2  # of the boundary that must lie on the model, and be seen in the scan
_INSIDE_MM = 1.5  # from the boundary, where only noise is left
_LEAST_INSIDE = 200  # voxels there
_CONTRAST = 2.0  # standard deviations of noise by which a voxel must differ from its neighbour


@dataclass(frozen=True)
class Editing:
    """Distance of a segmentation's boundary from the final model's surface, mm, over patches."""

    mean_mm: float  # of the sizes
    p95_mm: float
    bias_mm: float  # signed; positive where the lumen became larger
    cut_off: float  # share of the boundary that the model leaves on purpose, not counted


@dataclass(frozen=True)
class Uncertainty:
    """How far a threshold that is off by one standard deviation of noise moves a boundary."""

    sd_mm: float  # median over the boundary
    noise: float  # standard deviation, in the scan's unit
    no_contrast: float  # share of the boundary where the scan shows none; not counted


def editing(edge: Boundary, labels: LabelMap, label: int, model: Solid) -> Editing:
    """What meshing, smoothing, walls and cuts did to a label's boundary.

    Signed distances from the faces' centres to the model's surface are averaged over patches, so
    that the voxels' own steps do not count as errors. The model is the lumen itself or a wall
    around it.

    Raises:
        GeometryError: the model is not that of the label.
    """
    used, place = np.unique(edge.member, return_inverse=True)
    points = edge.points[used]
    signed = np.where(inside(model, points), 1.0, -1.0) * distance(points, model)
    if not _is_lumen(model, labels, label):  # inside its material is outside the lumen
        signed = -signed
    count = int(edge.patch.max()) + 1
    size = np.bincount(edge.patch, minlength=count)
    mean = np.bincount(edge.patch, signed[place], minlength=count) / size
    kept = np.abs(mean) <= _CUT_MM
    if kept.mean() < _LEAST_KEPT:
        raise GeometryError(
            f"only {kept.mean():.0%} of the segmentation's boundary lies on the model: check that "
            f"both are of the same structure, place and label."
        )
    return Editing(
        mean_mm=float(np.abs(mean[kept]).mean()),
        p95_mm=float(np.quantile(np.abs(mean[kept]), 0.95)),
        bias_mm=float(mean[kept].mean()),
        cut_off=float(1 - kept.mean()),
    )


def uncertainty(edge: Boundary, labels: LabelMap, label: int, scan: Volume) -> Uncertainty | None:
    """Noise over the grey values' slope at the boundary; None where a label has no inside.

    The scan is looked at on the label's own voxels. The slope is that of the patch's plane: along
    each axis the mean step from voxel to voxel across the boundary.

    Raises:
        GeometryError: the scan does not cover the label, or shows no contrast at it.
    """
    values = _on(labels, scan)
    noise = _noise(values, labels, label)
    if noise is None:
        return None
    step = values[tuple(edge.inner.T)] - values[tuple(edge.outer.T)]
    slopes = []
    for axis, width in enumerate(edge.grid.spacing):
        across = (edge.axis == axis).astype(float)
        slopes.append(edge.mean(step * across) / np.maximum(edge.mean(across), 1e-9) / width)
    slope = np.linalg.norm(slopes, axis=0)
    seen = slope * edge.grid.spacing.min() > _CONTRAST * noise
    if seen.mean() < _LEAST_KEPT:
        raise GeometryError(
            "the scan shows no contrast along the label's boundary; check that both fit."
        )
    return Uncertainty(float(np.median(noise / slope[seen])), noise, float(1 - seen.mean()))


def _is_lumen(model: Solid, labels: LabelMap, label: int) -> bool:
    """Whether the deepest place of a label is in the model's material."""
    depth = ndimage.distance_transform_edt(labels.mask(label), sampling=labels.grid.spacing)
    deepest = np.array(np.unravel_index(depth.argmax(), depth.shape))
    return bool(inside(model, labels.grid.to_lps(deepest[None].astype(float)))[0])


def _on(labels: LabelMap, scan: Volume) -> Float[np.ndarray, "i j k"]:
    """The scan's values at the label's voxels."""
    if labels.grid.shape == scan.grid.shape and np.allclose(labels.affine, scan.affine, atol=1e-4):
        return scan.values.astype(float)
    raise GeometryError(
        "the scan and the label map are on different grids; segment the scan itself, or resample "
        "one of them onto the other."
    )


def _noise(values: Float[np.ndarray, "i j k"], labels: LabelMap, label: int) -> float | None:
    """Robust standard deviation inside a structure, slow changes of brightness taken out."""
    depth = ndimage.distance_transform_edt(labels.mask(label), sampling=labels.grid.spacing)
    deep = depth > _INSIDE_MM
    if deep.sum() < _LEAST_INSIDE:
        return None
    weight = ndimage.gaussian_filter(deep.astype(float), 2.0)
    smooth = ndimage.gaussian_filter(np.where(deep, values, 0.0), 2.0) / np.maximum(weight, 1e-9)
    left = (values - smooth)[deep]
    return max(1.4826 * float(np.median(np.abs(left - np.median(left)))), 1e-6)
