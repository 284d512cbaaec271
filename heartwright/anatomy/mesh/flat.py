"""Triangles without area, taken out of a closed surface that stays where it is."""

import numpy as np
from jaxtyping import Int64

from heartwright.anatomy.mesh.crossings import flat_triangles
from heartwright.anatomy.mesh.shells import Faces, Vertices


def without_flat(vertices: Vertices, faces: Faces) -> Int64[np.ndarray, "_ 3"]:
    """The same surface, its flat triangles flipped away.

    Simplifying a plane leaves now and then three corners exactly on one line. The middle one lies
    on the longest side, so that the triangle beyond that side can be parted there instead: nothing
    moves. What cannot be flipped stays, and the certificate counts it.
    """
    faces = faces.astype(np.int64)
    flat = flat_triangles(vertices, faces)
    while len(flat):
        for number in flat.tolist():
            _flip(vertices, faces, number)
        left = flat[np.isin(flat, flat_triangles(vertices, faces))]
        if len(left) == len(flat):
            break
        flat = left
    return faces


def _flip(vertices: Vertices, faces: Int64[np.ndarray, "face 3"], flat: int) -> None:
    """Give the longest side of a flat triangle to the triangle beyond it, in place."""
    corners = vertices[faces[flat]]
    sides = np.linalg.norm(np.roll(corners, -1, axis=0) - corners, axis=1)
    a, b, c = np.roll(faces[flat], -1 - int(sides.argmax()))
    beyond = np.flatnonzero((faces == a).any(axis=1) & (faces == c).any(axis=1))
    (beyond,) = beyond[beyond != flat]
    (d,) = np.setdiff1d(faces[beyond], [a, c])
    parted = np.array([[a, b, d], [b, c, d]])
    joined = ((faces == b).any(axis=1) & (faces == d).any(axis=1)).any()
    if d != b and not joined and not len(flat_triangles(vertices, parted)):
        faces[[flat, beyond]] = parted
