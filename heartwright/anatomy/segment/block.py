"""Blocks of voxels around what is worked on, so that the rest of a large scan costs nothing."""

import numpy as np
from jaxtyping import Float

from heartwright.anatomy.grid.field import bounding_box
from heartwright.anatomy.segment.box import Block
from heartwright.anatomy.segment.region import Mask
from heartwright.data.volume import Grid

__all__ = ["Block", "around", "near"]


def around(mask: Mask, reach_mm: float, spacing: Float[np.ndarray, "3"]) -> Block:
    """The block that holds a mask and what lies so far around it."""
    more = np.ceil(reach_mm / spacing).astype(int)
    i, j, k = (
        slice(max(axis.start - int(m), 0), axis.stop + int(m))
        for axis, m in zip(bounding_box(mask), more, strict=True)
    )
    return i, j, k


def near(grid: Grid, points: Float[np.ndarray, "point 3"], reach_mm: float) -> Block:
    """The block that holds all voxels within a distance of points, LPS mm; it may be empty."""
    index, more = grid.to_index(points), reach_mm / grid.spacing
    shape = np.array(grid.shape)
    first = np.clip(np.floor(index.min(axis=0) - more), 0, shape).astype(int)
    stop = np.clip(np.ceil(index.max(axis=0) + more) + 1, first, shape).astype(int)
    i, j, k = (slice(int(a), int(b)) for a, b in zip(first, stop, strict=True))
    return i, j, k
