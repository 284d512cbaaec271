"""A field seen by a CT scanner: contrast, partial volume, point spread and noise."""

import numpy as np
from jaxtyping import Float, Int16
from scipy.ndimage import gaussian_filter

from heartwright.data import Grid, InputError

BLOOD_HU, WALL_HU, FAT_HU, LUNG_HU = 400.0, 100.0, -80.0, -700.0
CALCIUM_HU = 1000.0
WALL_MM, FAT_MM = 2.5, 9.0  # distances from the blood where wall and fat end
POINT_SPREAD_MM = 0.45  # standard deviation; 1.06 mm full width at half maximum

LEAST_CONTRAST_HU = 50.0  # between blood and wall


def half_level_hu(blood_hu: float = BLOOD_HU) -> float:
    """The grey value where the lumen's surface lies."""
    return (blood_hu + WALL_HU) / 2


def check_settings(*, spacing_mm: float, noise_hu: float, blood_hu: float = BLOOD_HU) -> None:
    """Refuse scans that cannot be.

    Raises:
        InputError: the voxels are too fine to hold or too coarse for the wall, the noise is
            negative, or the blood hardly brighter than its wall.
    """
    if not WALL_HU + LEAST_CONTRAST_HU <= blood_hu < np.inf:
        raise InputError(
            f"blood of {blood_hu:g} HU hardly shows beside a wall of {WALL_HU:g}; give at least "
            f"{WALL_HU + LEAST_CONTRAST_HU:g}."
        )
    if not 0.3 <= spacing_mm <= 2:
        raise InputError(f"a spacing of {spacing_mm:g} mm is outside 0.3 to 2 mm; choose another.")
    if not 0 <= noise_hu < np.inf:
        raise InputError(f"a noise of {noise_hu:g} HU cannot be; give 0 or more.")


def render(
    distance: Float[np.ndarray, "i j k"],
    grid: Grid,
    *,
    noise_hu: float,
    rng: np.random.Generator,
    blood_hu: float = BLOOD_HU,
    calcium: Float[np.ndarray, "i j k"] | None = None,
) -> Int16[np.ndarray, "i j k"]:
    """Grey values of blood inside a wall inside fat inside lung, and of calcium anywhere, HU.

    Each edge is a ramp as wide as a voxel (partial volume), then the point spread blurs it. Both
    leave the half level on a flat edge where it is; on a curved one it moves by about the
    variance times the mean curvature, as in a real scanner (0.03 mm on a vein).
    """
    width = np.float32(grid.spacing.mean())
    tissues = np.full(distance.shape, LUNG_HU, dtype=np.float32)
    for edge_mm, step_hu in (
        (FAT_MM, FAT_HU - LUNG_HU),
        (WALL_MM, WALL_HU - FAT_HU),
        (0.0, blood_hu - WALL_HU),
    ):
        tissues += np.float32(step_hu) * share_inside(distance - np.float32(edge_mm), width)
    if calcium is not None:
        tissues += (np.float32(CALCIUM_HU) - tissues) * share_inside(calcium, width)
    seen = gaussian_filter(tissues, POINT_SPREAD_MM / grid.spacing)
    seen += np.float32(noise_hu) * rng.standard_normal(seen.shape, dtype=np.float32)
    return np.rint(seen).astype(np.int16)


def share_inside(
    distance: Float[np.ndarray, "i j k"], width: np.float32
) -> Float[np.ndarray, "i j k"]:
    """The share of a voxel that lies inside an edge."""
    share: Float[np.ndarray, "i j k"] = np.clip(0.5 - distance / width, 0, 1)
    return share
