"""What makes triangles a solid, checked exactly and put on paper."""

from dataclasses import dataclass

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from heartwright.anatomy.mesh.crossings import flat_triangles, self_intersections
from heartwright.anatomy.mesh.shells import Faces, Shell, shells, winding
from heartwright.data import Solid, Surface
from heartwright.data.surface import loose_edges


@dataclass(frozen=True)
class Certificate:
    """Counts of what a solid must not have, and of its pieces."""

    loose_edges: int  # not shared by exactly two triangles that agree in direction
    pinched_vertices: int  # where the surface touches itself in one point
    flat_triangles: int  # without area
    self_intersections: int  # pairs of triangles
    misplaced_shells: int  # inside out, or one body inside another
    bodies: int
    cavities: int  # closed voids

    @property
    def valid(self) -> bool:
        """Closed, 2-manifold, turned outwards, nowhere through itself."""
        return not (
            self.loose_edges
            or self.pinched_vertices
            or self.flat_triangles
            or self.self_intersections
            or self.misplaced_shells
        )


def certify(solid: Solid | Surface) -> Certificate:
    """Count a mesh's defects, its bodies and its cavities, exactly for its float64 vertices.

    Whether a cavity was wanted, only the caller knows; bodies and cavities are therefore counted,
    not judged.
    """
    vertices, faces = solid.vertices.astype(np.float64), solid.faces.astype(np.int64)
    found = shells(vertices, faces)
    return Certificate(
        loose_edges=loose_edges(faces),
        pinched_vertices=_pinched(faces),
        flat_triangles=len(flat_triangles(vertices, faces)),
        self_intersections=len(self_intersections(vertices, faces)),
        misplaced_shells=sum(_misplaced(shell, found) for shell in found),
        bodies=sum(shell.volume_mm3 > 0 for shell in found),
        cavities=sum(shell.volume_mm3 <= 0 for shell in found),
    )


def _pinched(faces: Faces) -> int:
    """By how much fans of triangles around vertices outnumber the vertices.

    A fan is a set of triangles' corners at a vertex, joined where the triangles share an edge.
    """
    corner = np.arange(faces.size).reshape(faces.shape)
    ends = np.stack([faces, np.roll(faces, -1, axis=1)], axis=-1).reshape(-1, 2)
    corners = np.stack([corner, np.roll(corner, -1, axis=1)], axis=-1).reshape(-1, 2)
    backwards = ends[:, 0] > ends[:, 1]
    ends[backwards], corners[backwards] = ends[backwards, ::-1], corners[backwards, ::-1]
    order = np.lexsort(ends.T)
    ends, corners = ends[order], corners[order]
    same = (ends[1:] == ends[:-1]).all(axis=1)
    left, right = corners[:-1][same].ravel(), corners[1:][same].ravel()
    graph = coo_array((np.ones(len(left), bool), (left, right)), shape=(faces.size, faces.size))
    fans, _ = connected_components(graph, directed=False)
    return int(fans - len(np.unique(faces)))


def _misplaced(shell: Shell, others: tuple[Shell, ...]) -> bool:
    """Whether a body lies in another one, or a cavity in none."""
    around = sum(winding(other, shell.vertices[0]) for other in others if other is not shell)
    return round(around) != (0 if shell.volume_mm3 > 0 else 1)
