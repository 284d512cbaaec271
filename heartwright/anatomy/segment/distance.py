"""How far a voxel's centre, or a pixel's, lies from a mask's surface."""

import numpy as np
from jaxtyping import Bool, Float
from scipy import ndimage


def signed_distance(
    mask: Bool[np.ndarray, "*voxels"], spacing: Float[np.ndarray, "axes"]
) -> Float[np.ndarray, "*voxels"]:
    """Distance of each centre to the mask's surface, mm, negative inside.

    The surface lies half way between a centre inside and one outside.
    """
    half = float(spacing.prod()) ** (1 / len(spacing)) / 2
    outside = ndimage.distance_transform_edt(~mask, sampling=spacing)
    inside = ndimage.distance_transform_edt(mask, sampling=spacing)
    return np.where(mask, half - inside, outside - half)
