"""The part of a grid that a body is near, so that small bodies cost little."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from heartwright.data import Grid
from heartwright.samples.heart.fields import Field
from heartwright.samples.heart.grid import sampled

_LOOK_MM = 5.0  # between the nodes of the first look
_STEEP = 1.3  # no field here rises faster, mm per mm


@dataclass(frozen=True, eq=False)
class Block:
    """A box of voxels, and the body's distance in it."""

    where: tuple[slice, slice, slice]
    grid: Grid
    distance: Float[np.ndarray, "i j k"]


def near(field: Field, grid: Grid, *, reach_mm: float) -> Block | None:
    """The box around all voxels that are within a reach of a body; none, if none is."""
    step = max(1, int(_LOOK_MM / grid.spacing.max()))
    looked = tuple(np.arange(0, count + step, step) for count in grid.shape)
    nodes = np.stack(np.meshgrid(*looked, indexing="ij"), axis=-1)
    spare = _STEEP * np.sqrt(3) / 2 * step * grid.spacing.max()
    close = field(grid.to_lps(nodes).astype(np.float32)) < reach_mm + spare
    if not close.any():
        return None
    low = [int(max(nodes[close][:, n].min() - step, 0)) for n in range(3)]
    high = [
        int(min(nodes[close][:, n].max() + step + 1, count)) for n, count in enumerate(grid.shape)
    ]
    affine = grid.affine.copy()
    affine[:3, 3] = grid.to_lps(np.array(low))
    i, j, k = (stop - start for start, stop in zip(low, high, strict=True))
    part = Grid((i, j, k), affine)
    x, y, z = (slice(start, stop) for start, stop in zip(low, high, strict=True))
    return Block((x, y, z), part, sampled(field, part))
