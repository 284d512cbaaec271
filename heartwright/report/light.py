"""Light for an illustration: soft, from two sides, with darkness where a surface is hidden."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Integer

from heartwright.data import Solid
from heartwright.report.rays import RayCaster

Directions = Float[np.ndarray, "hit 3"]

_CREASE_COS = 0.82  # corners that bend more than about 35° from their vertex's mean stay sharp
_REACH_MM = 40.0  # how far a neighbour still takes light away
_SKY = 64  # directions that ask whether the sky is seen

# Lamps in the picture's own axes (right, up, towards the viewer), with their strengths.
_KEY, _KEY_STRENGTH = np.array([-0.55, 0.62, 0.55]), 0.80
_FILL, _FILL_STRENGTH = np.array([0.80, -0.15, 0.45]), 0.16
_AMBIENT = 0.28


@dataclass(frozen=True, eq=False)
class Shape:
    """Unit normals at the corners of triangles: smooth over curves, sharp at cuts."""

    normals: Float[np.ndarray, "face 3 3"]
    keys: Integer[np.ndarray, "face 3"]  # equal where corners share both vertex and normal


def shape(solid: Solid) -> Shape:
    """Corner normals: the mean of a vertex's triangles, or the triangle's own at a crease."""
    a, b, c = (solid.vertices[solid.faces[:, n]] for n in range(3))
    scaled = np.cross(b - a, c - a)  # twice the triangle's area long: larger ones weigh more
    count = len(solid.vertices)
    ends = solid.faces.ravel()
    summed = np.stack(
        [np.bincount(ends, np.repeat(scaled[:, n], 3), count) for n in range(3)], axis=1
    )
    flat = unit(scaled)[:, None, :]
    smooth = unit(summed)[solid.faces]
    sharp = (flat * smooth).sum(axis=-1) < _CREASE_COS
    own = count + np.arange(len(solid.faces))[:, None]  # at a crease, a key of the triangle's own
    keys = np.where(sharp, own * 3 + np.arange(3), solid.faces)
    return Shape(np.where(sharp[..., None], flat, smooth), keys)


def sky_seen(
    caster: RayCaster, points: Float[np.ndarray, "hit 3"], normals: Directions
) -> Float[np.ndarray, "hit"]:
    """How much of the hemisphere above each point is open within a short reach: 1 all, 0 none.

    Ambient occlusion, weighted by the cosine to the normal. Every point asks the same even set of
    directions, so that the answer varies smoothly from point to point instead of as noise.
    """
    seen = np.zeros(len(points))
    total = np.zeros(len(points))
    for direction in _even_directions(_SKY):
        cosine = normals @ direction
        up = np.flatnonzero(cosine > 0.05)
        origins = points[up] + 0.05 * normals[up]
        blocked = caster.blocked(
            origins, np.broadcast_to(direction, origins.shape), within_mm=_REACH_MM
        )
        seen[up] += cosine[up] * ~blocked
        total[up] += cosine[up]
    return seen / np.maximum(total, 1e-9)


def lit(
    normals: Directions, sky: Float[np.ndarray, "hit"]
) -> tuple[Float[np.ndarray, "hit"], Float[np.ndarray, "hit"]]:
    """Diffuse light and gloss on surfaces whose normals are given in the picture's axes."""
    key = unit(_KEY)
    wrapped = np.clip((normals @ key + 0.35) / 1.35, 0, 1)
    fill = np.clip(normals @ unit(_FILL), 0, 1)
    open_sky = 0.12 + 0.88 * sky**1.4
    turned_away = 0.55 + 0.45 * np.sqrt(np.clip(normals[:, 2], 0, 1))  # rims end in a soft line
    diffuse = open_sky * turned_away * (_AMBIENT + _KEY_STRENGTH * wrapped + _FILL_STRENGTH * fill)
    halfway = unit(key + np.array([0.0, 0.0, 1.0]))
    gloss = 0.10 * sky * np.clip(normals @ halfway, 0, 1) ** 28
    return diffuse, gloss


def unit(vectors: Float[np.ndarray, "*n 3"]) -> Float[np.ndarray, "*n 3"]:
    """Vectors of length one; zero stays zero."""
    length = np.linalg.norm(vectors, axis=-1, keepdims=True)
    return vectors / np.where(length > 0, length, 1)


def _even_directions(count: int) -> Float[np.ndarray, "direction 3"]:
    """Directions spread evenly over the sphere (Fibonacci lattice)."""
    step = np.arange(count)
    height = 1 - (2 * step + 1) / count
    turn = step * np.pi * (3 - np.sqrt(5))
    across = np.sqrt(1 - height**2)
    return np.stack([across * np.cos(turn), across * np.sin(turn), height], axis=1)
