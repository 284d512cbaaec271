"""The surface at a distance from a solid, outside it or within."""

from concurrent.futures import ThreadPoolExecutor

import numpy as np
from jaxtyping import Float
from scipy import ndimage

from heartwright.anatomy.grid import Field
from heartwright.anatomy.mesh.isosurface import isosurface
from heartwright.anatomy.mesh.nearest import TriangleTree
from heartwright.anatomy.mesh.offset_varying import HeadStartTree
from heartwright.anatomy.mesh.shells import joined, shells
from heartwright.anatomy.mesh.voxels import filled, grid_around
from heartwright.data import GeometryError, Grid, Solid

Thickness = float | Float[np.ndarray, "vertex"]  # mm: everywhere the same, or one a vertex

_FINEST_MM = 0.2
_MOST_NODES = 60e6
_ROUNDING = 1 + 1e-9
_LONGEST = 3.0  # steps: longer sides of triangles are divided before the search


_Tree = TriangleTree | HeadStartTree


def offset(
    solid: Solid, distance_mm: Thickness, *, inwards: bool = False, coarsest_mm: float = 0.5
) -> Solid:
    """The envelope of a solid at a distance outside it, or inside with `inwards`.

    The iso-surface of the distance to the solid's triangles, computed exactly at every node whose
    value the surface interpolates. Free of self-intersection by construction; where two parts of
    the solid are nearer to each other than twice the distance their envelopes fuse, and a pocket
    that they close in between is filled. The grid's step is a third of the distance and at most
    `coarsest_mm`; where the solid has a sharp edge the envelope is too near by up to
    step² / (8 distance).

    With one distance a vertex, the envelope is that of balls around all points of the surface,
    their radii linear on each triangle: nowhere nearer than asked for, and farther only where a
    neighbour's larger ball reaches over.

    Raises:
        GeometryError: the distance is too small to be resolved around so large a solid, or so
            large that nothing is left within.
    """
    low, high = float(np.min(distance_mm)), float(np.max(distance_mm))
    spacing = _step(solid, low, high, coarsest_mm)
    grid = grid_around(solid, spacing, margin_mm=2 * spacing + (0.0 if inwards else high))
    values = _distance(solid, distance_mm, grid, inwards=inwards)
    vertices, faces = isosurface(Field(values, grid.affine), high)
    faces = faces[:, ::-1] if inwards else faces
    envelope = [shell for shell in shells(vertices, faces) if shell.volume_mm3 > 0]
    if not envelope:
        raise GeometryError(
            f"{solid.name or 'the mesh'} is nowhere thick enough to lose {low:g} mm on all sides; "
            f"choose less."
        )
    return joined(envelope, solid)


def _step(solid: Solid, least_mm: float, most_mm: float, coarsest_mm: float) -> float:
    """The grid's step: fine enough for the distance, coarse enough for the memory."""
    wanted = float(np.clip(least_mm / 3, _FINEST_MM, coarsest_mm))
    size = np.ptp(solid.bounds, axis=0) + 2 * most_mm
    step = max(wanted, float((size.prod() / _MOST_NODES) ** (1 / 3)))
    if step > 2 / 3 * least_mm * _ROUNDING:
        raise GeometryError(
            f"a distance of {least_mm:g} mm is too small around {solid.name or 'the mesh'}, "
            f"which is {size.max():.0f} mm long; choose a thicker wall or a part of it."
        )
    return step


def _distance(
    solid: Solid, distance_mm: Thickness, grid: Grid, *, inwards: bool
) -> Float[np.ndarray, "i j k"]:
    """Signed distance at the nodes, negative on the side that is not offset to.

    Exact near the level (the greatest distance), elsewhere only on its right side. Distances
    change by at most the step between neighbours, so only nodes within one step of the level
    matter. Two cheap estimates with known errors find them.
    """
    step, least, level = float(grid.spacing[0]), float(np.min(distance_mm)), np.max(distance_mm)
    with ThreadPoolExecutor(1) as pool:  # VTK and SciPy let go of Python's lock
        within = pool.submit(filled, solid, grid)
        tree = _tree(solid, distance_mm, longest_mm=_LONGEST * step)
        values, rounding = _rough(tree, grid)
        away = within.result() != inwards
    farthest = level + step + rounding + tree.largest_radius
    close = (values >= least - step - rounding) & (values <= farthest) & ~away
    nodes = np.argwhere(close)
    bound = tree.bound(grid.to_lps(nodes))
    matters = (bound >= level - step) & (bound <= level + step + tree.slack)
    search = tree.near if tree.even else tree.distance
    bound[matters] = search(grid.to_lps(nodes[matters]))
    values[close] = bound
    values[away] *= -1
    return values


def _tree(solid: Solid, distance_mm: Thickness, *, longest_mm: float) -> _Tree:
    if isinstance(distance_mm, np.ndarray):
        return HeadStartTree(solid, distance_mm, longest_mm=longest_mm)
    return TriangleTree(solid, longest_mm=longest_mm)


def _rough(tree: _Tree, grid: Grid) -> tuple[Float[np.ndarray, "i j k"], float]:
    """Unsigned distance to the nodes next to the triangles' centroids, and how far those lie off.

    Less the distance to the triangles that is between minus this error, and this error and the
    largest triangle's radius.
    """
    seeds = np.ones(grid.shape, bool)
    seeds[tuple(np.rint(grid.to_index(tree.centres)).astype(int).T)] = False
    step = float(grid.spacing[0])
    return ndimage.distance_transform_edt(seeds, sampling=step), step * np.sqrt(3) / 2
