"""How alike two segmentations of one structure are."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float
from scipy import ndimage

from heartwright.anatomy.segment.block import around
from heartwright.anatomy.segment.region import Mask
from heartwright.data.errors import GeometryError

TOLERANCE_MM = 1.0  # of the surface Dice, where none is given


@dataclass(frozen=True)
class Score:
    """Overlap, distances between surfaces, and volumes of a structure against a reference."""

    dice: float
    surface_dice: float  # share of both surfaces within the tolerance of the other
    hd95_mm: float  # 95 % of both surfaces are nearer to the other
    mean_mm: float  # distance between the surfaces
    volume_mm3: float
    reference_mm3: float


def score(
    found: Mask,
    reference: Mask,
    *,
    spacing: Float[np.ndarray, "3"],
    tolerance_mm: float = TOLERANCE_MM,
) -> Score:
    """Compare two masks on the same voxels.

    A surface is its border voxels: those of the mask with a face towards what is not in it;
    where the scan ends there is none. Dice
    1945 (doi:10.2307/1932409); surface Dice after Nikolov et al. 2021 (doi:10.2196/26151), with
    voxels counted instead of areas.

    Raises:
        GeometryError: one of them is empty, or fills the whole scan.
    """
    if not (found.any() and reference.any()):
        raise GeometryError("an empty structure cannot be compared; check names and points.")
    block = around(found | reference, float(spacing.max()), spacing)
    a, b = found[block], reference[block]
    borders = _border(a), _border(b)
    if not (borders[0].any() and borders[1].any()):
        raise GeometryError("a structure that fills the whole scan has no surface to compare.")
    away = np.concatenate([_apart(*borders, spacing), _apart(*borders[::-1], spacing)])
    voxel = float(spacing.prod())
    return Score(
        dice=float(2 * (a & b).sum() / (a.sum() + b.sum())),
        surface_dice=float((away <= tolerance_mm).mean()),
        hd95_mm=float(np.percentile(away, 95)),
        mean_mm=float(away.mean()),
        volume_mm3=float(a.sum() * voxel),
        reference_mm3=float(b.sum() * voxel),
    )


def _apart(
    border: Mask, other: Mask, spacing: Float[np.ndarray, "3"]
) -> Float[np.ndarray, "voxel"]:
    """Distances of the other border's voxels from this one, mm."""
    return ndimage.distance_transform_edt(~border, sampling=spacing)[other]


def _border(mask: Mask) -> Bool[np.ndarray, "i j k"]:
    """Where the scan ends is no border: what it cut has no surface there."""
    return mask & ~ndimage.binary_erosion(mask, border_value=1)
