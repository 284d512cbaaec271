"""Where a wall is that of two surfaces in one."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from heartwright.anatomy.mesh.wall import Wall
from heartwright.data import Solid, SurfaceField

_MERGED_MM = 0.1  # a wall so much thicker than asked for is that of two surfaces


@dataclass(frozen=True, eq=False)
class Place:
    """A connected place of a surface."""

    centre: Float[np.ndarray, "3"]  # LPS mm, a vertex of it
    area_mm2: float


def merged(wall: Wall, achieved: SurfaceField) -> Bool[np.ndarray, "vertex"]:
    """Which vertices of the base have a wall over 0.1 mm thicker than was asked for.

    `achieved` is the wall's thickness. There two surfaces share one wall, across a gap or in a
    crease, or a thicker wall beside it reaches over.
    """
    return np.asarray(np.nan_to_num(achieved.values) > wall.thickness_mm + _MERGED_MM)


def merged_places(wall: Wall, achieved: SurfaceField) -> tuple[Place, ...]:
    """The places where two surfaces share one wall, largest first."""
    solid = wall.base
    here = merged(wall, achieved)
    if not here.any():
        return ()
    area = _vertex_area(solid)
    edges = solid.faces[:, :2][here[solid.faces[:, :2]].all(axis=1)].astype(np.int64)
    count = len(here)
    graph = coo_array((np.ones(len(edges), bool), edges.T), shape=(count, count))
    _, part = connected_components(graph, directed=False)
    _, number = np.unique(part[here], return_inverse=True)
    areas = np.bincount(number, area[here])
    order = np.lexsort((np.arange(here.sum()), number))
    first = np.searchsorted(number[order], np.arange(len(areas)))
    vertices = solid.vertices[here][order[first]]
    places = [Place(at, float(mm2)) for at, mm2 in zip(vertices, areas, strict=True)]
    return tuple(sorted(places, key=lambda place: -place.area_mm2))


def _vertex_area(solid: Solid) -> Float[np.ndarray, "vertex"]:
    """A third of each triangle's area to each of its corners, mm²."""
    a, b, c = (solid.vertices[solid.faces[:, n]] for n in range(3))
    third = np.linalg.norm(np.cross(b - a, c - a), axis=1) / 6
    return np.bincount(solid.faces.ravel(), np.repeat(third, 3), len(solid.vertices))
