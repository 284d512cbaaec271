"""How fast a value changes along a surface."""

import numpy as np
from jaxtyping import Float

from heartwright.data import Solid


def steepness(solid: Solid, values: Float[np.ndarray, "vertex"]) -> Float[np.ndarray, "vertex"]:
    """Length of the surface gradient at each vertex, in the values' unit per mm.

    Exact for a linear function on each triangle, then the mean of a vertex's triangles weighted by
    their areas. Triangles with a missing value count for nothing; NaN where no triangle counts.
    """
    corners = solid.vertices[solid.faces]
    edges = np.roll(corners, -2, axis=1) - np.roll(corners, -1, axis=1)  # opposite each corner
    normal = np.cross(edges[:, 0], edges[:, 1])  # twice the area long
    doubled = np.linalg.norm(normal, axis=1)
    rise = (values[solid.faces][:, :, None] * edges).sum(axis=1)
    slope = np.linalg.norm(rise, axis=1) / np.where(doubled > 0, doubled, np.inf)
    weight = np.where(np.isfinite(slope), doubled, 0)
    total = _gathered(solid, weight)
    steep = _gathered(solid, np.where(np.isfinite(slope), slope, 0) * weight)
    return np.where(total > 0, steep / np.where(total > 0, total, 1), np.nan)


def _gathered(solid: Solid, values: Float[np.ndarray, "face"]) -> Float[np.ndarray, "vertex"]:
    """Sum of a value of triangles at each of their vertices."""
    return np.bincount(solid.faces.ravel(), np.repeat(values, 3), len(solid.vertices))
