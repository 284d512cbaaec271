"""A field seen by a CT scanner: contrast, partial volume, point spread and noise."""

import numpy as np
from jaxtyping import Float, Int16
from scipy.ndimage import gaussian_filter

from heartwright.data import Grid

BLOOD_HU, WALL_HU, FAT_HU, LUNG_HU = 400.0, 100.0, -80.0, -700.0
WALL_MM, FAT_MM = 2.5, 9.0  # distances from the blood where wall and fat end
_POINT_SPREAD_MM = 0.45  # standard deviation; 1.06 mm full width at half maximum

HALF_LEVEL_HU = (BLOOD_HU + WALL_HU) / 2  # where the lumen's surface lies


def render(
    distance: Float[np.ndarray, "i j k"], grid: Grid, *, noise_hu: float, rng: np.random.Generator
) -> Int16[np.ndarray, "i j k"]:
    """Grey values of blood inside a wall inside fat inside lung, HU.

    Each edge is a ramp as wide as a voxel (partial volume), then the point spread blurs it. Both
    leave the half level on a flat edge where it is; on a curved one it moves by about the
    variance times the mean curvature, as in a real scanner (0.03 mm on a vein).
    """
    width = np.float32(grid.spacing.mean())
    tissues = np.full(distance.shape, LUNG_HU, dtype=np.float32)
    for edge_mm, step_hu in (
        (FAT_MM, FAT_HU - LUNG_HU),
        (WALL_MM, WALL_HU - FAT_HU),
        (0.0, BLOOD_HU - WALL_HU),
    ):
        inside = np.clip(0.5 - (distance - np.float32(edge_mm)) / width, 0, 1)
        tissues += np.float32(step_hu) * inside
    seen = gaussian_filter(tissues, _POINT_SPREAD_MM / grid.spacing)
    seen += np.float32(noise_hu) * rng.standard_normal(seen.shape, dtype=np.float32)
    return np.rint(seen).astype(np.int16)
