"""Labels painted on some slices, filled in between."""

from itertools import pairwise

import numpy as np
from jaxtyping import Bool, Float
from scipy import ndimage

from heartwright.anatomy.segment.distance import signed_distance
from heartwright.anatomy.segment.naming import mask_of, with_label
from heartwright.anatomy.segment.region import Mask
from heartwright.data.errors import InputError
from heartwright.data.volume import LabelMap

Slice = Bool[np.ndarray, "a b"]
Spacing = Float[np.ndarray, "2"]


def filled_between(labels: LabelMap, name: str) -> LabelMap:
    """A label filled in between the slices on which it was painted; other labels stay.

    Between two painted slices the signed distances to their outlines, each moved along the line
    between the outlines' centroids, are interpolated (Raya & Udupa 1990, doi:10.1109/42.52980).
    The slices lie across the grid's axis along which the label has the most gaps.

    Raises:
        InputError: no voxel carries the label, or it has no gap between slices.
    """
    mask = mask_of(labels, name)
    axis = _sparse_axis(mask)
    slices = np.moveaxis(mask, axis, 0)
    painted = np.flatnonzero(slices.any(axis=(1, 2)))
    if len(painted) == painted[-1] - painted[0] + 1:
        raise InputError(f"'{name}' has no gap between slices to fill; paint it on some of them.")
    spacing = np.delete(labels.grid.spacing, axis)
    whole = slices.copy()
    for first, last in pairwise(painted.tolist()):
        if last - first > 1:
            share = np.arange(1, last - first) / (last - first)
            whole[first + 1 : last] = _between(slices[first], slices[last], share, spacing)
    filled = np.moveaxis(whole, 0, axis)
    return with_label(labels, mask | (filled & (labels.values == 0)), name)


def _between(
    first: Slice, last: Slice, shares: Float[np.ndarray, "slice"], spacing: Spacing
) -> Bool[np.ndarray, "slice a b"]:
    start, stop = (signed_distance(mask, spacing) for mask in (first, last))
    path = np.array(ndimage.center_of_mass(last)) - np.array(ndimage.center_of_mass(first))
    return np.stack(
        [
            (1 - t) * _moved(start, t * path) + t * _moved(stop, (t - 1) * path) < 0
            for t in shares.tolist()
        ]
    )


def _moved(distance: Float[np.ndarray, "a b"], by: np.ndarray) -> Float[np.ndarray, "a b"]:
    return ndimage.shift(distance, by, order=1, mode="nearest")


def _sparse_axis(mask: Mask) -> int:
    """The axis along which the fewest slices between the first and the last hold something."""

    def share(axis: int) -> float:
        held = np.flatnonzero(mask.any(axis=tuple(n for n in range(3) if n != axis)))
        return len(held) / (held[-1] - held[0] + 1)

    return min(range(3), key=share)
