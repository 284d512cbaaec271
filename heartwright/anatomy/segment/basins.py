"""A region parted at its necks: chambers that are equally bright, each from its own seed."""

from collections.abc import Mapping

import numpy as np
from jaxtyping import Float, Integer
from scipy import ndimage

from heartwright.anatomy.segment.region import Mask

Seeds = Integer[np.ndarray, "_ 3"]
Labels = Integer[np.ndarray, "i j k"]


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

    depth = ndimage.distance_transform_edt(np.pad(region, 1), sampling=spacing)[1:-1, 1:-1, 1:-1]
    markers = np.where(region, 0, max(seeds) + 1).astype(np.uint16)  # outside is a basin of its own
    for label, voxels in seeds.items():
        markers[tuple(voxels.T)] = label
    relief, marked = (SimpleITK.GetImageFromArray(x) for x in (-depth.astype(np.float32), markers))
    basins = SimpleITK.MorphologicalWatershedFromMarkers(relief, marked, markWatershedLine=False)
    return np.where(region, SimpleITK.GetArrayFromImage(basins), 0).astype(np.uint8)
