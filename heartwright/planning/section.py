"""Diameters of a closed loop in a plane."""

import numpy as np
from jaxtyping import Float
from scipy.spatial import ConvexHull
from scipy.spatial.distance import pdist

from heartwright.data import Diameters

Loop = Float[np.ndarray, "vertex 3"]
Vector = Float[np.ndarray, "3"]


def diameters(loop: Loop, normal: Vector) -> Diameters:
    """Caliper, perimeter- and area-derived diameters of a loop, mm.

    Least and greatest diameter are Feret's: the distance between two parallel lines that touch
    the loop, at their narrowest and widest. Both are exact for the polygon: the narrowest lies on
    an edge of its convex hull (rotating calipers), the widest between two corners.

    Args:
        loop: corners in order, LPS mm; the last one joins the first.
        normal: of the loop's plane.
    """
    flat = loop @ in_plane(normal)
    hull = flat[ConvexHull(flat).vertices]
    edges = np.roll(hull, -1, axis=0) - hull
    across = np.stack([-edges[:, 1], edges[:, 0]], axis=1)
    across /= np.linalg.norm(across, axis=1, keepdims=True)
    least = float(np.ptp(hull @ across.T, axis=0).min())
    greatest = float(pdist(hull).max())
    return Diameters(
        d_min_mm=least,
        d_max_mm=greatest,
        d_mean_mm=(least + greatest) / 2,
        d_perimeter_mm=perimeter(flat) / np.pi,
        d_area_mm=2 * float(np.sqrt(area(flat) / np.pi)),
    )


def perimeter(loop: Float[np.ndarray, "vertex axis"]) -> float:
    """Length of a closed polygon, mm."""
    return float(np.linalg.norm(np.roll(loop, -1, axis=0) - loop, axis=1).sum())


def area(flat: Float[np.ndarray, "vertex 2"]) -> float:
    """Area of a closed polygon, mm² (shoelace)."""
    x, y = (flat - flat[0]).T
    return float(abs(x @ np.roll(y, -1) - y @ np.roll(x, -1)) / 2)


def in_plane(normal: Vector) -> Float[np.ndarray, "3 2"]:
    """Two orthonormal directions in a plane, as columns."""
    _, _, directions = np.linalg.svd(normal[None, :])
    return directions[1:].T


def distance_to_loop(
    points: Float[np.ndarray, "point 3"], loop: Loop
) -> Float[np.ndarray, "point"]:
    """Distance of each point from the nearest edge of a closed polygon, mm."""
    edges = np.roll(loop, -1, axis=0) - loop
    length = np.maximum(np.einsum("ij,ij->i", edges, edges), np.finfo(float).tiny)
    offset = points[:, None] - loop
    along = np.clip(np.einsum("pij,ij->pi", offset, edges) / length, 0, 1)
    return np.linalg.norm(offset - along[..., None] * edges, axis=2).min(axis=1)
