"""A deployed device as a closed solid, for the print and for rays and distances."""

import numpy as np
from jaxtyping import Bool, Integer

from heartwright.bench.deployment import Deployment
from heartwright.bench.walls import cylinder
from heartwright.data import Solid

_LEAST_MM = 0.02  # a ring narrower than this would have no area


def device_solid(
    deployment: Deployment, chosen: Bool[np.ndarray, "station"] | None = None
) -> Solid:
    """The deployed device filled, in the lumen's own coordinates; or a stretch of it.

    Args:
        deployment: of which the rings are taken.
        chosen: neighbouring stations, at least two; all by default.
    """
    rows = slice(None) if chosen is None else chosen
    rings = cylinder(
        deployment.room.frame,
        deployment.room.origin,
        deployment.z_mm[rows],
        deployment.angles,
        np.maximum(deployment.device_mm[rows], _LEAST_MM),
    )
    ends = rings[[0, -1]].mean(axis=1)
    vertices = np.concatenate([rings.reshape(-1, 3), ends])
    return Solid(vertices, _faces(*rings.shape[:2]), name=deployment.body.name)


def _faces(stations: int, angles: int) -> Integer[np.ndarray, "face 3"]:
    """Triangles between rings, and a fan on each end, facing outwards."""
    number = np.arange(stations * angles).reshape(stations, angles)
    a, b = number[:-1], np.roll(number, -1, axis=1)[:-1]
    c, d = number[1:], np.roll(number, -1, axis=1)[1:]
    sides = [np.stack([a, b, d], -1), np.stack([a, d, c], -1)]
    low, high = stations * angles, stations * angles + 1
    first, last = number[0], number[-1]
    bottom = np.stack([np.full(angles, low), np.roll(first, -1), first], -1)
    top = np.stack([np.full(angles, high), last, np.roll(last, -1)], -1)
    return np.concatenate([side.reshape(-1, 3) for side in sides] + [bottom, top])
