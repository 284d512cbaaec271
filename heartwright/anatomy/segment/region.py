"""The small steps on masks that a segmentation is composed of. Neighbours share a face."""

import itertools

import numpy as np
from jaxtyping import Bool, Float, Integer, Num
from scipy import ndimage

from heartwright.data.volume import Grid

SMALLEST_MM3 = 100.0  # a ball of 5.8 mm: of a cavity that stays, of a region that counts

Mask = Bool[np.ndarray, "i j k"]

_SIDES = (("right", "left"), ("anterior", "posterior"), ("inferior", "superior"))  # LPS: −, +


def threshold(
    values: Num[np.ndarray, "i j k"], *, lower: float, upper: float | None = None
) -> Mask:
    """The voxels from `lower` to `upper`, both included; without `upper`, all from `lower` on."""
    above = values >= lower
    return above if upper is None else above & (values <= upper)


def connected(mask: Mask) -> Integer[np.ndarray, "i j k"]:
    """The connected parts of a mask, numbered from 1; 0 outside it."""
    return ndimage.label(mask.T)[
        0
    ].T  # images lie in memory so; against its order it takes nine times


def grow(mask: Mask, *, seeds: Integer[np.ndarray, "seed 3"]) -> Mask:
    """The connected parts of the mask that hold a seed (voxel indices)."""
    parts = connected(mask)
    keep = np.zeros(parts.max() + 1, dtype=bool)
    keep[parts[tuple(seeds.T)]] = True
    keep[0] = False
    return keep[parts]


def islands(mask: Mask, *, smallest: int) -> Mask:
    """The mask without connected parts of fewer than `smallest` voxels."""
    parts = connected(mask)
    keep = np.bincount(parts.ravel(order="K")) >= smallest
    keep[0] = False
    return keep[parts]


def fill(mask: Mask, *, smallest: int) -> Mask:
    """The mask with its cavities of fewer than `smallest` voxels filled.

    A cavity is a connected part of the background that does not reach the border of the array.
    """
    parts = connected(~mask)
    small = np.bincount(parts.ravel(order="K")) < smallest
    small[_on_border(parts)] = False
    return mask | small[parts]


def cut_mm2(region: Mask, bright: Mask, grid: Grid) -> dict[str, float]:
    """Where a region was cut off, and how wide: mm² for each side of the patient that has any.

    A region is cut where the threshold would have let it go on, or where the scan ends. The flat
    cap that closes it there is not anatomy.

    Args:
        region: what was grown.
        bright: what the threshold allows, on the same voxels.
        grid: where they lie; a side is named by the patient's direction nearest to a grid axis.
    """
    found: dict[str, float] = {}
    for axis, end in itertools.product(range(3), (0, 1)):
        area = float(_cut_faces(region, bright, axis, end) * grid.voxel_mm3 / grid.spacing[axis])
        if area:
            side = _side(grid.affine[:3, axis], end)
            found[side] = round(found.get(side, 0.0) + area, 3)
    return found


def _cut_faces(region: Mask, bright: Mask, axis: int, end: int) -> int:
    """Faces towards the low (0) or high (1) end of an axis behind which the region would go on."""
    inner, outer = np.moveaxis(region, axis, 0), np.moveaxis(bright & ~region, axis, 0)
    if end:
        inner, outer = inner[::-1], outer[::-1]
    return int(inner[0].sum() + (inner[1:] & outer[:-1]).sum())


def _side(direction: Float[np.ndarray, "3"], end: int) -> str:
    towards = direction if end else -direction
    axis = int(np.argmax(np.abs(towards)))
    return _SIDES[axis][int(towards[axis] > 0)]


def _on_border(parts: Integer[np.ndarray, "i j k"]) -> Integer[np.ndarray, "part"]:
    faces = [np.moveaxis(parts, axis, 0)[end].ravel() for axis in range(3) for end in (0, -1)]
    return np.unique(np.concatenate(faces))
