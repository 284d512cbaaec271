"""The appendage's tree: tips of its lobes, and the middle of the way to each of them."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float, Integer
from scipy import ndimage
from scipy.sparse import coo_array, csr_array
from scipy.sparse.csgraph import dijkstra

from heartwright.anatomy.grid import bounding_box
from heartwright.data import GeometryError, Grid, Plane
from heartwright.planning.laa.chamber import Chamber

Mask = Bool[np.ndarray, "i j k"]
Points = Float[np.ndarray, "_ 3"]

_PROMINENCE_MM = 4.0  # of a tip's distance over the saddle to a farther tip [own rule]
_CENTRING = 2.0  # power of the radius by which a step costs less in the middle
_SMOOTHING_MM = 1.5  # standard deviation along a way
_STEP_MM = 1.0


@dataclass(frozen=True, eq=False)
class Branch:
    """The middle of the way from the ostium's middle to a lobe's tip."""

    points: Points  # LPS mm, 1 mm apart
    reach_mm: float  # distance of the tip from the ostium's middle, through the lumen


def branches(body: Chamber, ostium: Plane) -> tuple[Branch, ...]:
    """The way to every lobe's tip, the farthest tip first.

    A tip is where the distance from the ostium's middle through the lumen is greatest, and at least
    4 mm greater than where its lobe joins another one with a farther tip. Ways are the cheapest
    through the voxels, a step costing 1 / radius² as in `anatomy.mesh.centrelines`, which searches
    finer and centres by exact distances: for a whole atrium this takes most of a minute.

    Args:
        body: the atrium.
        ostium: its normal points into the appendage.

    Raises:
        GeometryError: no voxel lies behind the ostium.
    """
    behind = _behind(body, ostium)
    box = bounding_box(behind)
    corner = np.array([side.start for side in box])
    mask = behind[box]
    places = body.grid.to_lps((np.argwhere(mask) + corner).astype(float))
    steps = _steps(mask, body.grid)
    middle = int(np.linalg.norm(places - ostium.point, axis=1).argmin())
    reach = dijkstra(steps, directed=False, indices=middle)
    reach[~np.isfinite(reach)] = 0  # voxels that hang together over corners only
    costs = _cheaper_in_the_middle(steps, body.depth_mm[box][mask])
    _, before = dijkstra(costs, directed=False, indices=middle, return_predecessors=True)
    ways = {tip: places[_traced(before, middle, int(tip))] for tip in _tips(mask, reach)}
    return tuple(
        Branch(_smooth(np.vstack([ostium.point, way])), float(reach[tip]))
        for tip, way in ways.items()
    )


def _behind(body: Chamber, ostium: Plane) -> Mask:
    """The voxels in front of the ostium's plane that hang together with its middle."""
    places = np.argwhere(body.inside)
    lps = body.grid.to_lps(places.astype(float))
    front = (lps - ostium.point) @ ostium.normal > 0
    mask = np.zeros(body.inside.shape, bool)
    mask[tuple(places[front].T)] = True
    parts, _ = ndimage.label(mask, np.ones((3, 3, 3)))
    if not front.any():
        raise GeometryError("nothing of the lumen lies behind the ostium; move its points.")
    nearest = np.linalg.norm(lps[front] - ostium.point, axis=1).argmin()
    behind: Mask = parts == parts[tuple(places[front][nearest])]
    return behind


def _steps(mask: Mask, grid: Grid) -> csr_array:
    """Lengths of the steps between neighbouring voxels, each pair once."""
    number = np.cumsum(mask.ravel()).reshape(mask.shape) - 1
    padded = np.pad(np.where(mask, number, -1), 1, constant_values=-1)
    here = np.argwhere(mask) + 1
    rows, columns, lengths = [], [], []
    for step in np.array(list(np.ndindex(3, 3, 3)))[14:] - 1:
        there = padded[tuple((here + step).T)]
        joined = there >= 0
        rows.append(np.flatnonzero(joined))
        columns.append(there[joined])
        lengths.append(np.full(joined.sum(), np.linalg.norm(grid.affine[:3, :3] @ step)))
    pairs = (np.concatenate(rows), np.concatenate(columns))
    return coo_array((np.concatenate(lengths), pairs), shape=(len(here), len(here))).tocsr()


def _cheaper_in_the_middle(steps: csr_array, depth: Float[np.ndarray, "voxel"]) -> csr_array:
    pairs = steps.tocoo()
    row, column = pairs.coords
    cost = pairs.data / ((depth[row] + depth[column]) / 2) ** _CENTRING
    return coo_array((cost, (row, column)), shape=steps.shape).tocsr()


def _tips(mask: Mask, reach: Float[np.ndarray, "voxel"]) -> Integer[np.ndarray, "tip"]:
    """Numbers of the voxels where the distance peaks, the farthest first."""
    field = np.zeros(mask.shape)
    field[mask] = reach
    peaks = (field == ndimage.maximum_filter(field, size=5)) & mask
    candidates = np.flatnonzero(peaks[mask])
    candidates = candidates[np.argsort(-reach[candidates], kind="stable")]
    places = np.argwhere(mask)[candidates]
    alone = np.zeros(len(candidates), bool)
    saddle = np.zeros(len(candidates))
    for level in np.arange(0.0, reach.max(), 1.0):
        parts, _ = ndimage.label(field > level, np.ones((3, 3, 3)))
        part = parts[tuple(places.T)]
        farthest = np.zeros(len(part), bool)
        farthest[np.unique(part, return_index=True)[1]] = True  # they are sorted by distance
        alone = farthest & (part > 0)
        saddle = np.where(alone | (part == 0), saddle, level)
    kept = reach[candidates] - saddle >= _PROMINENCE_MM
    kept[:1] = True
    return np.asarray(candidates[kept])


def _traced(before: np.ndarray, first: int, last: int) -> list[int]:
    return list(_back(before, first, last))[::-1]


def _back(before: np.ndarray, first: int, last: int) -> Iterator[int]:
    while last != first:
        yield last
        last = int(before[last])
    yield first


def _smooth(way: Points) -> Points:
    """A way at even steps, without the stairs of its voxels; its ends stay."""
    even = resampled(way, _STEP_MM)
    smooth = ndimage.gaussian_filter1d(even, _SMOOTHING_MM / _STEP_MM, axis=0, mode="nearest")
    smooth[0], smooth[-1] = even[0], even[-1]
    return resampled(smooth, _STEP_MM)


def resampled(points: Points, step_mm: float) -> Points:
    """Points along a broken line at even steps of about this length."""
    along = np.concatenate([[0], np.cumsum(np.linalg.norm(np.diff(points, axis=0), axis=1))])
    places = np.linspace(0, along[-1], max(2, round(along[-1] / step_mm) + 1))
    return np.column_stack([np.interp(places, along, x) for x in points.T])
