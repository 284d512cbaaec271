"""From triangles as somebody gave them to a solid."""

import numpy as np
from jaxtyping import Float, Integer

from heartwright.anatomy.mesh.shells import Faces, Vertices
from heartwright.data import GeometryError, Solid, Surface
from heartwright.data.surface import signed_volume

_WELD = 1e-6  # of the size: vertices nearer than this are the same one


def as_solid(surface: Surface) -> Solid:
    """A solid from a surface: duplicate vertices welded, flat triangles dropped, turned outwards.

    STL files repeat each vertex in every triangle; this joins them again. Holes and edges with
    more than two triangles are not repaired.

    Raises:
        GeometryError: the surface is empty, open, not oriented consistently or not 2-manifold.
    """
    what = surface.name or "the mesh"
    if not len(surface.faces) or not np.isfinite(surface.vertices).all():
        raise GeometryError(f"{what} has no usable triangles; export it again.")
    vertices, faces = _welded(surface.vertices.astype(np.float64), surface.faces.astype(np.int64))
    if len(faces) and signed_volume(vertices, faces) < 0:
        faces = faces[:, ::-1]
    return Solid(vertices, faces, surface.name, surface.provenance)


def _welded(
    vertices: Vertices, faces: Faces
) -> tuple[Float[np.ndarray, "kept 3"], Integer[np.ndarray, "left 3"]]:
    """Vertices that coincide made one; triangles that thereby lose a corner dropped."""
    weld = _WELD * float(np.ptp(vertices, axis=0).max())
    cells = np.rint((vertices - vertices.min(axis=0)) / max(weld, 1e-12)).astype(np.int64)
    _, kept, number = np.unique(cells, axis=0, return_index=True, return_inverse=True)
    faces = number.ravel()[faces]
    a, b, c = faces.T
    return vertices[kept], faces[(a != b) & (b != c) & (c != a)]
