"""Vessels drawn where a scan shows too little of them: tubes of a stated radius."""

import numpy as np
from jaxtyping import Float
from scipy import ndimage
from scipy.interpolate import make_interp_spline
from scipy.spatial import KDTree

from heartwright.anatomy.segment.block import near
from heartwright.anatomy.segment.distance import signed_distance
from heartwright.anatomy.segment.region import Mask
from heartwright.anatomy.segment.vessel import Opening
from heartwright.data.errors import InputError
from heartwright.data.volume import Grid

_STEP_MM = 0.2  # between points of a curve
_OFF_MM = 5.0  # how far from a surface a point of it may lie
_CALM_MM = 1.5  # blur of a distance whose slope is a surface's normal

Points = Float[np.ndarray, "_ 3"]
Vector = Float[np.ndarray, "3"]


def artery(grid: Grid, points: Points, *, radius_mm: float) -> Mask:
    """The voxels of a round vessel along a smooth curve through points, with round ends.

    Raises:
        InputError: there are fewer than two points, or two that follow each other coincide.
    """
    steps = np.linalg.norm(np.diff(points, axis=0), axis=1)
    if not len(steps) or not steps.all():
        raise InputError("an artery is drawn through two or more points, each at another place.")
    along = np.concatenate([[0], np.cumsum(steps)])
    curve = make_interp_spline(along, points, k=min(3, len(steps)))
    return _about(grid, curve(np.arange(0, along[-1] + _STEP_MM, _STEP_MM)), radius_mm)


def stub(
    region: Mask, grid: Grid, ostium: Vector, *, radius_mm: float, length_mm: float
) -> tuple[Mask, Opening]:
    """The voxels of a straight vessel that leaves a region at a point of its surface.

    Args:
        region: the lumen that the vessel leaves.
        grid: where its voxels lie.
        ostium: on the surface or up to 5 mm beside it, LPS mm.
        radius_mm: of the vessel.
        length_mm: from the surface to the flat end.

    Returns:
        The vessel, which begins two radii inside the region, and the plane of its end.

    Raises:
        InputError: the point is too far from the surface.
    """
    foot, normal = _surface(region, grid, ostium)
    mask = _about(
        grid, foot + np.arange(-2 * radius_mm, length_mm, _STEP_MM)[:, None] * normal, radius_mm
    )
    end = Opening(foot + length_mm * normal, normal)
    block = near(grid, end.point[None], 2 * radius_mm + 1)
    voxels = np.argwhere(mask[block]) + [axis.start for axis in block]
    beyond = voxels[(grid.to_lps(voxels) - end.point) @ normal > 0]
    mask[tuple(beyond.T)] = False
    return mask, end


def _surface(region: Mask, grid: Grid, point: Vector) -> tuple[Vector, Vector]:
    """The nearest point of a region's surface, and the unit normal outwards there."""
    block = near(grid, point[None], _OFF_MM + 4 * _CALM_MM)
    start = np.array([axis.start for axis in block])
    local = region[block]
    if local.all() or not local.any():
        raise _far(point)
    distance = signed_distance(local, grid.spacing)
    calm = ndimage.gaussian_filter(distance, _CALM_MM / grid.spacing)
    at = (grid.to_index(point) - start)[:, None]
    value = float(ndimage.map_coordinates(calm, at, order=1, mode="nearest")[0])
    if abs(value) > _OFF_MM:
        raise _far(point)
    slope = np.array(
        [
            float(ndimage.map_coordinates(part, at, order=1, mode="nearest")[0])
            for part in np.gradient(calm)
        ]
    )
    normal = np.linalg.inv(grid.affine[:3, :3]).T @ slope  # a gradient carries over by the inverse
    normal /= np.linalg.norm(normal)
    return point - value * normal, normal


def _about(grid: Grid, curve: Points, radius_mm: float) -> Mask:
    """The voxels whose centres lie within a distance of a curve."""
    mask = np.zeros(grid.shape, dtype=bool, order="F")
    block = near(grid, curve, radius_mm)
    shape = tuple(axis.stop - axis.start for axis in block)
    index = np.indices(shape).reshape(3, -1).T + [axis.start for axis in block]
    away, _ = KDTree(curve).query(grid.to_lps(index), distance_upper_bound=radius_mm)
    mask[block] = np.isfinite(away).reshape(shape)
    return mask


def _far(point: Vector) -> InputError:
    return InputError(
        f"the ostium {','.join(f'{x:g}' for x in point)} is not on the surface; it must lie within "
        f"{_OFF_MM:g} mm of it."
    )
