"""A number at every node of a grid, and how to look at it on another grid."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float, Num
from scipy import ndimage

from heartwright.data import Grid

Box = tuple[slice, slice, slice]


@dataclass(frozen=True, eq=False)
class Field:
    """One number a node; `affine` takes an index (i, j, k, 1) to LPS mm."""

    values: Float[np.ndarray, "i j k"]
    affine: Float[np.ndarray, "4 4"]

    @property
    def grid(self) -> Grid:
        """Where the nodes lie."""
        return Grid(self.values.shape, self.affine)


def bounding_box(mask: Bool[np.ndarray, "i j k"]) -> Box:
    """The smallest box of indices that holds every true voxel."""
    i, j, k = (np.flatnonzero(mask.any(axis=axes)) for axes in ((1, 2), (0, 2), (0, 1)))
    return slice(i[0], i[-1] + 1), slice(j[0], j[-1] + 1), slice(k[0], k[-1] + 1)


def largest_component(
    mask: Bool[np.ndarray, "i j k"],
) -> tuple[Bool[np.ndarray, "i j k"], int]:
    """The largest face-connected component, and how many voxels the others have."""
    labels, count = ndimage.label(mask)
    if count == 1:
        return mask, 0
    sizes = np.bincount(labels.ravel())
    sizes[0] = 0
    return labels == sizes.argmax(), int(sizes.sum() - sizes.max())


def resampled(
    values: Num[np.ndarray, "i j k"],
    affine: Float[np.ndarray, "4 4"],
    target: Grid,
    *,
    order: int = 3,
    outside: float = 0.0,
) -> Float[np.ndarray, "i2 j2 k2"]:
    """Values at another grid's nodes by splines of an order; `outside` where there is no image."""
    carry = np.linalg.inv(affine) @ target.affine
    axis_aligned = np.allclose(carry[:3, :3], np.diag(np.diag(carry[:3, :3])), atol=1e-12)
    matrix = np.diag(carry[:3, :3]) if axis_aligned else carry[:3, :3]
    resampled: Float[np.ndarray, "i2 j2 k2"] = ndimage.affine_transform(
        values.astype(np.float32),
        matrix,
        offset=carry[:3, 3],
        output_shape=target.shape,
        order=order,
        mode="constant",
        cval=outside,
    )
    return resampled


def isotropic(grid: Grid, spacing_mm: float) -> Grid:
    """The same region of space with equal steps along the grid's own axes."""
    step = spacing_mm / grid.spacing
    shape = np.ceil((np.array(grid.shape) - 1) / step).astype(int) + 1
    return Grid((int(shape[0]), int(shape[1]), int(shape[2])), grid.affine @ np.diag([*step, 1.0]))
