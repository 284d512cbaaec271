"""Rays through a solid: what they first meet, and how far they run inside it (Embree)."""

import numpy as np
from jaxtyping import Float, Integer

from heartwright.data import Solid
from heartwright.printing.rays import Facets, facets

Rays = Float[np.ndarray, "ray 3"]
Lengths = Float[np.ndarray, "ray"]
Hits = Float[np.ndarray, "hit"]


class Caster:
    """A solid, ready for rays; Embree computes in float32, so that it is centred first."""

    def __init__(self, solid: Solid):
        self._faces: Facets = facets(solid)

    def first(self, starts: Rays, directions: Rays) -> Lengths:
        """Distance to the first triangle on each ray, mm; infinite where there is none."""
        far = np.full(len(starts), np.inf)
        away, ray, _ = self._hits(starts, directions, every=False)
        far[ray] = away
        return far

    def inside_mm(self, starts: Rays, directions: Rays, *, reach_mm: float) -> Lengths:
        """How much of each ray's first `reach_mm` lies inside the solid, mm."""
        away, ray, out = self._hits(starts, directions, every=True)
        return np.bincount(ray, out * np.minimum(away, reach_mm), minlength=len(starts))

    def _hits(
        self, starts: Rays, directions: Rays, *, every: bool
    ) -> tuple[Hits, Integer[np.ndarray, "hit"], Hits]:
        """Distances, the rays they belong to, and whether the ray leaves (1) or enters (−1)."""
        near = starts - self._faces.middle
        places, ray, face = self._faces.scene.ray.intersects_location(
            near, directions, multiple_hits=every
        )
        if len(ray) == 0:
            return np.empty(0), np.empty(0, int), np.empty(0)
        away = np.linalg.norm(places - near[ray], axis=1)
        out = np.sign(np.einsum("ij,ij->i", directions[ray], self._faces.normals[face]))
        return away, ray, out
