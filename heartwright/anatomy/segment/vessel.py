"""Vessels cut flat at points: which way a vessel runs there, and a plane through it."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float, Int64
from scipy import ndimage

from heartwright.anatomy.segment.block import Block, near
from heartwright.anatomy.segment.region import Mask
from heartwright.data.errors import GeometryError, InputError
from heartwright.data.volume import Grid

SPARE_MM = 3.0  # what stays of a vessel beyond its opening, so that a wall's plane cuts through it
_REACH_MM = 35.0  # half the edge of the block around a point; the widest aorta fits
_OFF_MM = 3.0  # how far beside a vessel a point may lie
_DIRECTIONS = 800  # tried at a point, 5° apart
_ENOUGH = 5000  # voxels tell a section's area
_ALIKE = 1.1  # sections so near the smallest one count as well: their mean is steadier

Vector = Float[np.ndarray, "3"]
Voxels = Int64[np.ndarray, "_ 3"]


@dataclass(frozen=True, eq=False)
class Opening:
    """Where a vessel is cut open: a point on the plane, LPS mm, and the unit direction outwards."""

    point: Vector
    normal: Vector


def opening_at(region: Mask, grid: Grid, point: Vector, *, body: Vector) -> Opening:
    """The plane across the vessel of a region at a point, looking away from the body.

    The vessel runs in the direction across which its cross-section, among what lies within two
    inscribed radii, is smallest; the directions of nearly as small ones are averaged with it.

    Args:
        region: vessels and the body that they belong to.
        grid: where its voxels lie.
        point: in the vessel, LPS mm.
        body: a point in the body, LPS mm.

    Raises:
        InputError: the point lies beside the region.
    """
    block = near(grid, point[None], _REACH_MM)
    places, voxels = _places(region, grid, block)
    away = np.linalg.norm(places - point, axis=1)
    if not len(away) or away.min() > _OFF_MM:
        raise InputError(
            f"the opening {_text(point)} lies beside the structure; put it into a vessel."
        )
    depth = ndimage.distance_transform_edt(np.pad(region[block], 1), sampling=grid.spacing)
    radius = float(depth[tuple(voxels[away <= _OFF_MM].T + 1)].max())
    within = away <= 2 * radius + grid.spacing.max()
    cloud = places[within][_joined(voxels[within], away[within])]
    axis = _least_section(cloud - point, thick=float(grid.spacing.max()))
    return Opening(point, axis * (1.0 if axis @ (point - body) >= 0 else -1.0))


def barriers(region: Mask, grid: Grid, openings: Sequence[Opening]) -> Mask:
    """The slices of vessels, a voxel thick, 3 mm beyond their openings.

    Raises:
        GeometryError: at a point the region is no vessel, but goes on over more than 35 mm.
    """
    found = np.zeros_like(region)
    for opening in openings:
        found[tuple(_slice(region, grid, opening).T)] = True
    return found


def _slice(region: Mask, grid: Grid, opening: Opening) -> Voxels:
    """A vessel's voxels in a plane beyond an opening; none where the vessel ends before it."""
    middle = opening.point + SPARE_MM * opening.normal
    block = near(grid, middle[None], _REACH_MM)
    places, voxels = _places(region, grid, block)
    height = (places - middle) @ opening.normal
    slab = (height >= 0) & (height < grid.spacing.max())
    away, voxels = np.linalg.norm(places[slab] - middle, axis=1), voxels[slab]
    if not len(away) or away.min() > _OFF_MM:
        return np.empty((0, 3), dtype=np.int64)
    part = _joined(voxels, away)
    if away[part].max() >= _REACH_MM - grid.spacing.max():
        raise GeometryError(
            f"the structure at the opening {_text(opening.point)} is no vessel: it goes on over "
            f"{_REACH_MM:g} mm; put the point farther out, where the vessel is narrow."
        )
    return voxels[part] + [axis.start for axis in block]


def _places(region: Mask, grid: Grid, block: Block) -> tuple[Float[np.ndarray, "voxel 3"], Voxels]:
    """Centres (LPS mm) and indices in the block of the region's voxels there."""
    voxels = np.argwhere(region[block])
    return grid.to_lps(voxels + [axis.start for axis in block]), voxels


def _joined(voxels: Voxels, away: Float[np.ndarray, "voxel"]) -> Bool[np.ndarray, "voxel"]:
    """Which of some voxels are connected with the nearest one, over edges and corners too.

    A slice askew is a staircase, whose steps share edges only.
    """
    mask = np.zeros(voxels.max(axis=0) + 1, dtype=bool)
    mask[tuple(voxels.T)] = True
    parts = ndimage.label(mask, np.ones((3, 3, 3)))[0][tuple(voxels.T)]
    return parts == parts[np.argmin(away)]


def _least_section(cloud: Float[np.ndarray, "voxel 3"], *, thick: float) -> Vector:
    """The direction across which a cloud's slice through the origin is smallest."""
    cloud, directions = cloud[:: len(cloud) // _ENOUGH + 1], _hemisphere(_DIRECTIONS)
    area = np.count_nonzero(np.abs(cloud @ directions.T) < thick, axis=0)
    near_least = directions[area <= _ALIKE * area.min()]
    least = directions[np.argmin(area)]
    line = (near_least * np.where(near_least @ least < 0, -1.0, 1.0)[:, None]).sum(axis=0)
    return line / np.linalg.norm(line)


def _hemisphere(count: int) -> Float[np.ndarray, "{count} 3"]:
    """Directions spread evenly over half a sphere (a Fibonacci lattice)."""
    height = (np.arange(count) + 0.5) / count
    turn = np.pi * (3 - np.sqrt(5)) * np.arange(count)
    across = np.sqrt(1 - height**2)
    return np.stack([across * np.cos(turn), across * np.sin(turn), height], axis=1)


def _text(point: Vector) -> str:
    return ",".join(f"{x:g}" for x in point)
