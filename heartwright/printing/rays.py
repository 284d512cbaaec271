"""What rays find: how thick a wall is, how narrow a gap, and what hangs over the model itself."""

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from jaxtyping import Bool, Float, Integer

from heartwright.anatomy.mesh.shells import part_of_each
from heartwright.data import Solid

if TYPE_CHECKING:
    from trimesh import Trimesh

_LIFT_MM = 1e-3  # a ray begins this far off its own triangle: thinner sheets are no material
_TOUCH_MM = 0.01  # surfaces this close touch
_BEYOND_MM = 2 * _TOUCH_MM  # and a ray that goes on begins behind both
_OPPOSITE = -np.cos(np.radians(30))  # sides at more than 30° end in an edge: no wall, no gap
_SPECK_MM2 = 1.0  # less surface than this makes no wall

Faces = Float[np.ndarray, "face"]
Vectors = Float[np.ndarray, "face 3"]
Indices = Integer[np.ndarray, "face"]


@dataclass(frozen=True, eq=False)
class Facets:
    """A solid's triangles as starting points of rays.

    Those that enclose nothing have no area: collapsed ones, and the flat crumbs that booleans leave
    where two faces lie in one plane.
    """

    solid: Solid
    centres: Vectors
    normals: Vectors
    areas: Faces
    part: Indices  # number of the connected surface

    @cached_property
    def middle(self) -> Float[np.ndarray, "3"]:
        """What `scene` is centred on."""
        middle: Float[np.ndarray, 3] = self.solid.vertices.mean(axis=0)
        return middle

    @cached_property
    def scene(self) -> "Trimesh":
        """The solid as rays see it; built once."""
        return self.scene_of(np.ones(len(self.areas), bool))

    def scene_of(self, chosen: Bool[np.ndarray, "face"]) -> "Trimesh":
        """Some of the triangles as rays see them, centred because Embree computes in float32.

        What has no area becomes points, which no ray meets, so that the triangles keep their order.
        """
        import trimesh

        faces = np.where(self.areas[:, None] > 0, self.solid.faces, self.solid.faces[:, :1])
        return trimesh.Trimesh(self.solid.vertices - self.middle, faces[chosen], process=False)


def facets(solid: Solid) -> Facets:
    """The triangles' centres, unit normals and areas (mm²)."""
    corners = solid.vertices[solid.faces]
    doubled = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
    length = np.linalg.norm(doubled, axis=1)
    centres, part = corners.mean(axis=1), part_of_each(solid.faces)
    heights = np.einsum("ij,ij->i", centres - solid.vertices.mean(axis=0), doubled)
    volumes = np.abs(np.bincount(part, heights)) / 6
    flat = 2 * volumes < _LIFT_MM * np.bincount(part, length) / 2  # a sheet has two sides
    return Facets(
        solid,
        centres,
        normals=doubled / np.maximum(length, 1e-12)[:, None],
        areas=np.where(flat[part], 0.0, length / 2),
        part=part,
    )


@dataclass(frozen=True, eq=False)
class Spans:
    """What lies straight behind and before each triangle, mm; infinite where nothing faces it.

    Parts that touch are one body: a wall goes on through the part beside it.
    """

    wall: Faces
    alone: Faces  # walls that go on in another part: how thick they are without it
    gap: Faces
    touching: Bool[np.ndarray, "face"]  # another part begins right here: neither wall nor air ends


def spans(faces: Facets) -> Spans:
    """Thickness of walls and width of gaps at every triangle; both sides are within 30°."""
    gap, before, look_before = _across(faces, faces.normals)
    contact = _in_contact(faces)
    buried = np.isfinite(gap) & (look_before > 0) & (faces.part != faces.part[before])
    touching = contact | buried
    real = (faces.areas > 0) & ~touching
    alone, behind, look_behind = _across(faces, -faces.normals)
    look_behind = np.where(contact[behind], -np.abs(look_behind), look_behind)  # it met either side
    goes_on = real & np.isfinite(alone) & touching[behind]
    wall, look_through = _through(faces, touching, goes_on, alone, look_behind)
    return Spans(
        wall=np.where(real & (look_through < _OPPOSITE), wall, np.inf),
        alone=np.where(goes_on & (look_behind < _OPPOSITE), alone, np.inf),
        gap=np.where(real & (look_before < _OPPOSITE), gap, np.inf),
        touching=touching,
    )


