"""A solid's connected pieces: bodies, and the cavities inside them."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Integer
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from heartwright.data import Solid
from heartwright.data.surface import signed_volume

Vertices = Float[np.ndarray, "vertex 3"]
Faces = Integer[np.ndarray, "face 3"]
Numbers = Integer[np.ndarray, "face"]


@dataclass(frozen=True, eq=False)
class Shell:
    """One connected closed surface; its volume is negative if it bounds a cavity."""

    vertices: Vertices
    faces: Faces
    volume_mm3: float


def shells(vertices: Vertices, faces: Faces) -> tuple[Shell, ...]:
    """The connected parts of a closed surface, from the largest volume to the most negative."""
    part = part_of_each(faces)
    found = [_shell(vertices, faces[part == n]) for n in range(part.max(initial=-1) + 1)]
    return tuple(sorted(found, key=lambda shell: -shell.volume_mm3))


def part_of_each(faces: Faces) -> Numbers:
    """The number of the connected part that each triangle belongs to, from 0 on."""
    start, end = faces[:, :2].ravel(), faces[:, 1:].ravel()
    size = int(faces.max(initial=-1)) + 1
    graph = coo_array((np.ones(len(start), bool), (start, end)), shape=(size, size))
    part = connected_components(graph, directed=False)[1][faces[:, 0]]
    numbers: Numbers = np.unique(part, return_inverse=True)[1]
    return numbers


def bodies(solid: Solid) -> tuple[Solid, ...]:
    """The solid's separate bodies, largest first, each with the cavities inside it."""
    found = shells(solid.vertices, solid.faces)
    outer = [shell for shell in found if shell.volume_mm3 > 0]
    inner = [shell for shell in found if shell.volume_mm3 <= 0]
    home = [_home(cavity, outer) for cavity in inner]
    return tuple(
        joined([body, *(c for c, n in zip(inner, home, strict=True) if n == number)], solid)
        for number, body in enumerate(outer)
    )


def cavities(solid: Solid) -> int:
    """How many closed voids the solid holds: what a printer would trap resin or powder in."""
    return sum(shell.volume_mm3 < 0 for shell in shells(solid.vertices, solid.faces))


def without_cavities(solid: Solid) -> Solid:
    """The solid with its cavities filled."""
    found = shells(solid.vertices, solid.faces)
    return joined([shell for shell in found if shell.volume_mm3 > 0], solid)


def joined(parts: list[Shell], like: Solid) -> Solid:
    """Shells as one solid, with the name and the provenance of another."""
    offsets = np.cumsum([0, *(len(part.vertices) for part in parts)])
    return Solid(
        np.concatenate([part.vertices for part in parts]),
        np.concatenate([part.faces + o for part, o in zip(parts, offsets, strict=False)]),
        like.name,
        like.provenance,
    )


def winding(shell: Shell, point: Float[np.ndarray, "3"]) -> float:
    """How often the shell winds around a point: 1 inside, 0 outside.

    Sum of the triangles' solid angles (Van Oosterom & Strackee 1983, doi:10.1109/TBME.1983.325207).
    """
    a, b, c = (shell.vertices[shell.faces[:, n]] - point for n in range(3))
    la, lb, lc = (np.linalg.norm(side, axis=1) for side in (a, b, c))
    above = np.einsum("ij,ij->i", a, np.cross(b, c))
    ab, bc, ca = (np.einsum("ij,ij->i", p, q) for p, q in ((a, b), (b, c), (c, a)))
    below = la * lb * lc + ab * lc + bc * la + ca * lb
    return float(np.arctan2(above, below).sum() / (2 * np.pi))


def _shell(vertices: Vertices, faces: Faces) -> Shell:
    used, compact = np.unique(faces, return_inverse=True)
    faces = compact.reshape(faces.shape)
    return Shell(vertices[used], faces, signed_volume(vertices[used], faces))


def _home(cavity: Shell, outer: list[Shell]) -> int:
    """Which body holds the cavity: the smallest one around it."""
    around = [n for n, body in enumerate(outer) if winding(body, cavity.vertices[0]) > 0.5]
    return around[-1] if around else 0
