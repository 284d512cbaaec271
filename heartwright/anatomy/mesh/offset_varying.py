"""Distance to a surface that keeps different distances in different places."""

import os
from concurrent.futures import ThreadPoolExecutor

import numpy as np
from jaxtyping import Float
from manifold3d import Manifold, Mesh64
from scipy.sparse import coo_array
from scipy.sparse.csgraph import dijkstra
from scipy.spatial import KDTree

from heartwright.data import Solid

Points = Float[np.ndarray, "point 3"]
Distances = Float[np.ndarray, "point"]
Radii = Float[np.ndarray, "vertex"]
Corners = Float[np.ndarray, "pair 3 3"]
Starts = Float[np.ndarray, "pair 3"]

_CANDIDATES = 12  # nearest triangles that hold the one whose ball reaches farthest
_BLOCK = 15_000  # points at a time: bounds the memory
_STEEPEST = 1 - 1e-12  # of a head start, mm a mm; beyond it the best place is a corner
_TINY = 1e-30


class HeadStartTree:
    """Triangles with balls of their own radii at every point, searchable by distance.

    The distance of a point p is min |p - q| + r_max - r(q) over points q of the surface: where
    the balls are smaller, the way begins with a head start. The balls' envelope lies where it is
    r_max. It is the same envelope as where |p - q|² - r(q)², the power distance (Aurenhammer 1987,
    doi:10.1137/0216006), has its zero, and with a fourth coordinate √(2 r_max² - r²) for the
    surface that is an ordinary distance, √2 r_max: so a k-d tree in four dimensions finds it.
    """

    even = True  # the search needs no proof: candidates lie closer together than balls' radii

    def __init__(self, solid: Solid, radii: Radii, *, longest_mm: float):
        self._most = float(radii.max())
        self._corners, at_corners = _refined(solid, within_reach(solid, radii), longest_mm)
        self._starts = self._most - at_corners
        self.centres = self._corners.mean(axis=1)
        spans = np.linalg.norm(self._corners - self.centres[:, None], axis=2)
        self.largest_radius = float(spans.max())
        self.slack = 2 * self.largest_radius  # how far `bound` may lie above the distance
        self._start = self._starts.mean(axis=1)
        lift = np.sqrt(2 * self._most**2 - (self._most - self._start) ** 2)
        self._tree = KDTree(np.column_stack([self.centres, lift]))

    def bound(self, points: Points) -> Distances:
        """Upper bound of the distance: by way of one centroid, at most `slack` above."""
        _, number = self._tree.query(_on_floor(points), workers=-1)
        away: Distances = np.linalg.norm(points - self.centres[number], axis=1)
        return away + self._start[number]

    def near(self, points: Points) -> Distances:
        """Distance by way of the best of the nearest triangles: exact but for rare near-ties."""
        blocks = [points[n : n + _BLOCK] for n in range(0, len(points), _BLOCK)]
        with ThreadPoolExecutor(os.cpu_count()) as pool:
            return np.concatenate([np.empty(0), *pool.map(self._search, blocks)])

    distance = near

    def _search(self, points: Points) -> Distances:
        count = min(_CANDIDATES, len(self.centres))
        _, number = self._tree.query(_on_floor(points), k=np.arange(1, count + 1))
        every, chosen = np.repeat(points, count, axis=0), number.ravel()
        found = head_start_distance(every, self._corners[chosen], self._starts[chosen])
        best: Distances = found.reshape(number.shape).min(axis=1)
        return best


def within_reach(solid: Solid, radii: Radii) -> Radii:
    """Each vertex's radius, or what its neighbours' larger balls have of it along the surface.

    No two vertices then differ by more than they are apart, and the envelope is the same: the
    ball that is added lies inside the one that it was taken from.
    """
    ends = np.sort(np.concatenate([np.roll(solid.faces, n, axis=1)[:, :2] for n in range(3)]))
    ends = np.unique(ends, axis=0).astype(np.int64)
    lengths = np.linalg.norm(np.diff(solid.vertices[ends], axis=1)[:, 0], axis=1)
    count, most = len(solid.vertices), float(radii.max())
    first = most - radii + 1.0  # from one more node to every vertex; 0 would be no edge
    start = np.full(count, count)
    graph = coo_array(
        (
            np.concatenate([np.maximum(lengths, _TINY), first]),
            (np.append(ends[:, 0], start), np.append(ends[:, 1], np.arange(count))),
        ),
        shape=(count + 1, count + 1),
    )
    ways: Radii = dijkstra(graph.tocsr(), directed=False, indices=count)[:count]
    return most + 1.0 - ways


