"""Triangles as files hold them: corners without topology, and float32 coordinates."""

from typing import NamedTuple

import numpy as np
from jaxtyping import Float, Float32, Integer

from heartwright.data.errors import GeometryError
from heartwright.data.surface import Faces, Solid, Vertices, loose_edges

_Kept = Integer[np.ndarray, "kept 3"]  # some of the faces


class Triangles(NamedTuple):
    """Vertices and faces as a file gave them, nothing promised."""

    vertices: Float[np.ndarray, "vertex 3"]
    faces: Integer[np.ndarray, "face 3"]


def weld(vertices: Vertices, faces: Faces) -> Triangles:
    """Merge vertices whose coordinates are identical, and drop triangles that collapse.

    No tolerance: what differs by one bit stays apart. Vertices keep the order in which they first
    appear, so that the same triangles always give the same mesh.
    """
    exact = np.ascontiguousarray(vertices) + 0.0  # -0.0 and 0.0 are the same place
    rows = exact.view(np.dtype((np.void, exact.itemsize * 3))).ravel()
    _, first, inverse = np.unique(rows, return_index=True, return_inverse=True)
    order = np.argsort(first)
    rank = np.empty_like(order)
    rank[order] = np.arange(len(order))
    return Triangles(exact[first[order]], _without_collapsed(rank[inverse][faces]))


def compact(vertices: Vertices, faces: Faces) -> Triangles:
    """Leave out vertices that no triangle uses."""
    used, renumbered = np.unique(faces, return_inverse=True)
    return Triangles(vertices[used], renumbered.reshape(faces.shape))


def float32_corners(solid: Solid) -> Float32[np.ndarray, "face 3 3"]:
    """The corners of a solid's triangles, rounded to float32 and still closed when welded.

    Rounding may bring neighbouring vertices together; their edge then vanishes with its two
    triangles, and a sliver may fold flat onto its neighbour, which it takes with it.

    Raises:
        GeometryError: walls that the solid keeps apart become one; no format without topology
            can hold them.
    """
    rounded = solid.vertices.astype(np.float32)
    vertices, faces = weld(rounded, solid.faces)
    if len(faces) and loose_edges(faces):
        faces = _without_folds(faces)
    if len(faces) == 0 or loose_edges(faces):
        raise GeometryError(
            f"{solid.name or 'the mesh'} has walls that touch along a line, which a file without "
            f"topology such as STL cannot hold; write 3MF, or smooth or thicken the model."
        )
    return vertices[faces]


def _without_collapsed(faces: Faces) -> _Kept:
    a, b, c = faces.T
    return faces[(a != b) & (b != c) & (c != a)]


def _without_folds(faces: Faces) -> _Kept:
    """Cancel triangles that lie back to back: same corners, opposite direction."""
    corners, inverse = np.unique(np.sort(faces, axis=1), axis=0, return_inverse=True)
    net = np.bincount(inverse.ravel(), weights=_handedness(faces), minlength=len(corners))
    return faces[net[inverse.ravel()] != 0]


def _handedness(faces: Faces) -> Integer[np.ndarray, "face"]:
    """+1 where the corners ascend up to rotation, -1 where they descend."""
    a, b, c = faces.T
    return np.where((a < b).astype(int) + (b < c) + (c < a) == 2, 1, -1)
