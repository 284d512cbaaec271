"""Rays against triangles on the CPU (Embree); no graphics card, driver or display is asked for."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from embreex.mesh_construction import TriangleMesh
from embreex.rtcore_scene import EmbreeScene
from jaxtyping import Bool, Float, Integer

from heartwright.data import Solid

Points = Float[np.ndarray, "ray 3"]


@dataclass(frozen=True, eq=False)
class Struck:
    """Where rays first strike: only the rays that do."""

    rays: Integer[np.ndarray, "hit"]  # which ray
    faces: Integer[np.ndarray, "hit"]  # which triangle
    weights: Float[np.ndarray, "hit 3"]  # barycentric, of the triangle's three corners
    depths: Float[np.ndarray, "hit"]  # distance along the ray, mm


class RayCaster:
    """A solid, ready to be struck.

    Embree computes in single precision: everything is taken relative to the solid's centre, so that
    scanner coordinates far from the origin lose nothing.
    """

    def __init__(self, solid: Solid) -> None:
        self._centre = solid.bounds.mean(axis=0)
        self._scene: Any = EmbreeScene()
        TriangleMesh(self._scene, self._near(solid.vertices), solid.faces.astype(np.int32))

    def first(self, origins: Points, directions: Points) -> Struck:
        """First triangle on each ray, of unit direction."""
        found = self._scene.run(
            self._near(origins), directions.astype(np.float32), query="INTERSECT", output=True
        )
        rays = np.flatnonzero(found["primID"] >= 0)
        u, v = found["u"][rays], found["v"][rays]
        weights = np.stack([1 - u - v, u, v], axis=1)
        return Struck(rays, found["primID"][rays], weights, found["tfar"][rays])

    def blocked(
        self, origins: Points, directions: Points, *, within_mm: float
    ) -> Bool[np.ndarray, "ray"]:
        """Which rays meet a triangle before they have gone `within_mm`."""
        reach = np.full(len(origins), within_mm, dtype=np.float32)
        found = self._scene.run(
            self._near(origins), directions.astype(np.float32), reach, query="OCCLUDED"
        )
        return found >= 0

    def _near(self, points: Float[np.ndarray, "point 3"]) -> Float[np.ndarray, "point 3"]:
        return (points - self._centre).astype(np.float32)
