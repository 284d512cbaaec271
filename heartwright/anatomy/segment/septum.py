"""The wall between two chambers, and the thin part of it that a needle goes through."""

import numpy as np
from jaxtyping import Float
from scipy import ndimage

from heartwright.anatomy.segment.block import around
from heartwright.anatomy.segment.region import Mask
from heartwright.data.errors import GeometryError
from heartwright.data.volume import Grid

THICKEST_MM = 8.0  # of a septum; fat makes its rim thicker, which is no place to cross
FOSSA_MM = 7.0  # radius of a fossa that one point marks; adults' are 10 to 20 mm wide

Points = Float[np.ndarray, "_ 3"]


def septum(first: Mask, second: Mask, other: Mask, grid: Grid) -> Mask:
    """The voxels between two chambers: those from which both are no more than 8 mm away in all.

    Args:
        first: one chamber.
        second: the other.
        other: what is neither of them nor septum (the aorta beside it).
        grid: where the voxels lie.

    Raises:
        GeometryError: the chambers are nowhere so near to each other.
    """
    block = around(first, THICKEST_MM, grid.spacing)
    to_first, to_second = (
        ndimage.distance_transform_edt(~mask[block], sampling=grid.spacing)
        if mask[block].any()
        else np.full(mask[block].shape, np.inf)
        for mask in (first, second)
    )
    between = (to_first > 0) & (to_second > 0) & (to_first + to_second <= THICKEST_MM)
    found = np.zeros_like(first)
    found[block] = between & ~other[block]
    if not found.any():
        raise GeometryError(
            f"no septum: the two atria are nowhere within {THICKEST_MM:g} mm of each other."
        )
    return found


def fossa(wall: Mask, points: Points, grid: Grid) -> Mask:
    """The part of a septum around its fossa's points.

    One point is its centre, and the radius 7 mm; several lie on its rim, all around, and are as
    far from their mean as the radius is.

    Raises:
        GeometryError: the septum does not come near the points.
    """
    centre = points.mean(axis=0)
    rim = np.linalg.norm(points - centre, axis=1).mean()
    radius = float(rim) if len(points) > 1 else FOSSA_MM
    voxels = np.argwhere(wall)
    inside = voxels[np.linalg.norm(grid.to_lps(voxels) - centre, axis=1) <= radius]
    if not len(inside):
        raise GeometryError("the fossa's points lie beside the septum; move them onto it.")
    found = np.zeros_like(wall)
    found[tuple(inside.T)] = True
    return found
