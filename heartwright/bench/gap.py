"""The gap map of a deployment in numbers: channels past the device, by angle and by sector."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from heartwright.bench.deployment import CONTACT_MM, Deployment

Around = Float[np.ndarray, "angle"]
Sectors = Float[np.ndarray, "sector"]

SECTORS = 12


@dataclass(frozen=True, eq=False)
class Gap:
    """Straight channels along the axis; those that wind around the device are not seen."""

    channel_mm: Around  # least gap along the covered part, at each angle
    area_by_angle_mm2: Around  # least free area along it, of each angle's share
    extent: float  # share of the circumference that is open throughout
    sector_mm: Sectors  # widest channel in each 30°, from the angle 0 onwards
    sector_mm2: Sectors

    @property
    def area_mm2(self) -> float:
        """Area of all straight channels."""
        return float(self.area_by_angle_mm2.sum())

    @property
    def widest_mm(self) -> float:
        """The widest channel's least gap."""
        return float(self.channel_mm.max())


def gap(deployment: Deployment) -> Gap:
    """The straight channels that a deployed device's cover leaves."""
    rows = deployment.covered
    channel = deployment.gap_mm[rows].min(axis=0)
    turn = 2 * np.pi / len(deployment.angles)
    free = deployment.wall_mm[rows] ** 2 - deployment.device_mm[rows] ** 2
    area = np.maximum(free, 0).min(axis=0) / 2 * turn
    area[channel <= CONTACT_MM] = 0
    sector = sectors(deployment.angles)
    widest = np.zeros(SECTORS)
    np.maximum.at(widest, sector, channel)
    return Gap(
        channel_mm=channel,
        area_by_angle_mm2=area,
        extent=float((channel > CONTACT_MM).mean()),
        sector_mm=widest,
        sector_mm2=np.bincount(sector, area, minlength=SECTORS),
    )


def sectors(angles: Float[np.ndarray, "*place"]) -> np.ndarray:
    """The number of the 30° sector that each angle (radians) lies in."""
    number = np.floor(np.mod(angles, 2 * np.pi) / (2 * np.pi) * SECTORS + 1e-9)
    return number.astype(int) % SECTORS
