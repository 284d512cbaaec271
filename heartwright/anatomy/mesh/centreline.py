"""Centrelines of vessels, with the radius of the largest ball inside at every point."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Int64
from scipy import ndimage
from scipy.interpolate import make_smoothing_spline
from scipy.sparse import coo_array, csr_array
from scipy.sparse.csgraph import connected_components, dijkstra
from scipy.spatial import KDTree

from heartwright.anatomy.mesh.nearest import TriangleTree
from heartwright.anatomy.mesh.section import plane_frame
from heartwright.anatomy.mesh.voxels import voxelise
from heartwright.data import GeometryError, Grid, InputError, Solid

Vector = Float[np.ndarray, "3"]
Points = Float[np.ndarray, "_ 3"]

_MOST_VOXELS = 1.5e6  # of the box in which paths are searched
_FINEST_MM = 0.25
_FAR_MM = 10.0  # how far outside the lumen an end may be given
_CENTRING = 2.0  # power of the radius by which a step costs less in the middle
_STEP_MM = 0.5  # between points of a centreline
_ROUNDS = 8  # of the search across the vessel, each half as wide: to 1/256 of the first
_DIRECTIONS = 8
_TIE_MM = 1e-4


@dataclass(frozen=True, eq=False)
class Centreline:
    """A path through the middle of a vessel, LPS mm, from where it was asked for."""

    points: Float[np.ndarray, "point 3"]
    radii: Float[np.ndarray, "point"]  # mm, of the largest ball around each point

    @property
    def length_mm(self) -> float:
        """Length of the path."""
        return float(np.linalg.norm(np.diff(self.points, axis=0), axis=1).sum())


def centrelines(lumen: Solid, start: Vector, ends: Points) -> tuple[Centreline, ...]:
    """The middle of a lumen from a start to each of some ends; the paths of a tree share its stem.

    The shortest path through the voxels inside, a step costing 1 / radius² (Antiga 2003's weight
    is of this family, doi:10.1109/TMI.2003.812261), then smoothed and moved across the vessel to
    where the exact distance to the wall is greatest. Not in the last radius before an end: there
    the wall of a closed end is nearer than the vessel's.

    Raises:
        InputError: an end is farther than 10 mm from the lumen.
        GeometryError: no way leads from the start to an end.
    """
    graph = _Graph(lumen)
    first, *last = (graph.nearest(point) for point in [start, *ends])
    paths = graph.paths(first, last)
    tree = TriangleTree(lumen)
    return tuple(_centred(path, tree, graph.spacing_mm) for path in paths)


class _Graph:
    """The voxels inside a lumen, joined to their 26 neighbours."""

    def __init__(self, lumen: Solid):
        size = np.ptp(lumen.bounds, axis=0)
        self.spacing_mm = max(_FINEST_MM, float((size.prod() / _MOST_VOXELS) ** (1 / 3)))
        mask, affine = voxelise(lumen, self.spacing_mm)
        depth = ndimage.distance_transform_edt(mask, sampling=self.spacing_mm)
        number = np.cumsum(mask.ravel()).reshape(mask.shape) - 1
        self._places = Grid(mask.shape, affine).to_lps(np.argwhere(mask))
        self._links = _links(mask, depth, number)
        self._name = lumen.name or "the lumen"

    def nearest(self, point: Vector) -> int:
        """The voxel nearest to a point."""
        away, node = KDTree(self._places).query(point)
        if not away <= _FAR_MM:
            raise InputError(
                f"the point {','.join(f'{x:g}' for x in point)} is not in {self._name}; give one "
                f"inside it or within {_FAR_MM:g} mm."
            )
        return int(node)

    def paths(self, first: int, last: list[int]) -> list[Points]:
        """The cheapest path from a voxel to each of some others."""
        _, part = connected_components(self._links, directed=False)
        if any(part[node] != part[first] for node in last):
            raise GeometryError(
                f"no way leads through {self._name} from the start to every end; give points in "
                f"one connected lumen."
            )
        _, before = dijkstra(self._links, directed=False, indices=first, return_predecessors=True)
        return [self._places[_traced(before, first, node)] for node in last]


def _links(mask: np.ndarray, depth: np.ndarray, number: np.ndarray) -> csr_array:
    steps = np.array(list(np.ndindex(3, 3, 3)))[14:] - 1  # each pair once
    rows, columns, costs = [], [], []
    for step in steps:
        here = tuple(
            slice(max(0, -s), n - max(0, s)) for s, n in zip(step, mask.shape, strict=True)
        )
        there = tuple(
            slice(max(0, s), n - max(0, -s)) for s, n in zip(step, mask.shape, strict=True)
        )
        both = mask[here] & mask[there]
        radius = (depth[here][both] + depth[there][both]) / 2
        rows.append(number[here][both])
        columns.append(number[there][both])
        costs.append(np.linalg.norm(step) / radius**_CENTRING)
    count = int(mask.sum())
    joined = tuple(np.concatenate(each) for each in (rows, columns))
    return coo_array((np.concatenate(costs), joined), shape=(count, count)).tocsr()


def _traced(before: np.ndarray, first: int, node: int) -> Int64[np.ndarray, "step"]:
    path = [node]
    while path[-1] != first:
        path.append(int(before[path[-1]]))
    return np.array(path[::-1], np.int64)


def _centred(path: Points, tree: TriangleTree, spacing_mm: float) -> Centreline:
    points = _smooth(path, spacing_mm)
    reach = 2 * spacing_mm
    for _ in range(_ROUNDS):
        points = _nearer_the_middle(points, tree, reach)
        reach /= 2
    return Centreline(points, tree.distance(points))


def _smooth(path: Points, spacing_mm: float) -> Points:
    """A path at even steps, without the stairs of its voxels."""
    if len(path) < 2:
        raise GeometryError("the start and the end of a centreline are one place; move one.")
    along = np.concatenate([[0], np.cumsum(np.linalg.norm(np.diff(path, axis=0), axis=1))])
    count = max(2, round(along[-1] / _STEP_MM)) + 1
    if len(path) < 5:
        places = np.linspace(0, along[-1], count)
        return np.column_stack([np.interp(places, along, x) for x in path.T])
    spline = make_smoothing_spline(along, path, lam=(4 * spacing_mm) ** 3)
    smooth: Points = spline(np.linspace(0, along[-1], count))
    return smooth


def _nearer_the_middle(points: Points, tree: TriangleTree, reach_mm: float) -> Points:
    """Each point, or the one beside it in its normal plane that is farthest from the wall."""
    frames = np.array([plane_frame(t) for t in np.gradient(points, axis=0)])
    angles = np.arange(_DIRECTIONS) * (2 * np.pi / _DIRECTIONS)
    flat = np.column_stack([np.cos(angles), np.sin(angles), np.zeros(_DIRECTIONS)]) * reach_mm
    aside = np.vstack([np.zeros(3), flat])
    tried = points[:, None] + np.einsum("dk,pkx->pdx", aside, frames)
    depth = tree.distance(tried.reshape(-1, 3)).reshape(len(points), -1)
    depth[:, 0] += _TIE_MM  # a flat vessel has no one middle: stay
    best: Points = np.take_along_axis(tried, depth.argmax(axis=1)[:, None, None], axis=1)[:, 0]
    return best
