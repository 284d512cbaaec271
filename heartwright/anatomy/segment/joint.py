"""All labels of a map smoothed together: no gaps, no overlaps, and each keeps its volume."""

from dataclasses import replace

import numpy as np
from jaxtyping import Bool, Float, Integer
from scipy import ndimage

from heartwright.anatomy.segment.block import around
from heartwright.anatomy.segment.region import Mask
from heartwright.data.volume import LabelMap

_REACH = 3.0  # standard deviations around a border within which voxels may change
_SWEEPS = 30
_SETTLED = 1e-3  # of a label's volume

Shares = Float[np.ndarray, "label voxel"]
Counts = Integer[np.ndarray, "label"]


def smoothed(labels: LabelMap, *, width_mm: float) -> LabelMap:
    """Labels with their borders smoothed by a Gaussian, each of the same volume as before.

    Every label, background too, is blurred, and each voxel goes to the one that has the largest
    share of it plus that label's handicap. The handicaps are such that volumes stay: without
    them thin and strongly curved parts lose to what surrounds them.

    Args:
        labels: all of them, 0 included.
        width_mm: standard deviation of the Gaussian.
    """
    spacing, values = labels.grid.spacing, labels.values
    edges = _edges(values)
    if not edges.any():
        return labels
    block = around(edges, 2 * _REACH * width_mm, spacing)
    local = values[block]
    band = ndimage.distance_transform_edt(~edges[block], sampling=spacing) <= _REACH * width_mm
    present = np.unique(local)
    shares = np.stack([_blurred(local == n, width_mm / spacing)[band] for n in present])
    counts = np.array([np.count_nonzero(local[band] == n) for n in present])
    smooth = local.copy()
    smooth[band] = present[np.argmax(shares + _handicaps(shares, counts)[:, None], axis=0)]
    whole = values.copy(order="K")
    whole[block] = smooth
    return replace(labels, values=whole)


def _handicaps(shares: Shares, counts: Counts) -> Float[np.ndarray, "label"]:
    """What is added to each label's shares so that each is the largest in `counts` voxels.

    One after another, every label but the first (background, whose volume is what the others
    leave) gets the handicap with which it wins exactly its count, until none changes.
    """
    handicaps = np.zeros(len(shares), dtype=np.float32)
    for _ in range(_SWEEPS):
        won = np.bincount(np.argmax(shares + handicaps[:, None], axis=0), minlength=len(shares))
        if (np.abs(won - counts) <= _SETTLED * counts).all():
            break
        for n in range(1, len(shares)):
            others = np.delete(shares + handicaps[:, None], n, axis=0).max(axis=0)
            lead = np.sort(shares[n] - others)
            first = len(lead) - counts[n]  # the weakest voxel that it is to win
            below = lead[first - 1] if first > 0 else lead[0] - 1
            handicaps[n] = -(below + lead[min(first, len(lead) - 1)]) / 2
    return handicaps


def _blurred(mask: Mask, width: Float[np.ndarray, "3"]) -> Float[np.ndarray, "i j k"]:
    return ndimage.gaussian_filter(mask.astype(np.float32), width, mode="nearest", truncate=_REACH)


def _edges(values: Integer[np.ndarray, "i j k"]) -> Bool[np.ndarray, "i j k"]:
    """Voxels with a face towards another label."""
    found = np.zeros(values.shape, dtype=bool)
    for axis in range(3):
        here, there = np.moveaxis(values, axis, 0), np.moveaxis(found, axis, 0)
        differ = here[1:] != here[:-1]
        there[1:] |= differ
        there[:-1] |= differ
    return found
