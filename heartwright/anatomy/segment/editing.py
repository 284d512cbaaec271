"""Edits of one label in a map: islands, masks, margins. Other labels stay as they are."""

import numpy as np
from jaxtyping import Bool
from scipy import ndimage

from heartwright.anatomy.grid.field import largest_component
from heartwright.anatomy.segment.block import Block, around
from heartwright.anatomy.segment.distance import signed_distance
from heartwright.anatomy.segment.naming import mask_of, with_label, without
from heartwright.anatomy.segment.region import Mask, islands
from heartwright.data.errors import GeometryError
from heartwright.data.volume import LabelMap


def keep_largest(labels: LabelMap, name: str) -> LabelMap:
    """A label without all but its largest connected part.

    Raises:
        InputError: no voxel carries the label.
    """
    mask = mask_of(labels, name)
    return without(labels, mask & ~largest_component(mask)[0])


def drop_islands(labels: LabelMap, name: str, *, smallest_mm3: float) -> LabelMap:
    """A label without its connected parts of less than a volume.

    Raises:
        InputError: no voxel carries the label.
    """
    mask = mask_of(labels, name)
    smallest = int(np.ceil(smallest_mm3 / labels.grid.voxel_mm3))
    return without(labels, mask & ~islands(mask, smallest=smallest))


def masked(labels: LabelMap, name: str, *, by: str, inside: bool) -> LabelMap:
    """A label kept only inside (or only outside) the volume that another one's outline encloses.

    A voxel has one label, so that "inside" is what the other label encloses: itself, and what
    background does not reach through it (a thrombus in a chamber).

    Raises:
        InputError: no voxel carries one of the labels.
    """
    mask, other = mask_of(labels, name), mask_of(labels, by)
    enclosed = ndimage.binary_fill_holes(other)
    return without(labels, mask & (~enclosed if inside else enclosed))


def margin(labels: LabelMap, name: str, *, margin_mm: float) -> LabelMap:
    """A label grown into the background by a distance, or shrunk by a negative one.

    Raises:
        InputError: no voxel carries the label.
        GeometryError: nothing of it would be left.
    """
    mask = mask_of(labels, name)
    spacing = labels.grid.spacing
    block = around(mask, max(margin_mm, 0.0) + float(spacing.max()), spacing)
    local = signed_distance(mask[block], spacing) <= margin_mm
    if margin_mm < 0:
        if not local.any():
            raise GeometryError(
                f"a margin of {margin_mm:g} mm leaves nothing of '{name}'; choose a smaller one."
            )
        return without(labels, mask & ~_within(mask, block, local))
    return with_label(labels, _within(mask, block, local) & (labels.values == 0), name)


def _within(mask: Mask, block: Block, local: Bool[np.ndarray, "a b c"]) -> Mask:
    whole = np.zeros_like(mask)
    whole[block] = local
    return whole
