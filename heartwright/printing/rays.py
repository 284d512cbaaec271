"""What rays find: how thick a wall is, how narrow a gap, and what hangs over the model itself."""

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from jaxtyping import Bool, Float, Integer

from heartwright.data import Solid

if TYPE_CHECKING:
    from trimesh import Trimesh

_LIFT_MM = 1e-3  # a ray begins this far off its own triangle
_TOUCH_MM = 0.01  # surfaces this close touch
_OPPOSITE = -0.5  # cosine from which two faces look at each other: walls, not corners

Faces = Float[np.ndarray, "face"]
Vectors = Float[np.ndarray, "face 3"]
Indices = Integer[np.ndarray, "face"]


@dataclass(frozen=True, eq=False)
class Facets:
    """A solid's triangles as starting points of rays; collapsed ones have no area."""

    solid: Solid
    centres: Vectors
    normals: Vectors
    areas: Faces

    @cached_property
    def middle(self) -> Float[np.ndarray, "3"]:
        """What `scene` is centred on."""
        middle: Float[np.ndarray, 3] = self.solid.vertices.mean(axis=0)
        return middle

    @cached_property
    def scene(self) -> "Trimesh":
        """The solid as rays see it, centred because Embree computes in float32; built once."""
        import trimesh

        return trimesh.Trimesh(self.solid.vertices - self.middle, self.solid.faces, process=False)


def facets(solid: Solid) -> Facets:
    """The triangles' centres, unit normals and areas (mm²)."""
    corners = solid.vertices[solid.faces]
    doubled = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
    length = np.linalg.norm(doubled, axis=1)
    return Facets(
        solid, corners.mean(axis=1), doubled / np.maximum(length, 1e-12)[:, None], length / 2
    )


@dataclass(frozen=True, eq=False)
class Spans:
    """What lies straight behind and before each triangle, mm; infinite where nothing faces it."""

    wall: Faces
    gap: Faces
    touching: Bool[np.ndarray, "face"]  # another part begins right here: neither wall nor air ends


def spans(faces: Facets) -> Spans:
    """Thickness of walls and width of gaps at every triangle."""
    gap, _, look_before = _across(faces, faces.normals)
    wall, behind, look_behind = _across(faces, -faces.normals)
    touching = np.isfinite(gap) & ((look_before > 0) | (gap < _TOUCH_MM))
    real = faces.areas > 0
    ends = touching | touching[behind]
    return Spans(
        wall=np.where(real & (look_behind < _OPPOSITE) & ~ends, wall, np.inf),
        gap=np.where(real & (look_before < _OPPOSITE) & ~touching, gap, np.inf),
        touching=touching,
    )


def over_itself(faces: Facets, hanging: Bool[np.ndarray, "face"]) -> Bool[np.ndarray, "face"]:
    """Which hanging faces have the model, not the plate, under them."""
    start = faces.centres + _LIFT_MM * faces.normals
    hit, _ = _first_hits(faces, start[hanging], np.tile([0.0, 0.0, -1.0], (hanging.sum(), 1)))
    result = np.zeros(len(hanging), bool)
    result[np.flatnonzero(hanging)] = np.isfinite(hit)
    return result


def _across(faces: Facets, directions: Vectors) -> tuple[Faces, Indices, Faces]:
    """Distance to the next triangle, which one it is, and the cosine between both normals."""
    distance, other = _first_hits(faces, faces.centres + _LIFT_MM * directions, directions)
    cosine = np.einsum("ij,ij->i", faces.normals, faces.normals[other])
    return distance + _LIFT_MM, other, cosine


def _first_hits(
    faces: Facets, starts: Float[np.ndarray, "ray 3"], directions: Float[np.ndarray, "ray 3"]
) -> tuple[Float[np.ndarray, "ray"], Integer[np.ndarray, "ray"]]:
    """Distance to the first triangle that each ray meets (Embree), and which one it is."""
    distance, triangle = np.full(len(starts), np.inf), np.zeros(len(starts), int)
    if len(starts) == 0:
        return distance, triangle
    starts = starts - faces.middle
    places, ray, met = faces.scene.ray.intersects_location(starts, directions, multiple_hits=False)
    distance[ray] = np.linalg.norm(places - starts[ray], axis=1)
    triangle[ray] = met
    return distance, triangle