def thinnest(faces: Facets, found: Spans) -> float | None:
    """The thickness that all walls have but for the thinnest 1 mm²; None where nothing has walls.

    One triangle at an edge that runs out to nothing does not decide.
    """
    known = np.flatnonzero(np.isfinite(found.wall))
    if len(known) == 0:
        return None
    order = known[np.argsort(found.wall[known])]
    place = int(np.searchsorted(np.cumsum(faces.areas[order]), _SPECK_MM2))
    return float(found.wall[order[min(place, len(order) - 1)]])


def over_itself(faces: Facets, hanging: Bool[np.ndarray, "face"]) -> Bool[np.ndarray, "face"]:
    """Which hanging faces have the model, not the plate, under them."""
    start = faces.centres - faces.middle + _LIFT_MM * faces.normals
    hit, _ = _first_hits(faces.scene, start[hanging], np.tile([0.0, 0.0, -1.0], (hanging.sum(), 1)))
    result = np.zeros(len(hanging), bool)
    result[np.flatnonzero(hanging)] = np.isfinite(hit)
    return result


def _across(faces: Facets, directions: Vectors) -> tuple[Faces, Indices, Faces]:
    """Distance to the next triangle, which one it is, and the cosine between both normals."""
    distance, other = _first_hits(
        faces.scene, faces.centres - faces.middle + _LIFT_MM * directions, directions
    )
    cosine = np.einsum("ij,ij->i", faces.normals, faces.normals[other])
    return distance + _LIFT_MM, other, cosine


def _through(
    faces: Facets,
    touching: Bool[np.ndarray, "face"],
    goes_on: Bool[np.ndarray, "face"],
    thickness: Faces,
    look: Faces,
) -> tuple[Faces, Faces]:
    """Thickness, and the cosine at its far side, when rays go on through parts that touch."""
    thickness, look, on = thickness.copy(), look.copy(), np.flatnonzero(goes_on)
    while len(on):
        inward = -faces.normals[on]
        thickness[on] += _BEYOND_MM
        start = faces.centres[on] - faces.middle + thickness[on, None] * inward
        step, other = _first_hits(faces.scene, start, inward)
        thickness[on] += step
        look[on] = np.einsum("ij,ij->i", faces.normals[on], faces.normals[other])
        on = on[np.isfinite(step) & touching[other]]
    return thickness, look


def _in_contact(faces: Facets) -> Bool[np.ndarray, "face"]:
    """Where the surface of another part lies in the same place.

    Each part is asked alone: of two surfaces in one place, a ray meets either.
    """
    solid, part = faces.solid, faces.part
    result = np.zeros(len(part), bool)
    numbers = np.unique(part[faces.areas > 0])
    for number in numbers if len(numbers) > 1 else ():
        own = part == number
        corners = solid.vertices[solid.faces[own]].reshape(-1, 3)
        low, high = corners.min(axis=0) - _TOUCH_MM, corners.max(axis=0) + _TOUCH_MM
        near = ((faces.centres > low) & (faces.centres < high)).all(axis=1) & ~own
        directions = faces.normals[near]
        start = faces.centres[near] - faces.middle - _TOUCH_MM * directions
        distance, _ = _first_hits(faces.scene_of(own), start, directions)
        result[near] |= distance < 2 * _TOUCH_MM
    return result


def _first_hits(
    scene: "Trimesh", starts: Float[np.ndarray, "ray 3"], directions: Float[np.ndarray, "ray 3"]
) -> tuple[Float[np.ndarray, "ray"], Integer[np.ndarray, "ray"]]:
    """Distance to the first triangle that each ray meets (Embree), and which one it is.

    Starts are measured from the middle of the solid, as the scene is.
    """
    distance, triangle = np.full(len(starts), np.inf), np.zeros(len(starts), int)
    if len(starts) == 0:
        return distance, triangle
    places, ray, met = scene.ray.intersects_location(starts, directions, multiple_hits=False)
    distance[ray] = np.linalg.norm(places - starts[ray], axis=1)
    triangle[ray] = met
    return distance, triangle
