"""Many planes through one surface, each in a millisecond or two."""

import numpy as np
from jaxtyping import Float, Integer
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components, depth_first_order

from heartwright.data import Solid
from heartwright.planning.section import area, in_plane

Vector = Float[np.ndarray, "3"]
Loop = Float[np.ndarray, "corner 3"]


class Slicer:
    """Closed curves in which planes cut a solid, or the part of it near a place.

    `anatomy.mesh.section` makes a body for booleans first, which takes most of a second on a real
    atrium; a centreline has a hundred stations. Where only the triangles near a place are kept, a
    curve that leaves them is open and is not returned; within the reach all curves are whole.
    """

    def __init__(self, solid: Solid, *, near: Vector | None = None, reach_mm: float = np.inf):
        faces = solid.faces
        if near is not None:
            corners = solid.vertices[faces]
            centres = corners.mean(axis=1)
            radii = np.linalg.norm(corners - centres[:, None], axis=2).max(axis=1)
            faces = faces[np.linalg.norm(centres - near, axis=1) - radii < reach_mm]
        used, faces = np.unique(faces, return_inverse=True)
        self._vertices = solid.vertices[used]
        self._corners = np.ascontiguousarray(faces.reshape(-1, 3).T.astype(np.int64))

    def loops(self, point: Vector, normal: Vector) -> list[Loop]:
        """The closed curves in a plane, LPS mm, corners in order; none where it misses."""
        height = self._vertices @ normal - point @ normal
        above = height >= 0
        first, second, third = (above[corner] for corner in self._corners)
        faces = self._corners[:, (first != second) | (second != third)].T
        if len(faces) == 0:
            return []
        edges = _crossed_edges(faces, above)
        keys = edges[..., 0] * len(height) + edges[..., 1]
        unique, links = np.unique(keys, return_inverse=True)
        low, high = np.divmod(unique, len(height))
        share = height[low] / (height[low] - height[high])
        corners = self._vertices[low] + share[:, None] * (
            self._vertices[high] - self._vertices[low]
        )
        return [corners[order] for order in _cycles(links.reshape(-1, 2), len(unique))]

    def around(self, point: Vector, normal: Vector) -> Loop | None:
        """The smallest curve in the plane through a point that goes round this point, if any."""
        axes = in_plane(normal)
        loops = [loop for loop in self.loops(point, normal) if _encloses((loop - point) @ axes)]
        return min(loops, key=lambda loop: area(loop @ axes), default=None)


def centroid(loop: Loop, normal: Vector) -> Vector:
    """Centre of the area inside a loop."""
    middle = loop.mean(axis=0)
    axes = in_plane(normal)
    flat = (loop - middle) @ axes
    x, y = flat.T
    across = x * np.roll(y, -1) - y * np.roll(x, -1)
    sums = np.array([(c + np.roll(c, -1)) @ across for c in (x, y)])
    centre: Vector = middle + axes @ (sums / (3 * across.sum()))
    return centre


def _crossed_edges(
    faces: Integer[np.ndarray, "face 3"], above: np.ndarray
) -> Integer[np.ndarray, "face 2 2"]:
    """The two edges of each triangle that the plane crosses, lower vertex number first."""
    sides = np.stack([faces, np.roll(faces, -1, axis=1)], axis=-1)
    crossed = above[sides[..., 0]] != above[sides[..., 1]]
    return np.sort(sides[crossed].reshape(-1, 2, 2), axis=-1)


def _cycles(
    links: Integer[np.ndarray, "link 2"], count: int
) -> list[Integer[np.ndarray, "corner"]]:
    """Corners of each closed chain, in order: a walk into the depth goes once round a ring."""
    ring = coo_array((np.ones(len(links)), links.T), shape=(count, count)).tocsr()
    ring = ring + ring.T
    number, part = connected_components(ring, directed=False)
    opened = np.unique(part[np.diff(ring.indptr) != 2])
    first = np.unique(part, return_index=True)[1]
    return [
        depth_first_order(ring, first[n], directed=False, return_predecessors=False)
        for n in range(number)
        if n not in opened
    ]


def _encloses(flat: Float[np.ndarray, "vertex 2"]) -> bool:
    """Whether a loop goes round the origin (winding number)."""
    angle = np.arctan2(flat[:, 1], flat[:, 0])
    turn = np.diff(angle, append=angle[:1])
    return bool(abs(np.round((turn + np.pi) % (2 * np.pi) - np.pi, 12).sum()) > np.pi)
