"""Calcium beside and in a contrast-filled lumen: what is brighter than the blood."""

import numpy as np
from jaxtyping import Num
from scipy import ndimage

from heartwright.anatomy.segment.block import around
from heartwright.anatomy.segment.naming import mask_of, with_label
from heartwright.anatomy.segment.region import islands
from heartwright.data.errors import GeometryError, InputError
from heartwright.data.volume import LabelMap

NAME = "calcium"
SPREADS = 4.0  # standard deviations of the blood's own values above its middle
LEAST_HU = 100.0  # above the blood's middle, however quiet the scan
BESIDE_MM = 3.0  # how far outside the lumen: a leaflet or a wall
SMALLEST_MM3 = 3.0  # a ball of 1.8 mm; smaller ones are noise


def with_calcium(labels: LabelMap, values: Num[np.ndarray, "x y z"], lumen: str) -> LabelMap:
    """The map with calcium in and up to 3 mm around a lumen as a label of its own.

    The threshold follows the blood: its median plus four robust standard deviations, at least
    100 HU; a fixed threshold for unenhanced scans would take contrast for calcium. The factor and
    the least step are ours. Calcium is taken out of the lumen, and not out of other labels.

    Args:
        labels: a map with the lumen in it.
        values: the scan on the same voxels, HU.
        lumen: the blood's label.

    Raises:
        InputError: no voxel carries the label, or scan and map are not on the same voxels.
        GeometryError: nothing is that bright.
    """
    if values.shape != labels.values.shape:
        raise InputError("the scan is not on the label map's voxels; name the scan it was made of.")
    blood = mask_of(labels, lumen)
    level = threshold_hu(values[blood])
    block = around(blood, BESIDE_MM, labels.grid.spacing)
    away = ndimage.distance_transform_edt(~blood[block], sampling=labels.grid.spacing)
    free = blood[block] | (labels.values[block] == 0)
    bright = (values[block] >= level) & (away <= BESIDE_MM) & free
    found = np.zeros_like(blood)
    found[block] = islands(bright, smallest=int(np.ceil(SMALLEST_MM3 / labels.grid.voxel_mm3)))
    if not found.any():
        raise GeometryError(f"no calcium: nothing in or around '{lumen}' is above {level:.0f} HU.")
    return with_label(labels, found, NAME)


def threshold_hu(blood: Num[np.ndarray, "voxel"]) -> float:
    """The least value of calcium, from the values of the blood."""
    middle = float(np.median(blood))
    spread = 1.4826 * float(np.median(np.abs(blood - middle)))
    return middle + max(SPREADS * spread, LEAST_HU)
