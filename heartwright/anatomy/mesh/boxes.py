"""Which of many boxes overlap: a tree of boxes against itself, one level at a time."""

import numpy as np
from jaxtyping import Float, Int64

Corners = Float[np.ndarray, "_ 3"]
Pairs = Int64[np.ndarray, "_ 2"]


def overlapping(low: Corners, high: Corners) -> Pairs:
    """All pairs of axis-aligned boxes that touch or overlap, each once.

    The tree is complete and balanced (median splits along the longest side), so that a level is an
    array; pairs of nodes that overlap on one level are split into pairs of their children.
    """
    order, depth = _spatial_order((low + high) / 2)
    nowhere = np.full((1, 3), np.inf)  # the box of a leaf that is empty
    levels = _levels(np.vstack([low, nowhere])[order], np.vstack([high, -nowhere])[order], depth)
    pairs = np.zeros((1, 2), np.int64)
    for low_, high_ in levels:
        pairs = _children(pairs) if len(low_) > 1 else pairs
        for axis in range(3):  # what is apart along one is not looked at along the next
            lows, highs = low_[:, axis], high_[:, axis]
            a, b = pairs.T
            pairs = pairs[(lows[a] <= highs[b]) & (lows[b] <= highs[a])]
    pairs = pairs[pairs[:, 0] != pairs[:, 1]]
    return order[pairs]


def _children(pairs: Pairs) -> Pairs:
    """Pairs of the children of two nodes; of a node and itself, only one of the mixed ones."""
    a, b = pairs.T
    each = [np.column_stack([2 * a + i, 2 * b + j]) for i, j in ((0, 0), (0, 1), (1, 1))]
    different = a != b
    each.append(np.column_stack([2 * a + 1, 2 * b])[different])
    return np.concatenate(each)


def _spatial_order(centres: Corners) -> tuple[Int64[np.ndarray, "place"], int]:
    """The order of a balanced tree's leaves, filled up to 2^depth with -1."""
    depth = int(np.ceil(np.log2(max(len(centres), 1))))
    order = np.concatenate([np.arange(len(centres)), np.full(2**depth - len(centres), -1)])
    everywhere = np.vstack([centres, np.full((1, 3), np.inf)])  # empty leaves go last
    for level in range(depth):
        nodes = order.reshape(2**level, -1)
        places = everywhere[nodes]
        highest = np.where(np.isfinite(places), places, -np.inf).max(axis=1)
        axis = np.nan_to_num(highest - places.min(axis=1), nan=-np.inf).argmax(axis=1)
        along = np.take_along_axis(places, axis[:, None, None], axis=2)[..., 0]
        middle = nodes.shape[1] // 2
        order = np.take_along_axis(nodes, np.argpartition(along, middle, axis=1), axis=1).ravel()
    return order, depth


def _levels(low: Corners, high: Corners, depth: int) -> list[tuple[Corners, Corners]]:
    """The boxes of all nodes, from the root to the leaves."""
    levels = [(low, high)]
    for _ in range(depth):
        low, high = low.reshape(-1, 2, 3).min(axis=1), high.reshape(-1, 2, 3).max(axis=1)
        levels.append((low, high))
    return levels[::-1]
