"""Labels of one lumen joined across what a valve leaves open between them."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from scipy import ndimage

from heartwright.anatomy.grid.field import bounding_box
from heartwright.data import LabelMap

_BRIDGE_MM = 2.0  # gaps up to twice this are closed: leaflets that nobody labelled
_PAD = 8  # voxels around, more than the bridge


def joined(labels: LabelMap, chosen: Sequence[int]) -> LabelMap:
    """Several labels (aorta, left ventricle) as label 1, closed across the valve.

    A morphological closing by 2 mm: the groove between two labels that touch only in part would
    else cut into the annulus. What it adds is told in the provenance's `warnings`.

    Raises:
        InputError: no voxel carries one of the labels.
    """
    mask = np.logical_or.reduce([labels.mask(each) for each in chosen])
    box, spacing = bounding_box(mask), labels.grid.spacing
    region = np.pad(mask[box], _PAD)
    grown = ndimage.distance_transform_edt(~region, sampling=spacing) <= _BRIDGE_MM
    closed = region | (ndimage.distance_transform_edt(grown, sampling=spacing) > _BRIDGE_MM)
    inner = (slice(_PAD, -_PAD),) * 3
    values = np.zeros(mask.shape, np.uint8)
    values[box] = closed[inner]
    added = float((values > 0).sum() - mask.sum()) * labels.grid.voxel_mm3
    parameters = dict(labels.provenance.parameters)
    note = (
        f"Labels {', '.join(map(str, chosen))} were joined; gaps of at most {2 * _BRIDGE_MM:g} mm "
        f"between them were closed ({added:.3g} mm³)."
    )
    parameters["warnings"] = [*parameters.get("warnings", []), note]
    return LabelMap(values, labels.affine, {}, replace(labels.provenance, parameters=parameters))
