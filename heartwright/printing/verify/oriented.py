"""Points on a surface with the direction it faces there: what is registered and compared."""

from dataclasses import dataclass, replace

import numpy as np
from jaxtyping import Float, Integer, Shaped
from scipy.sparse import coo_array
from scipy.spatial import KDTree

from heartwright.data import Solid, Surface
from heartwright.data.surface import signed_volume

Vectors = Float[np.ndarray, "_ 3"]

_SPACING_MM = 0.4  # between the points that stand for a model
_MOST = 250_000  # of them
_EDGE_MM = 1.0  # longer edges of a rescan are divided: its corners alone tell too little
_CALMING = 2  # rounds in which a measured direction becomes the mean of its neighbours'
_TURN_MM = 1.0  # distance that counts as much as a turn by 60°: two sides of a wall stay apart
_SEED = 0


@dataclass(frozen=True, eq=False)
class Oriented:
    """Points of a surface, LPS mm."""

    points: Vectors
    normals: Vectors  # unit, out of the body
    areas: Float[np.ndarray, "_"]  # mm² that each point stands for

    def some(self, count: int) -> "Oriented":
        """At most so many of the points, drawn evenly over the area, of equal areas."""
        if len(self.points) <= count:
            return self
        shares = self.areas / self.areas.sum()
        rng = np.random.default_rng(_SEED)
        kept = rng.choice(len(shares), count, replace=False, p=shares)
        return Oriented(
            self.points[kept], self.normals[kept], np.full(count, self.areas.sum() / count)
        )


class Target:
    """A model as a cloud of points, searched by place and by direction."""

    def __init__(self, cloud: Oriented):
        self.cloud = cloud
        self._tree = KDTree(_with_direction(cloud))

    def thinned(self, count: int) -> "Target":
        """The same model with at most so many points."""
        return self if len(self.cloud.points) <= count else Target(self.cloud.some(count))

    def feet(self, measured: Oriented) -> Integer[np.ndarray, "_"]:
        """The model's point that each measured one lies on: near, and facing the same way."""
        return self._tree.query(_with_direction(measured), workers=-1)[1]


def spread(solid: Solid) -> Oriented:
    """A model's points, spread evenly at random; each lies on its triangle's plane."""
    import trimesh

    count = int(np.clip(solid.area_mm2 / _SPACING_MM**2, 1000, _MOST))
    mesh = trimesh.Trimesh(solid.vertices, solid.faces, process=False)
    points, faces = trimesh.sample.sample_surface(mesh, count, seed=_SEED)
    areas = np.full(len(points), solid.area_mm2 / len(points))
    return Oriented(np.asarray(points, float), mesh.face_normals[faces], areas)


def measured(surface: Surface) -> Oriented:
    """A rescan's points: its vertices, those of long triangles' divisions too.

    A scan that faces inwards as a whole is turned.
    """
    import trimesh

    vertices, faces = trimesh.remesh.subdivide_to_size(
        surface.vertices, surface.faces, _EDGE_MM, max_iter=20
    )
    mesh = trimesh.Trimesh(vertices, faces, process=False)
    mesh.merge_vertices()
    corners = mesh.faces.ravel()
    areas = np.bincount(corners, np.repeat(mesh.area_faces / 3, 3), len(mesh.vertices))
    normals = _calmed(np.asarray(mesh.vertex_normals), np.asarray(mesh.edges_unique))
    outwards = np.sign(signed_volume(mesh.vertices, mesh.faces)) or 1.0
    used = areas > 0
    return Oriented(np.asarray(mesh.vertices, float)[used], outwards * normals[used], areas[used])


def nearest(places: Oriented, of: Oriented, count: int) -> tuple[np.ndarray, np.ndarray]:
    """The `count` points of a cloud nearest by place and direction, and how far they lie, mm."""
    _, found = KDTree(_with_direction(of)).query(
        _with_direction(places), k=np.arange(1, min(count, len(of.points)) + 1), workers=-1
    )
    away = np.linalg.norm(of.points[found] - places.points[:, None], axis=2)
    return found, away


def _with_direction(cloud: Oriented) -> Float[np.ndarray, "_ 6"]:
    return np.hstack([cloud.points, _TURN_MM * cloud.normals])


def _calmed(normals: Vectors, edges: Shaped[np.ndarray, "edge 2"]) -> Vectors:
    """Directions averaged with their neighbours': noise tilts triangles by tens of degrees."""
    a, b = edges.T
    size = len(normals)
    ends = (np.concatenate([a, b]), np.concatenate([b, a]))
    links = coo_array((np.ones(2 * len(a)), ends), shape=(size, size)).tocsr()
    for _ in range(_CALMING):
        normals = normals + links @ normals
        length = np.linalg.norm(normals, axis=1, keepdims=True)
        normals = normals / np.where(length > 0, length, 1)
    return normals


def moved(
    cloud: Oriented, turn: Float[np.ndarray, "3 3"], shift: Float[np.ndarray, "3"]
) -> Oriented:
    """The cloud turned, then shifted."""
    return replace(cloud, points=cloud.points @ turn.T + shift, normals=cloud.normals @ turn.T)
