"""The surface on which a field has a given value."""

import numpy as np
from jaxtyping import Float, Integer

from heartwright.anatomy.grid import Field

_NUDGE = 1e-3  # of the spacing: keeps the surface off the nodes, where its triangles would collapse

Triangles = tuple[Float[np.ndarray, "vertex 3"], Integer[np.ndarray, "face 3"]]


def isosurface(field: Field, level: float) -> Triangles:
    """Triangles in LPS mm where the field is `level`; they face the side of greater values.

    FlyingEdges (Schroeder 2015, doi:10.1109/LDAV.2015.7348069) gives a closed 2-manifold as long
    as the field exceeds `level` along its border. It runs in index space because VTK computes in
    float32, which far from the origin is too coarse for millimetres.
    """
    import pyvista

    image = pyvista.ImageData(dimensions=field.values.shape)
    image["field"] = _off_nodes(field, level).ravel(order="F")
    contour = image.contour([0.0], scalars="field", method="flying_edges", compute_normals=False)
    faces = contour.regular_faces.astype(np.int64) if contour.n_cells else np.empty((0, 3), int)
    vertices = field.grid.to_lps(np.asarray(contour.points, dtype=np.float64).reshape(-1, 3))
    mirrored = np.linalg.det(field.affine[:3, :3]) < 0
    return vertices, faces if mirrored else faces[:, ::-1]


def _off_nodes(field: Field, level: float) -> Float[np.ndarray, "i j k"]:
    """The field less the level, nowhere nearly zero."""
    gap = field.values - level
    nudge = _NUDGE * field.grid.spacing.min()
    close = np.abs(gap) < nudge
    gap[close] = np.copysign(nudge, gap[close])
    return gap
