"""The bottleneck: the largest sphere that passes between a deployed device and the wall.

The free space is filled with cubes that are halved again and again where they may decide. No
clearance changes faster than the way along which it is measured, so that half a cube's diagonal
bounds what lies between the centres: a cube that cannot decide is dropped for good.
"""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Integer

from heartwright.bench.cells import Cells, components, widest_way
from heartwright.bench.clearance import Clearance
from heartwright.bench.deployment import Deployment
from heartwright.data import Solid

_COARSE_MM = 0.8
_FINE_MM = 0.2
_MOST_CELLS = 2_000_000
_LAYERS = 1  # of cubes before and behind the device
_SHUT_MM = 0.01
_AROUND_MM = 6.0  # beyond the device and the mean wall: room for lobes and slots

_CORNERS = np.stack(np.meshgrid([0, 1], [0, 1], [0, 1], indexing="ij"), -1).reshape(-1, 3)


@dataclass(frozen=True)
class Bottleneck:
    """How wide the widest leak is at its narrowest place."""

    width_mm: float | None  # diameter of the sphere; 0 is sealed, None cannot be said
    resolution_mm: float  # how far the width may be off, by the size of the last cubes
    reason: str = ""  # why it cannot be said


def bottleneck(lumen: Solid, deployment: Deployment, *, voxel_mm: float = _FINE_MM) -> Bottleneck:
    """The largest sphere that passes from one side of the covered device to the other.

    Args:
        lumen: the blood's body.
        deployment: the device in it.
        voxel_mm: edge of the smallest cubes; a width is right to about half of that.
    """
    if any(off > 0 and deployment.covered[end] for off, end in _ends(deployment)):
        return Bottleneck(None, 0.0, "the device's cover reaches out of the lumen at one end")
    space = Clearance(lumen, deployment)
    grid = _grid(deployment)
    cells = _sided(_start(space, grid), grid)
    if not (cells.side < 0).any() or not (cells.side > 0).any():
        return Bottleneck(None, grid.edge_mm, "no blood lies behind the device, or none before it")
    while True:
        way = widest_way(cells)
        edge = grid.edge_mm
        keep = cells.clearance >= (way or 0.0) - edge * (np.sqrt(3) + 1) / 2
        if edge <= voxel_mm or 8 * keep.sum() > _MOST_CELLS:
            break
        grid, cells = _halved(space, grid, cells.chosen(keep))
        if not (cells.side < 0).any() or not (cells.side > 0).any():
            return Bottleneck(0.0, 2 * edge)
    if way is None or way <= _SHUT_MM:
        return Bottleneck(0.0, edge)
    return Bottleneck(2 * way + edge / 2, edge)  # centres lie 0 to ½ edge off the widest place


def _ends(deployment: Deployment) -> tuple[tuple[float, int], tuple[float, int]]:
    """How much of each end lies outside of the lumen, and its last station inside."""
    near, far = deployment.cut_off_mm
    return (near, 0), (far, -1)


@dataclass(frozen=True, eq=False)
class _Grid:
    """Where cubes lie: an edge's length and the corner of cube (0, 0, 0), in the device's frame."""

    edge_mm: float
    corner: Float[np.ndarray, "3"]
    frame: Float[np.ndarray, "3 3"]
    origin: Float[np.ndarray, "3"]
    shape: tuple[int, int, int]
    radius_mm: float  # of the device

    def local(self, index: Integer[np.ndarray, "cell 3"]) -> Float[np.ndarray, "cell 3"]:
        """Centres in the device's own axes, mm."""
        return self.corner + (index + 0.5) * self.edge_mm

    def centres(self, index: Integer[np.ndarray, "cell 3"]) -> Float[np.ndarray, "cell 3"]:
        """Centres, LPS mm."""
        return self.origin + self.local(index) @ self.frame

    def halved(self) -> "_Grid":
        """The grid of half the edge."""
        nx, ny, nz = (2 * n for n in self.shape)
        return _Grid(
            self.edge_mm / 2, self.corner, self.frame, self.origin, (nx, ny, nz), self.radius_mm
        )


def _grid(deployment: Deployment) -> _Grid:
    """Coarse cubes around the cover; its two ends lie on faces of cubes."""
    low, high = deployment.sealed_from
    through = max(1, int(np.ceil((high - low) / _COARSE_MM)))
    edge = (high - low) / through
    rows = deployment.covered
    device = float(deployment.device_mm[rows].max())
    reach = max(device, float(deployment.wall_mm[rows].mean(axis=1).max())) + _AROUND_MM
    across = 2 * int(np.ceil(reach / edge))
    corner = np.array([-across / 2 * edge, -across / 2 * edge, low - _LAYERS * edge])
    shape = (across, across, through + 2 * _LAYERS)
    return _Grid(edge, corner, deployment.room.frame, deployment.room.origin, shape, device)


def _start(space: Clearance, grid: _Grid) -> Cells:
    index = np.indices(grid.shape).reshape(3, -1).T
    before = (index[:, 2] < _LAYERS).astype(int)
    behind = (index[:, 2] >= grid.shape[2] - _LAYERS).astype(int)
    return _measured(space, grid, index, behind - before)


def _sided(cells: Cells, grid: _Grid) -> Cells:
    """Before and behind are what reaches the device's own axis there: no neighbouring vessel."""
    own = np.hypot(*grid.local(cells.index)[:, :2].T) <= grid.radius_mm
    keep = cells.side == 0
    for side in (-1, 1):
        layer = np.flatnonzero((cells.side == side) & (cells.clearance > 0))
        if len(layer) == 0:
            continue
        piece = components(len(layer), cells.chosen(layer).pairs())
        keep[layer] = np.isin(piece, piece[own[layer]])
    return cells.chosen(keep)


def _halved(space: Clearance, grid: _Grid, cells: Cells) -> tuple[_Grid, Cells]:
    fine = grid.halved()
    index = (2 * cells.index[:, None] + _CORNERS).reshape(-1, 3)
    side = np.repeat(cells.side, 8)
    beside = np.tile(_CORNERS[:, 2] * 2 - 1, len(cells.side)) != side  # the half next to the device
    return fine, _measured(space, fine, index[beside], side[beside])


def _measured(
    space: Clearance,
    grid: _Grid,
    index: Integer[np.ndarray, "cell 3"],
    side: Integer[np.ndarray, "cell"],
) -> Cells:
    """The cubes that are free, or may be in a corner."""
    half = grid.edge_mm * np.sqrt(3) / 2
    clearance = space.radius_mm(grid.centres(index), least_mm=half)
    near = clearance > -half
    return Cells(index[near], clearance[near], side[near])
