"""A region parted at its necks: chambers that are equally bright, each from its own seed."""

from collections import defaultdict
from collections.abc import Mapping

import numpy as np
from jaxtyping import Float, Integer
from scipy import ndimage

from heartwright.anatomy.segment.region import Mask

CALM_MM = 1.0  # noise leaves pores that are no necks

Seeds = Integer[np.ndarray, "_ 3"]
Labels = Integer[np.ndarray, "i j k"]
Depth = Float[np.ndarray, "i j k"]


def parted(region: Mask, seeds: Mapping[int, Seeds], *, spacing: Float[np.ndarray, "3"]) -> Labels:
    """Each voxel of the region to the label whose seeds its basin belongs to.

    Water rises from the seeds over a relief that is deep where the region is wide; basins meet at
    the narrowest section between two seeds (Beucher & Meyer 1993; ITK's morphological watershed
    from markers).

    Args:
        region: what is parted.
        seeds: voxels of each label, 1 or more; one at least of each in the region.
        spacing: voxel edges, mm.

    Returns:
        Labels, 0 outside the region.
    """
    labels = np.zeros(region.shape, dtype=np.uint8)
    (block,) = ndimage.find_objects(region.astype(np.uint8))
    first = [axis.start for axis in block]
    local = {label: voxels - first for label, voxels in seeds.items()}
    labels[block] = _flooded(region[block], local, spacing)
    return labels


def _flooded(region: Mask, seeds: Mapping[int, Seeds], spacing: Float[np.ndarray, "3"]) -> Labels:
    import SimpleITK

    calm = _calm(region, spacing)
    depth = ndimage.distance_transform_edt(np.pad(calm, 1), sampling=spacing)[1:-1, 1:-1, 1:-1]
    outside = ~(region | calm)  # a basin of its own
    markers = np.where(outside, max(seeds) + 1, 0).astype(np.uint16)
    for label, voxels in _uphill(depth, seeds).items():
        markers[tuple(voxels.T)] = label
    relief, marked = (SimpleITK.GetImageFromArray(x) for x in (-depth.astype(np.float32), markers))
    basins = SimpleITK.MorphologicalWatershedFromMarkers(relief, marked, markWatershedLine=False)
    return np.where(region, SimpleITK.GetArrayFromImage(basins), 0).astype(np.uint8)


def _uphill(depth: Depth, seeds: Mapping[int, Seeds]) -> dict[int, Seeds]:
    """Each label's seeds and the ways from them to where the region is widest around.

    A seed beside the wall may be nearer to it than the neck is wide: a neighbour's water would
    reach the wide part behind the neck before its own. Where ways of two labels end in one place
    there is no neck between them, and the seeds alone must tell.
    """
    ways = {label: [_way(depth, seed) for seed in voxels] for label, voxels in seeds.items()}
    owners = defaultdict(set)
    for label, found in ways.items():
        for way in found:
            owners[way[-1]].add(label)
    return {
        label: np.array(
            [step for way in found for step in (way if len(owners[way[-1]]) == 1 else way[:1])]
        )
        for label, found in ways.items()
    }


def _way(depth: Depth, seed: Integer[np.ndarray, "3"]) -> list[tuple[int, ...]]:
    """The voxels from a seed uphill, each the widest place among its neighbours."""
    way = [tuple(int(n) for n in seed)]
    while True:
        low = [max(n - 1, 0) for n in way[-1]]
        around = depth[tuple(slice(a, n + 2) for a, n in zip(low, way[-1], strict=True))]
        step = np.unravel_index(int(around.argmax()), around.shape)
        here = tuple(int(a + n) for a, n in zip(low, step, strict=True))
        if depth[here] <= depth[way[-1]]:
            return way
        way.append(here)


def _calm(region: Mask, spacing: Float[np.ndarray, "3"]) -> Mask:
    """The region without pores and tufts: what is mostly region in a Gaussian window."""
    return (
        ndimage.gaussian_filter(region.astype(np.float32), CALM_MM / spacing, mode="constant") > 0.5
    )
