"""What of a lumen lies beyond an ostium: the appendage, its volume and its depth."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float, Integer
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components
from scipy.spatial import KDTree

from heartwright.data import Plane, Solid

Loop = Float[np.ndarray, "corner 3"]
Triangles = Float[np.ndarray, "triangle 3 3"]


@dataclass(frozen=True, eq=False)
class Beyond:
    """The part of a surface in front of a plane that hangs together with a loop in it."""

    vertices: Float[np.ndarray, "vertex 3"]  # LPS mm
    triangles: Triangles  # clipped at the plane
    depth_mm: float  # greatest height of a vertex over the plane
    volume_mm3: float  # between surface and plane


def beyond(lumen: Solid, plane: Plane, loop: Loop) -> Beyond:
    """The part of a lumen on the side of a plane that its normal points to, behind one loop.

    Other parts in front of the plane (a vein beside the appendage) are left alone. The volume is
    exact for the triangles: by the divergence theorem from a point in the plane, where the cap
    that closes the part adds nothing.
    """
    height = (lumen.vertices - plane.point) @ plane.normal
    mine = _connected(lumen, height > 0, loop)
    vertices = lumen.vertices[mine]
    triangles = _clipped(lumen.vertices, lumen.faces[mine[lumen.faces].any(axis=1)], height)
    a, b, c = (triangles - plane.point).transpose(1, 0, 2)
    return Beyond(
        vertices=vertices,
        triangles=triangles,
        depth_mm=float(height[mine].max(initial=0.0)),
        volume_mm3=float(np.einsum("ij,ij->", a, np.cross(b, c)) / 6),
    )


def _connected(
    lumen: Solid, above: Bool[np.ndarray, "vertex"], loop: Loop
) -> Bool[np.ndarray, "vertex"]:
    """The vertices in front that edges in front join to the one nearest to the loop."""
    if not above.any():
        return above
    edges = lumen.faces[:, [0, 1, 1, 2, 2, 0]].reshape(-1, 2)
    edges = edges[above[edges].all(axis=1)]
    size = len(lumen.vertices)
    graph = coo_array((np.ones(len(edges), bool), edges.T), shape=(size, size))
    part = connected_components(graph, directed=False)[1]
    numbers = np.flatnonzero(above)
    nearest = numbers[KDTree(lumen.vertices[above]).query(loop)[1]]
    found, votes = np.unique(part[nearest], return_counts=True)
    return np.asarray(above & (part == found[votes.argmax()]))


def _clipped(
    vertices: Float[np.ndarray, "vertex 3"],
    faces: Integer[np.ndarray, "face 3"],
    height: Float[np.ndarray, "vertex"],
) -> Triangles:
    """Triangles without what of them lies behind the plane."""
    above = height[faces] > 0
    count = above.sum(axis=1)
    one = _rolled(faces[count == 1], above[count == 1].argmax(axis=1))
    two = _rolled(faces[count == 2], above[count == 2].argmin(axis=1))
    tips = np.stack(
        [vertices[one[:, 0]], *(_crossing(vertices, height, one[:, [0, n]]) for n in (1, 2))],
        axis=1,
    )
    left, right = (vertices[two[:, n]] for n in (1, 2))
    from_left, from_right = (_crossing(vertices, height, two[:, [0, n]]) for n in (1, 2))
    halves = [
        np.stack([from_left, left, right], axis=1),
        np.stack([from_left, right, from_right], axis=1),
    ]
    return np.concatenate([vertices[faces[count == 3]], tips, *halves])


def _rolled(
    faces: Integer[np.ndarray, "face 3"], first: Integer[np.ndarray, "face"]
) -> Integer[np.ndarray, "face 3"]:
    """Triangles that begin at a chosen corner."""
    return np.take_along_axis(faces, (first[:, None] + np.arange(3)) % 3, axis=1)


def _crossing(
    vertices: Float[np.ndarray, "vertex 3"],
    height: Float[np.ndarray, "vertex"],
    edges: Integer[np.ndarray, "edge 2"],
) -> Float[np.ndarray, "edge 3"]:
    """Where edges cross the plane."""
    start, end = edges.T
    share = height[start] / (height[start] - height[end])
    return vertices[start] + share[:, None] * (vertices[end] - vertices[start])
