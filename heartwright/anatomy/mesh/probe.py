"""Points asked about a solid: how far, and on which side."""

import numpy as np
from jaxtyping import Bool, Float

from heartwright.anatomy.mesh.nearest import TriangleTree
from heartwright.data import Solid

Points = Float[np.ndarray, "point 3"]


def distance(points: Points, solid: Solid) -> Float[np.ndarray, "point"]:
    """Distance from points (LPS mm) to a solid's surface, mm, exact and unsigned."""
    return TriangleTree(solid).distance(points)


def inside(solid: Solid, points: Points) -> Bool[np.ndarray, "point"]:
    """Which points (LPS mm) lie inside a solid, by the parity of rays (Embree)."""
    import trimesh

    centre = solid.vertices.mean(axis=0)  # Embree computes in float32
    mesh = trimesh.Trimesh(solid.vertices - centre, solid.faces, process=False)
    return np.asarray(mesh.ray.contains_points(points - centre), dtype=bool)