def head_start_distance(points: Starts, corners: Corners, starts: Starts) -> Distances:
    """Least |p - q| + s(q) over the points q of each point's triangle, s linear on it, mm.

    Inside the triangle the best place is where the slope of s equals the sine of the angle at
    which p is seen; if that place lies beyond the triangle, or s is steeper than 1, it is on an
    edge.
    """
    a, b, c = corners.transpose(1, 0, 2)
    sides = ((0, 1), (1, 2), (2, 0))
    edges = [_by_edge(points, corners[:, [n, m]], starts[:, [n, m]]) for n, m in sides]
    normal = np.cross(b - a, c - a)
    squared = np.maximum(np.einsum("ij,ij->i", normal, normal), _TINY)
    opposite = np.stack([c - b, a - c, b - a], axis=1)
    slope = np.einsum("pn,pni->pi", starts, np.cross(normal[:, None], opposite)) / squared[:, None]
    height = np.einsum("ij,ij->i", points - a, normal)
    foot = points - (height / squared)[:, None] * normal
    height = np.abs(height) / np.sqrt(squared)
    cosine = np.sqrt(np.maximum(1 - np.einsum("ij,ij->i", slope, slope), _TINY))
    place = foot - (height / cosine)[:, None] * slope
    turns = [
        np.einsum("ij,ij->i", np.cross(q - p, place - p), normal)
        for p, q in ((a, b), (b, c), (c, a))
    ]
    inside = (np.minimum.reduce(turns) >= 0) & (cosine > 1e-6) & (squared > 1e-24)
    level = starts[:, 0] + np.einsum("ij,ij->i", foot - a, slope)
    on_edge = np.minimum.reduce(edges)
    result: Distances = np.where(inside, np.minimum(height * cosine + level, on_edge), on_edge)
    return result


def _by_edge(
    points: Starts, ends: Float[np.ndarray, "pair 2 3"], starts: Float[np.ndarray, "pair 2"]
) -> Distances:
    """The least distance by way of an edge of each triangle."""
    along, offset = ends[:, 1] - ends[:, 0], points - ends[:, 0]
    length = np.sqrt(np.maximum(np.einsum("ij,ij->i", along, along), _TINY))
    ahead = np.einsum("ij,ij->i", along, offset) / length
    aside = np.sqrt(np.maximum(np.einsum("ij,ij->i", offset, offset) - ahead**2, 0))
    slope = np.clip((starts[:, 1] - starts[:, 0]) / length, -_STEEPEST, _STEEPEST)
    place = np.clip(ahead - aside * slope / np.sqrt(1 - slope**2), 0, length)
    rise = (starts[:, 1] - starts[:, 0]) * place / length
    result: Distances = np.hypot(aside, place - ahead) + starts[:, 0] + rise
    return result


def _on_floor(points: Points) -> Float[np.ndarray, "point 4"]:
    return np.column_stack([points, np.zeros(len(points))])


def _refined(
    solid: Solid, radii: Radii, longest_mm: float
) -> tuple[Float[np.ndarray, "triangle 3 3"], Float[np.ndarray, "triangle 3"]]:
    """The triangles' corners and the radii there, long sides divided."""
    carried = np.column_stack([solid.vertices, radii])
    mesh = Mesh64(np.ascontiguousarray(carried), np.array(solid.faces, np.uint64, order="C"))
    divided = Manifold(mesh).refine_to_length(longest_mm).to_mesh64()
    faces = np.asarray(divided.tri_verts).astype(np.int64)
    values = np.array(divided.vert_properties, dtype=np.float64)[faces]
    return values[..., :3], values[..., 3]
