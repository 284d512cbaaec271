"""A field on a grid: exact where its surface is near, interpolated where it is far."""

import numpy as np
from jaxtyping import Float

from heartwright.data import Grid
from heartwright.samples.heart.fields import Field

Box = Float[np.ndarray, "2 3"]  # lower and upper corner, LPS mm

_STRIDE = 4  # voxels between two samples of the first, coarse look
_REACH_MM = 72.0  # how far from the origin a body is looked for
_BAND = 2.0  # coarse steps on both sides of the surface that are evaluated exactly


def around(box: Box, spacing_mm: float) -> Grid:
    """The upright grid of cubic voxels that fills a box."""
    affine = np.diag([spacing_mm, spacing_mm, spacing_mm, 1.0])
    affine[:3, 3] = box[0]
    i, j, k = np.ceil((box[1] - box[0]) / spacing_mm).astype(int) + 1
    return Grid((int(i), int(j), int(k)), affine)


def sampled(field: Field, grid: Grid) -> Float[np.ndarray, "i j k"]:
    """The field on every node of an upright grid, float32.

    A field is no steeper than 1, so that interpolation between nodes that are s apart errs by
    less than s: nodes farther than 2 s from the surface need no exact value.
    """
    i, j, k = (-(-count // _STRIDE) + 1 for count in grid.shape)
    coarse = Grid((i, j, k), grid.affine @ np.diag([*[_STRIDE] * 3, 1.0]))
    rough = field(_nodes(coarse))
    values = _interpolated(rough, grid.shape)
    near = np.abs(values) < _BAND * coarse.spacing.max()
    values[near] = field(grid.to_lps(np.argwhere(near)).astype(np.float32))
    return values


def bounds(field: Field) -> Box:
    """Corners of a box around a body near the origin, a few mm too large."""
    step = 3.0
    everywhere = around(_REACH_MM * np.array([[-1.0] * 3, [1.0] * 3]), step)
    blood = everywhere.to_lps(np.argwhere(field(_nodes(everywhere)) < step))
    return np.stack([blood.min(axis=0), blood.max(axis=0)])


def volume_mm3(field: Field, box: Box, *, spacing_mm: float) -> float:
    """Volume of a body: its nodes, each counted by how much of its cell lies inside.

    Second order in the spacing; compare two spacings to know the error.
    """
    distance = sampled(field, around(box, spacing_mm))
    inside = np.clip(0.5 - distance / np.float32(spacing_mm), 0, 1)
    return float(inside.sum(dtype=np.float64)) * spacing_mm**3


def _nodes(grid: Grid) -> Float[np.ndarray, "i j k 3"]:
    axes = [
        (start + step * np.arange(count)).astype(np.float32)
        for start, step, count in zip(grid.affine[:3, 3], grid.spacing, grid.shape, strict=True)
    ]
    return np.stack(np.meshgrid(*axes, indexing="ij"), axis=-1)


def _interpolated(
    rough: Float[np.ndarray, "a b c"], shape: tuple[int, int, int]
) -> Float[np.ndarray, "i j k"]:
    """Linear interpolation, one axis after the other."""
    values = rough
    for axis, count in enumerate(shape):
        place = np.arange(count) / _STRIDE
        below = place.astype(int)
        share = (place - below).astype(np.float32)
        share = share.reshape([-1 if n == axis else 1 for n in range(3)])
        lower, upper = values.take(below, axis), values.take(below + 1, axis)
        values = lower + share * (upper - lower)
    return values
