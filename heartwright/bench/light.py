"""The light-transmission test: parallel light from the proximal side, past the deployed device.

After the bench test of Ripley et al. 2016 (light through a printed root, recorded by a camera).
Straight light sees straight channels only: it underestimates leaks that wind.
"""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float

from heartwright.bench.deployment import Deployment
from heartwright.bench.gap import SECTORS, sectors
from heartwright.bench.rays import Caster
from heartwright.bench.shape import device_solid
from heartwright.data import GeometryError, InputError, Solid

_PIXEL_MM = 0.1

Picture = Float[np.ndarray, "row column"]


@dataclass(frozen=True, eq=False)
class Transmission:
    """What light arrives behind the device, and what arrived without it."""

    image: Picture  # 1 is unhindered; rows along the angle 90°, columns along the angle 0
    without: Picture
    pixel_mm: float
    sector_share: Float[np.ndarray, "sector"]  # of the light without the device, by 30°

    @property
    def share(self) -> float:
        """Light with the device / light without it."""
        return float(self.image.sum() / self.without.sum())

    @property
    def area_mm2(self) -> float:
        """Projected area of the gaps, weighted by their light."""
        return float(self.image.sum() * self.pixel_mm**2)


def transmission(
    lumen: Solid,
    deployment: Deployment,
    *,
    wall: Solid | None = None,
    per_mm: float | None = None,
    pixel_mm: float = _PIXEL_MM,
) -> Transmission:
    """Shine light along a deployed device's axis.

    Args:
        lumen: the blood's body.
        deployment: the device in it; its cover is opaque.
        wall: a printed wall that lets light through; without it all beside the lumen is opaque.
        per_mm: that wall's attenuation μ, in exp(−μ · path).
        pixel_mm: of the picture.

    Raises:
        InputError: a wall without attenuation, or the other way round.
        GeometryError: no light arrives even without the device.
    """
    if (wall is None) != (per_mm is None) or (per_mm is not None and not 0 <= per_mm < np.inf):
        raise InputError("a printed wall goes with its attenuation per mm, not below 0.")
    starts, reach, across = _rays(deployment, pixel_mm)
    along = np.tile(deployment.room.frame[2], (len(starts), 1))
    blood = Caster(lumen).inside_mm(starts, along, reach_mm=reach)
    if wall is None:
        without = (blood > reach - 1e-3).astype(float)
    else:
        solid = Caster(wall).inside_mm(starts, along, reach_mm=reach)
        lit = blood + solid > reach - 0.05  # a ray that leaves wall and lumen passes by outside
        without = lit * np.exp(-float(per_mm or 0) * solid)
    if not without.any():
        raise GeometryError(
            "no light passes the lumen along the device's axis even without the device; it bends "
            "too much for this test, or the placement points elsewhere."
        )
    device = Caster(device_solid(deployment, deployment.covered))
    free = ~np.isfinite(device.first(starts, along))
    return _pictures(without, free, across, pixel_mm)


def _rays(
    deployment: Deployment, pixel_mm: float
) -> tuple[Float[np.ndarray, "ray 3"], float, Float[np.ndarray, "ray 2"]]:
    """Starts of the rays in LPS, how far they go, and their places in the picture, mm."""
    low, high = deployment.sealed_from
    half = int(np.ceil(deployment.wall_mm[deployment.covered].max() / pixel_mm)) + 1
    line = (np.arange(2 * half) - half + 0.5) * pixel_mm
    across = np.stack(np.meshgrid(line, line), axis=-1).reshape(-1, 2)
    frame = deployment.room.frame
    starts = deployment.room.origin + low * frame[2] + across @ frame[:2]
    return starts, high - low, across


def _pictures(
    without: Float[np.ndarray, "ray"],
    free: Bool[np.ndarray, "ray"],
    across: Float[np.ndarray, "ray 2"],
    pixel_mm: float,
) -> Transmission:
    light = without * free
    sector = sectors(np.arctan2(across[:, 1], across[:, 0]))
    before = np.bincount(sector, without, minlength=SECTORS)
    after = np.bincount(sector, light, minlength=SECTORS)
    side = int(np.sqrt(len(light)))
    return Transmission(
        image=light.reshape(side, side),
        without=without.reshape(side, side),
        pixel_mm=pixel_mm,
        sector_share=np.where(before > 0, after / np.maximum(before, 1e-12), 0.0),
    )
