"""Exact distance from points to triangles."""

import os
from concurrent.futures import ThreadPoolExecutor

import numpy as np
from jaxtyping import Bool, Float, Integer
from scipy.spatial import KDTree

from heartwright.anatomy.mesh.kernel import to_manifold
from heartwright.data import Solid

Points = Float[np.ndarray, "point 3"]
Distances = Float[np.ndarray, "point"]
Corners = Float[np.ndarray, "pair 3 3"]

_CANDIDATES = 16  # nearest centroids that hold the nearest triangle of an even mesh
_SURE = 96  # nearest centroids that usually prove it, from a wall's thickness away
_LEAF = 32  # centroids a leaf: a search from a wall's thickness away opens many leaves
_FIRST = 2  # of them measured at once, to rule most others out
_BLOCK = 30_000  # points at a time: bounds the memory
_MOST_PIECES = 500_000  # triangles after refining
_TINY = 1e-30  # keeps flat triangles from dividing by zero


class TriangleTree:
    """Triangles of a solid, refined to an even size, searchable by distance."""

    def __init__(self, solid: Solid, *, longest_mm: float = np.inf):
        self._corners = _refined(solid, longest_mm)
        self._centres = self._corners.mean(axis=1)
        self._radii = np.linalg.norm(self._corners - self._centres[:, None], axis=2).max(axis=1)
        a, b, c = self._corners.transpose(1, 0, 2)
        normals = np.cross(b - a, c - a)
        self._normals = normals / (np.linalg.norm(normals, axis=1, keepdims=True) + _TINY)
        self._tree = KDTree(self._centres, leafsize=_LEAF)
        self.largest_radius = float(self._radii.max())
        self.slack = self.largest_radius  # how far `bound` may lie above the distance
        self.even = self.largest_radius < 2 * float(np.median(self._radii))

    @property
    def centres(self) -> Float[np.ndarray, "triangle 3"]:
        """Centroids, LPS mm."""
        return self._centres

    def bound(self, points: Points) -> Distances:
        """Upper bound of the distance: to the nearest centroid, at most `slack` above."""
        return self._tree.query(points, workers=-1)[0]

    def near(self, points: Points) -> Distances:
        """Distance to the best of the nearest triangles: exact but for rare near-ties."""
        return self._in_blocks(points, min(_CANDIDATES, len(self._centres)))[0]

    def distance(self, points: Points) -> Distances:
        """Distance to the surface, exact: more triangles are searched until none can be nearer."""
        best = np.empty(len(points))
        open_points, count = np.arange(len(points)), _SURE
        while len(open_points):
            count = min(count, len(self._centres))
            best[open_points], certain = self._in_blocks(points[open_points], count)
            open_points, count = open_points[~certain], 4 * count
        return best

    def _in_blocks(self, points: Points, count: int) -> tuple[Distances, Bool[np.ndarray, "point"]]:
        step = max(1, _BLOCK * _CANDIDATES // count)
        blocks = [points[n : n + step] for n in range(0, len(points), step)]
        with ThreadPoolExecutor(os.cpu_count()) as pool:  # SciPy and NumPy let go of Python's lock
            found = list(pool.map(lambda block: self._search(block, count), blocks))
        if not found:
            return np.empty(0), np.empty(0, bool)
        return np.concatenate([d for d, _ in found]), np.concatenate([c for _, c in found])

    def _search(self, points: Points, count: int) -> tuple[Distances, Bool[np.ndarray, "point"]]:
        """The best distance among `count` candidates, and whether no other can beat it."""
        reach, number = self._tree.query(points, k=np.arange(1, count + 1))
        first = number[:, :_FIRST]
        best = self._exact(np.repeat(points, first.shape[1], 0), first.ravel())
        best = best.reshape(first.shape).min(axis=1)
        point, rank = np.nonzero(self._disc_bound(points, reach, number) < best[:, None])
        np.minimum.at(best, point, self._exact(points[point], number[point, rank]))
        complete = count >= len(self._centres)
        return best, complete | (reach[:, -1] - self.largest_radius >= best)

    def _exact(
        self, points: Float[np.ndarray, "pair 3"], number: Integer[np.ndarray, "pair"]
    ) -> Float[np.ndarray, "pair"]:
        return point_triangle(points, self._corners[number])

    def _disc_bound(
        self,
        points: Points,
        reach: Float[np.ndarray, "point candidate"],
        number: Integer[np.ndarray, "point candidate"],
    ) -> Float[np.ndarray, "point candidate"]:
        """Lower bound of the distance: to the disc around each candidate triangle."""
        offset = points[:, None] - self._centres[number]
        height = np.einsum("pci,pci->pc", offset, self._normals[number])
        aside = np.sqrt(np.maximum(reach**2 - height**2, 0)) - self._radii[number]
        return np.sqrt(height**2 + np.maximum(aside, 0) ** 2) - 1e-9


def point_triangle(
    points: Float[np.ndarray, "pair 3"], corners: Corners
) -> Float[np.ndarray, "pair"]:
    """Distance of each point to its triangle, mm.

    The plane where the foot of the perpendicular is inside the triangle, else the nearest edge.
    """
    a, b, c = corners.transpose(1, 0, 2)
    edges = [_segment_squared(points, p, q) for p, q in ((a, b), (b, c), (c, a))]
    normal = np.cross(b - a, c - a)
    squared = np.maximum(np.einsum("ij,ij->i", normal, normal), _TINY)
    sides = [
        np.einsum("ij,ij->i", np.cross(q - p, points - p), normal)
        for p, q in ((a, b), (b, c), (c, a))
    ]
    above = np.minimum.reduce(sides) >= 0
    plane = np.einsum("ij,ij->i", points - a, normal) ** 2 / squared
    nearest_edge = np.minimum.reduce(edges)
    return np.sqrt(np.where(above, np.minimum(plane, nearest_edge), nearest_edge))


def _segment_squared(
    points: Float[np.ndarray, "pair 3"],
    start: Float[np.ndarray, "pair 3"],
    end: Float[np.ndarray, "pair 3"],
) -> Float[np.ndarray, "pair"]:
    along, offset = end - start, points - start
    length = np.maximum(np.einsum("ij,ij->i", along, along), _TINY)
    share = np.clip(np.einsum("ij,ij->i", offset, along) / length, 0, 1)
    rest = offset - share[:, None] * along
    return np.einsum("ij,ij->i", rest, rest)


def _refined(solid: Solid, longest_mm: float) -> Corners:
    """The triangles, those much longer than usual divided: the search wants an even size."""
    corners = solid.vertices[solid.faces]
    sides = np.linalg.norm(corners - np.roll(corners, 1, axis=1), axis=2)
    usual = min(2 * float(np.median(sides)), longest_mm)
    longest = max(usual, float(np.sqrt(4 * solid.area_mm2 / _MOST_PIECES)))
    if sides.max() <= longest:
        return corners
    mesh = to_manifold(solid).refine_to_length(longest).to_mesh64()
    return np.asarray(mesh.vert_properties)[:, :3][np.asarray(mesh.tri_verts).astype(np.int64)]
