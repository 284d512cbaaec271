"""A vessel's lumen as a solid, from its middle and radii."""

import numpy as np
from jaxtyping import Float
from scipy import ndimage
from scipy.spatial import KDTree

from heartwright.anatomy.grid import Field
from heartwright.anatomy.mesh.centreline import Centreline
from heartwright.anatomy.mesh.isosurface import isosurface
from heartwright.anatomy.mesh.shells import bodies
from heartwright.data import Grid, Provenance, Solid

_STEP_MM = 0.1  # between balls along the centreline
_SPACING_MM = (0.15, 0.3)
_PER_RADIUS = 6  # nodes across the least radius
_MOST_NODES = 8e6


def tube(line: Centreline, name: str, provenance: Provenance) -> Solid:
    """The body that balls along a centreline fill together, its ends flat.

    It is the zero of a distance field, so that a bend narrower than the radius makes no
    self-intersection.
    """
    points, radii = _dense(line)
    grid = _grid(points, radii)
    spacing = float(grid.spacing[0])
    gap = np.full(grid.shape, float(radii.max()))
    near = _near(points, grid, float(radii.max()) + 3 * spacing)
    places = grid.to_lps(np.argwhere(near))
    away, ball = KDTree(points).query(places)
    values = away - radii[ball]
    for end, before in ((0, 1), (len(points) - 1, len(points) - 2)):
        out = points[end] - points[before]
        beyond = (places - points[end]) @ (out / np.linalg.norm(out))
        values = np.where(ball == end, np.maximum(values, beyond), values)
    gap[near] = values
    vertices, faces = isosurface(Field(gap.astype(np.float32), grid.affine), 0.0)
    return bodies(Solid(vertices, faces, name, provenance))[0]


def _dense(line: Centreline) -> tuple[Float[np.ndarray, "ball 3"], Float[np.ndarray, "ball"]]:
    steps = np.linalg.norm(np.diff(line.points, axis=0), axis=1)
    along = np.concatenate([[0], np.cumsum(steps)])
    even = np.linspace(0, along[-1], int(np.ceil(along[-1] / _STEP_MM)) + 2)
    points = np.column_stack([np.interp(even, along, x) for x in line.points.T])
    return points, np.interp(even, along, line.radii)


def _grid(points: Float[np.ndarray, "ball 3"], radii: Float[np.ndarray, "ball"]) -> Grid:
    fine = float(np.clip(radii.min() / _PER_RADIUS, *_SPACING_MM))
    margin = float(radii.max()) + 2 * fine
    low, high = points.min(axis=0) - margin, points.max(axis=0) + margin
    spacing = max(fine, float(((high - low).prod() / _MOST_NODES) ** (1 / 3)))
    shape = np.ceil((high - low) / spacing).astype(int) + 2
    affine = np.diag([spacing, spacing, spacing, 1.0])
    affine[:3, 3] = low
    return Grid((int(shape[0]), int(shape[1]), int(shape[2])), affine)


def _near(points: Float[np.ndarray, "ball 3"], grid: Grid, reach_mm: float) -> np.ndarray:
    """The nodes that may lie near the surface."""
    far = np.ones(grid.shape, bool)
    far[tuple(np.rint(grid.to_index(points)).astype(int).T)] = False
    near: np.ndarray = ndimage.distance_transform_edt(far, grid.spacing) <= reach_mm
    return near
