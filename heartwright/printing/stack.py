"""A model as a stack of voxel layers: what floats, what is shut in, what sucks.

Masks are indexed (i, j, k); k counts layers upwards from the plate, and at least one empty voxel
lies on every side. The lowest empty layer is where supports or a raft stand: air and resin pass.
"""

import numpy as np
from jaxtyping import Bool, Float, Integer
from scipy import ndimage
from scipy.sparse import coo_array
from scipy.sparse.csgraph import breadth_first_order, minimum_spanning_tree

Mask = Bool[np.ndarray, "i j k"]
Regions = Integer[np.ndarray, "i j k"]

_IN_LAYER = np.zeros((3, 3, 3), bool)
_IN_LAYER[:, :, 1] = True  # eight neighbours of the same layer
_CROSS = _IN_LAYER & ndimage.generate_binary_structure(3, 1)


def islands(solid: Mask) -> int:
    """How many pieces of a layer begin with nothing under them, the lowest layer's apart.

    A piece is carried where it meets the layer below or one voxel beside it (45°).
    """
    regions, count = ndimage.label(solid, _IN_LAYER)
    carried = np.zeros(count + 1, bool)
    below = ndimage.binary_dilation(solid, _IN_LAYER)[:, :, :-1]
    carried[np.unique(regions[:, :, 1:][below])] = True
    first = np.flatnonzero(solid.any(axis=(0, 1)))[0]
    carried[np.unique(regions[:, :, first])] = True
    carried[0] = True
    return int((~carried).sum())


def shut_in(solid: Mask) -> Mask:
    """Empty voxels with no way out: resin or powder stays there for good."""
    return _unreached(~solid)


def undrained(solid: Mask, spacing_mm: float, hole_mm: float) -> Mask:
    """Empty voxels that are shut in when a hole must be `hole_mm` wide to let anything through.

    A pocket counts where a ball of that width fits into it and cannot leave.
    """
    margin = int(np.ceil(hole_mm / spacing_mm))  # so that the ball may roll around outside
    around = np.pad(solid, margin)
    room = ndimage.distance_transform_edt(~around, sampling=spacing_mm)
    pockets = _unreached(room > hole_mm / 2)
    inner = (slice(margin, -margin),) * 3
    if not pockets.any():
        return pockets[inner]
    grown = ndimage.distance_transform_edt(~pockets, sampling=spacing_mm) <= hole_mm / 2
    result: Mask = grown[inner] & ~solid
    return result


def suction(solid: Mask) -> Float[np.ndarray, "layer"]:
    """Voxels of each layer that the film of a resin vat seals while that layer is printed.

    A layer's empty region is sealed when no way out runs through this layer and the ones printed
    before. The way out whose latest layer is earliest is found for all regions at once: it is the
    path through the minimum spanning tree of regions that touch, weighed by their layers.
    """
    empty, count = ndimage.label(~solid, _CROSS)
    layer_of = np.zeros(count + 1, int)
    layer_of[empty] = np.arange(solid.shape[2])
    layer_of[0] = 0  # which stands for the outside from here on
    under, over = empty[:, :, :-1].ravel(), empty[:, :, 1:].ravel()
    touch = (under > 0) & (over > 0)
    pairs = np.unique(np.column_stack([under[touch], over[touch]]), axis=0)
    outside = np.unique(empty[0, 0])  # the corner column is empty in every layer
    pairs = np.concatenate([pairs, np.column_stack([np.zeros_like(outside), outside])])
    opened = _earliest_way_out(pairs, layer_of)
    sizes = np.bincount(empty.ravel(), minlength=count + 1)
    sealed = opened > layer_of
    sealed[0] = False
    return np.bincount(layer_of[sealed], sizes[sealed], solid.shape[2]).astype(float)


def _earliest_way_out(
    pairs: Integer[np.ndarray, "pair 2"], layer_of: Integer[np.ndarray, "region"]
) -> Integer[np.ndarray, "region"]:
    """For each region, the latest layer on its best way to region 0, the outside."""
    size = len(layer_of)
    weight = layer_of[pairs].max(axis=1) + 1
    graph = coo_array((weight, pairs.T), shape=(size, size)).tocsr()
    tree = minimum_spanning_tree(graph)
    _, parent = breadth_first_order(tree, 0, directed=False)
    reached = parent >= 0
    latest = np.where(reached, np.maximum(layer_of, layer_of[np.maximum(parent, 0)]), size)
    latest[0], parent = 0, np.where(reached, parent, 0)
    latest[~reached & (np.arange(size) > 0)] = np.iinfo(int).max
    while parent.any():  # each round doubles the length of the way that is known
        latest = np.maximum(latest, latest[parent])
        parent = parent[parent]
    return latest


def _unreached(empty: Mask) -> Mask:
    """True voxels of a mask that do not connect with its outermost corner."""
    regions, _ = ndimage.label(empty)
    result: Mask = empty & (regions != regions[0, 0, 0])
    return result
