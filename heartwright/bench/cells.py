"""Cubes that fill the free space, and the widest way through them."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float, Integer
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

Pairs = Integer[np.ndarray, "2 pair"]

_FINE = 1e-3  # mm, at which the search for the widest way ends


@dataclass(frozen=True, eq=False)
class Cells:
    """Free cubes of one size, by their place in a grid."""

    index: Integer[np.ndarray, "cell 3"]
    clearance: Float[np.ndarray, "cell"]  # mm, at the cube's centre
    side: Integer[np.ndarray, "cell"]  # −1 before the obstacle, 1 behind it, 0 beside it

    def chosen(self, which: Bool[np.ndarray, "cell"] | Integer[np.ndarray, "some"]) -> "Cells":
        """Some of them."""
        return Cells(self.index[which], self.clearance[which], self.side[which])

    def pairs(self) -> Pairs:
        """Cubes that share a face."""
        low = self.index.min(axis=0)
        shape = self.index.max(axis=0) - low + 2  # one more: no pair wraps around
        key = np.ravel_multi_index(tuple((self.index - low).T), tuple(shape))
        order = np.argsort(key)
        strides = (shape[1] * shape[2], shape[2], 1)
        found = []
        for stride in strides:
            at = np.searchsorted(key[order], key + stride)
            at = np.minimum(at, len(key) - 1)
            there = key[order[at]] == key + stride
            found.append(np.stack([np.flatnonzero(there), order[at[there]]]))
        return np.concatenate(found, axis=1)


def widest_way(cells: Cells) -> float | None:
    """The largest clearance that a way from before to behind keeps throughout; None without a way.

    By bisection on connectedness; a way goes through the faces of cubes.
    """
    pairs = cells.pairs()
    narrowest = cells.clearance[pairs].min(axis=0)
    if not _joined(cells, pairs):
        return None
    low, high = 0.0, float(cells.clearance.max())
    while high - low > _FINE:
        middle = (low + high) / 2
        if _joined(cells, pairs[:, narrowest >= middle]):
            low = middle
        else:
            high = middle
    return low


def _joined(cells: Cells, pairs: Pairs) -> bool:
    label = components(len(cells.side), pairs)
    return bool(np.isin(label[cells.side < 0], label[cells.side > 0]).any())


def components(count: int, pairs: Pairs) -> Integer[np.ndarray, "cell"]:
    """The number of the connected piece that each cube belongs to."""
    graph = coo_array((np.ones(pairs.shape[1], bool), tuple(pairs)), shape=(count, count))
    return np.asarray(connected_components(graph, directed=False)[1])
