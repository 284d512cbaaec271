"""The surface at a constant distance around a solid."""

import numpy as np
from jaxtyping import Float
from scipy import ndimage

from heartwright.anatomy.grid import Field
from heartwright.anatomy.mesh.isosurface import isosurface
from heartwright.anatomy.mesh.nearest import TriangleTree
from heartwright.anatomy.mesh.shells import joined, shells
from heartwright.anatomy.mesh.voxels import filled, grid_around
from heartwright.data import GeometryError, Grid, Solid

_FINEST_MM = 0.2
_MOST_NODES = 60e6
_ROUNDING = 1 + 1e-9
_LONGEST = 3.0  # steps: longer sides of triangles are divided before the search


def offset(solid: Solid, distance_mm: float, *, coarsest_mm: float = 0.5) -> Solid:
    """The envelope `distance_mm` outside a solid.

    The iso-surface of the distance to the solid's triangles, computed exactly at every node whose
    value the surface interpolates. Free of self-intersection by construction; where two parts of
    the solid are nearer to each other than twice the distance their envelopes fuse, and a pocket
    that they close in between is filled. The grid's step is a third of the distance and at most
    `coarsest_mm`; where the solid has a sharp edge the envelope is too near by up to
    step² / (8 distance).

    Raises:
        GeometryError: the distance is too small to be resolved around so large a solid.
    """
    spacing = _step(solid, distance_mm, coarsest_mm)
    grid = grid_around(solid, spacing, margin_mm=distance_mm + 2 * spacing)
    vertices, faces = isosurface(
        Field(_distance(solid, grid, distance_mm), grid.affine), distance_mm
    )
    envelope = [shell for shell in shells(vertices, faces) if shell.volume_mm3 > 0]
    return joined(envelope, solid)


def _step(solid: Solid, distance_mm: float, coarsest_mm: float) -> float:
    """The grid's step: fine enough for the distance, coarse enough for the memory."""
    wanted = float(np.clip(distance_mm / 3, _FINEST_MM, coarsest_mm))
    size = np.ptp(solid.bounds, axis=0) + 2 * distance_mm
    step = max(wanted, float((size.prod() / _MOST_NODES) ** (1 / 3)))
    if step > 2 / 3 * distance_mm * _ROUNDING:
        raise GeometryError(
            f"a distance of {distance_mm:g} mm is too small around {solid.name or 'the mesh'}, "
            f"which is {size.max():.0f} mm long; choose a thicker wall or a part of it."
        )
    return step


def _distance(solid: Solid, grid: Grid, level: float) -> Float[np.ndarray, "i j k"]:
    """Signed distance at the nodes: exact near the level, elsewhere only on its right side.

    Distances change by at most the step between neighbours, so only nodes within one step of the
    level matter. Two cheap estimates with known errors find them.
    """
    step = float(grid.spacing[0])
    tree = TriangleTree(solid, longest_mm=_LONGEST * step)
    values, error = _rough(tree, grid)
    inside = filled(solid, grid)
    close = (np.abs(values - level) <= error + step) & ~inside
    nodes = np.argwhere(close)
    bound = tree.bound(grid.to_lps(nodes))
    matters = (bound >= level - step) & (bound <= level + step + tree.largest_radius)
    search = tree.near if tree.even else tree.distance
    bound[matters] = search(grid.to_lps(nodes[matters]))
    values[close] = bound
    values[inside] *= -1
    return values


def _rough(tree: TriangleTree, grid: Grid) -> tuple[Float[np.ndarray, "i j k"], float]:
    """Unsigned distance by a distance transform, and the greatest error it may have."""
    seeds = np.ones(grid.shape, bool)
    seeds[tuple(np.rint(grid.to_index(tree.centres)).astype(int).T)] = False
    step = float(grid.spacing[0])
    return ndimage.distance_transform_edt(seeds, sampling=step), (
        tree.largest_radius + step * np.sqrt(3) / 2
    )
