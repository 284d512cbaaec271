"""A box in the patient's directions, on a grid that may lie askew in it."""

import itertools

import numpy as np
from jaxtyping import Bool, Float

from heartwright.data.volume import Grid

Box = Float[np.ndarray, "2 3"]  # two opposite corners, LPS mm, in any order
Block = tuple[slice, slice, slice]


def inside_box(grid: Grid, box: Box) -> Bool[np.ndarray, "i j k"]:
    """The voxels whose centres lie in the box."""
    lower, upper = np.sort(box, axis=0)
    inside = np.ones(grid.shape, dtype=bool, order="F")
    for axis in range(3):
        coordinate = _coordinate(grid, axis)
        inside &= (lower[axis] <= coordinate) & (coordinate <= upper[axis])
    return inside


def reach(grid: Grid, box: Box) -> Block:
    """A block of indices that holds every voxel of the box, with its neighbours."""
    corners = grid.to_index(np.array(list(itertools.product(*box.T))))
    shape = np.array(grid.shape)
    first = np.clip(np.floor(corners.min(axis=0)) - 1, 0, shape).astype(int)
    stop = np.clip(np.ceil(corners.max(axis=0)) + 2, 0, shape).astype(int)
    i, j, k = (slice(int(a), int(b)) for a, b in zip(first, stop, strict=True))
    return i, j, k


def part_of(grid: Grid, block: Block) -> Grid:
    """The grid of a block's voxels."""
    affine = grid.affine.copy()
    affine[:3, 3] = grid.to_lps(np.array([s.start for s in block]))
    i, j, k = (s.stop - s.start for s in block)
    return Grid((i, j, k), affine)


def _coordinate(grid: Grid, axis: int) -> Float[np.ndarray, "#i #j #k"]:
    """One LPS coordinate of every voxel centre, as small as broadcasting allows."""
    total = np.full((1, 1, 1), grid.affine[axis, 3])
    for n, steps in enumerate(np.ix_(*(np.arange(size) for size in grid.shape))):
        slope = grid.affine[axis, n]
        if slope:
            total = total + slope * steps
    return total
