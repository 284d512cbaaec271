"""From a label's voxels to a smooth signed distance."""

import numpy as np
from jaxtyping import Bool, Float
from scipy import ndimage
from scipy.special import ndtri

from heartwright.anatomy.grid.field import Field, isotropic, resampled
from heartwright.data import Grid

_LEAST_BLUR = 0.7  # voxels: below it the blurred label still shows its steps
_FARTHEST = 1e-3  # share of the label: beyond it (3.1 σ) the blur tells no distance any more


def smooth_distance(
    mask: Bool[np.ndarray, "i j k"],
    affine: Float[np.ndarray, "4 4"],
    *,
    smoothing_mm: float,
    spacing_mm: float,
) -> Field:
    """Signed distance to a label's surface, mm, negative inside, on an isotropic grid.

    A plane blurred by a Gaussian of width σ is the normal distribution's integral of distance / σ;
    its inverse is therefore the exact distance at a plane, sub-voxel and linear through zero,
    which is what interpolation wants. A distance transform of the voxels is neither: it is biased
    by half a voxel and keeps their steps.

    The mask needs a margin of at least 3 σ of background, σ being the greater of `smoothing_mm`
    and 0.7 voxels along each axis.
    """
    grid = Grid(mask.shape, affine)
    sigma = blur_mm(grid.spacing, smoothing_mm)
    blurred = ndimage.gaussian_filter(mask.astype(np.float32), sigma / grid.spacing)
    target = isotropic(grid, spacing_mm)
    share = resampled(blurred, affine, target)
    return Field(distance_of(share, sigma), target.affine)


def distance_of(
    share: Float[np.ndarray, "i j k"], sigma_mm: Float[np.ndarray, "3"]
) -> Float[np.ndarray, "i j k"]:
    """Signed distance, mm, to the plane that a Gaussian has blurred into these shares."""
    width = np.float32(sigma_mm.prod() ** (1 / 3))
    far = -width * np.float32(ndtri(_FARTHEST))
    distance = np.where(share < 0.5, far, -far)
    near = (share > _FARTHEST) & (share < 1 - _FARTHEST)
    distance[near] = -width * ndtri(share[near])
    return distance


def blur_mm(spacing: Float[np.ndarray, "3"], smoothing_mm: float) -> Float[np.ndarray, "3"]:
    """Width of the blur along each axis, mm."""
    return np.maximum(smoothing_mm, _LEAST_BLUR * spacing)
