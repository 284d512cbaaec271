"""The level between a structure and what surrounds it, found from the scan itself."""

import numpy as np
from jaxtyping import Float, Integer, Num
from scipy import ndimage

from heartwright.anatomy.segment.region import Mask, grow, threshold
from heartwright.data.errors import ConvergenceError

NEAR_MM = 3.0  # half the edge of the block around a seed that shows the structure's own values
SPREADS = 2.0  # of those values: the first level lies so far below their median
AROUND_MM = (1.0, 2.0)  # the shell that is compared with: past the edge's blur, within the wall
THICK = 2.0  # voxels: as far as the shell reaches at least
ROUNDS = 30
SETTLED = 1e-2  # of the contrast

Values = Num[np.ndarray, "i j k"]
Seeds = Integer[np.ndarray, "seed 3"]
Spacing = Float[np.ndarray, "3"]


def half_level(
    values: Values, *, seeds: Seeds, spacing: Spacing, allowed: Mask, first: float | None = None
) -> float:
    """The grey value half way between a bright structure and its shell, where its surface lies.

    Region and shell are found with a level, the level from their medians, until it stays
    (Ridler & Calvard 1978, doi:10.1109/TSMC.1978.4310039, on a structure and its shell instead of
    the whole image, most of which is lung and air).

    Args:
        values: grey values; noise must be small beside the contrast, see `calmed`.
        seeds: voxels in the structure.
        spacing: voxel edges, mm.
        allowed: where the structure may lie.
        first: the level to start with; without it, from the values around the seeds, which shows
            structures that are wider than 6 mm there.

    Raises:
        ConvergenceError: no level settles.
    """
    level = _first(values, seeds, spacing) if first is None else first
    for _ in range(ROUNDS):
        region = grow(_seeded(threshold(values, lower=level) & allowed, seeds), seeds=seeds)
        shell = _shell(region, spacing)
        if not shell.any():
            break
        inside, outside = (float(np.median(values[part])) for part in (region, shell))
        if abs((inside + outside) / 2 - level) <= SETTLED * abs(inside - outside):
            return level
        level = (inside + outside) / 2
    raise ConvergenceError(
        "no grey value parts the structure from what surrounds it; give a threshold with --lower."
    )


def calmed(values: Values, *, spacing: Spacing, blur_mm: float) -> Float[np.ndarray, "i j k"]:
    """The values with less noise: blurred by a Gaussian of this standard deviation."""
    return ndimage.gaussian_filter(values.astype(np.float32), blur_mm / spacing)


def _first(values: Values, seeds: Seeds, spacing: Spacing) -> float:
    """Below most values around the seeds."""
    near = _near(values, seeds, spacing)
    middle = float(np.median(near))
    return middle - SPREADS * 1.4826 * float(np.median(np.abs(near - middle)))


def _near(values: Values, seeds: Seeds, spacing: Spacing) -> Float[np.ndarray, "voxel"]:
    reach = np.maximum(np.round(NEAR_MM / spacing), 1).astype(int)
    blocks = [
        values[
            tuple(slice(max(a, 0), b) for a, b in zip(seed - reach, seed + reach + 1, strict=True))
        ]
        for seed in seeds
    ]
    return np.concatenate([block.ravel() for block in blocks]).astype(float)


def _seeded(mask: Mask, seeds: Seeds) -> Mask:
    """The mask with the seeds in it, which noise may have left out."""
    mask = mask.copy()
    mask[tuple(seeds.T)] = True
    return mask


def _shell(region: Mask, spacing: Spacing) -> Mask:
    nearest, farthest = AROUND_MM[0], max(AROUND_MM[1], THICK * spacing.mean())
    reach = np.ceil(farthest / spacing).astype(int)
    (block,) = ndimage.find_objects(region.astype(np.uint8))
    wider = tuple(
        slice(max(axis.start - more, 0), axis.stop + more)
        for axis, more in zip(block, reach, strict=True)
    )
    away = ndimage.distance_transform_edt(~region[wider], sampling=spacing)
    shell = np.zeros(region.shape, dtype=bool)
    shell[wider] = (nearest < away) & (away <= farthest)
    return shell
