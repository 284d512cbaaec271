"""What blurring a label did to its surface, undone to first order."""

from dataclasses import replace

import numpy as np
from jaxtyping import Float
from scipy import ndimage

from heartwright.anatomy.grid import Field
from heartwright.anatomy.grid.smooth import distance_of


def unblurred(distance: Field, sigma_mm: Float[np.ndarray, "3"]) -> Field:
    """The distance of a blurred label, less what blurring does to the shape that it shows.

    A Gaussian moves a curved surface towards its centre of curvature by about σ² times the mean
    curvature, and rounds edges. The shape found is blurred once more: what that changes is, to
    first order, what the first blur changed (Van Cittert 1931's first step of deconvolution).
    """
    if not (distance.values < 0).any():
        return distance  # the blur has swallowed it: there is no shape to blur once more
    spacing = distance.grid.spacing
    inside = np.clip(0.5 - distance.values / np.float32(spacing[0]), 0, 1)
    again = ndimage.gaussian_filter(inside, sigma_mm / spacing)
    return replace(distance, values=2 * distance.values - distance_of(again, sigma_mm))
