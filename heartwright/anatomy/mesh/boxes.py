"""Which of many boxes overlap: a tree of boxes against itself, one level at a time."""

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import numpy as np
from jaxtyping import Float, Int64
from scipy.spatial import KDTree

Corners = Float[np.ndarray, "_ 3"]
Pairs = Int64[np.ndarray, "_ 2"]
_Levels = list[tuple[Corners, Corners]]

_CROWN = 13  # levels of the tree below which a block of pairs is followed at once
_BLOCK = 4  # pairs of nodes there: with their leaves' pairs they stay near the processor


def overlapping(
    low: Corners, high: Corners, *, kept: Callable[[Pairs], Pairs] = lambda pairs: pairs
) -> Pairs:
    """All pairs of axis-aligned boxes that touch or overlap, each once.

    The tree is complete and balanced, so that a level is an array; pairs of nodes that overlap on
    one level are split into pairs of their children. Blocks of pairs are followed to the leaves in
    threads, where `kept` chooses among a block's pairs before the next is looked at.
    """
    order = _spatial_order((low + high) / 2)
    nowhere = np.full((1, 3), np.inf)  # the box of a leaf that is empty
    levels = _levels(np.vstack([low, nowhere])[order], np.vstack([high, -nowhere])[order])
    trunk, crown = levels[:-_CROWN], levels[-_CROWN:]
    roots = _followed(np.zeros((1, 2), np.int64), trunk)
    blocks = [roots[start : start + _BLOCK] for start in range(0, len(roots), _BLOCK)]

    def found(block: Pairs) -> Pairs:
        pairs = _followed(block, crown)
        return kept(order[pairs[pairs[:, 0] != pairs[:, 1]]])

    with ThreadPoolExecutor(os.cpu_count()) as pool:  # NumPy lets go of Python's lock
        return np.concatenate(list(pool.map(found, blocks)))


def _followed(pairs: Pairs, levels: _Levels) -> Pairs:
    """The pairs of nodes on the last of some levels that overlap, below pairs on the first's."""
    for low, high in levels:
        pairs = _children(pairs) if len(low) > 1 else pairs
        for axis in range(3):  # what is apart along one is not looked at along the next
            lows, highs = low[:, axis], high[:, axis]
            a, b = pairs.T
            pairs = pairs[(lows[a] <= highs[b]) & (lows[b] <= highs[a])]
    return pairs


def _children(pairs: Pairs) -> Pairs:
    """Pairs of the children of two nodes; of a node and itself, only one of the mixed ones."""
    a, b = pairs.T
    each = [np.column_stack([2 * a + i, 2 * b + j]) for i, j in ((0, 0), (0, 1), (1, 1))]
    different = a != b
    each.append(np.column_stack([2 * a + 1, 2 * b])[different])
    return np.concatenate(each)


def _spatial_order(centres: Corners) -> Int64[np.ndarray, "place"]:
    """The order of a balanced tree's leaves, filled up to a power of two with -1.

    SciPy's tree splits at medians: nodes of 2^n points each, if no two coordinates are equal.
    """
    count = len(centres)
    size = 2 ** int(np.ceil(np.log2(max(count, 1))))
    beyond = 2 * np.abs(centres).max(initial=1)
    places = np.vstack([centres, np.full((size - count, 3), beyond)])
    apart = 4 * np.spacing(beyond)
    tree = KDTree(places + apart * np.arange(size)[:, None], leafsize=1)
    return np.where(tree.indices < count, tree.indices, -1).astype(np.int64)


def _levels(low: Corners, high: Corners) -> _Levels:
    """The boxes of all nodes, from the root to the leaves."""
    levels = [(low, high)]
    while len(low) > 1:
        low, high = low.reshape(-1, 2, 3).min(axis=1), high.reshape(-1, 2, 3).max(axis=1)
        levels.append((low, high))
    return levels[::-1]
