"""A device where it was deployed: what it touches, and what it leaves open."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float

from heartwright.bench.ring import Elasticity
from heartwright.bench.walls import Elastic, Room
from heartwright.planning.devices.body import Body

Map = Float[np.ndarray, "station angle"]
Stations = Float[np.ndarray, "station"]

CONTACT_MM = 0.02  # surfaces this close touch


@dataclass(frozen=True, eq=False)
class Deployment:
    """A device at rest in a lumen, on stations along its axis and angles around it.

    Where it presses, `device_mm` equals `wall_mm` + `stretch_mm`.
    """

    body: Body
    room: Room  # the wall before anything touched it
    free_mm: Stations  # the device's radius in air
    covered: Bool[np.ndarray, "station"]
    device_mm: Map  # its radius in the lumen
    stretch_mm: Map  # how far the wall was pushed out
    force_n: Map  # between device and wall, on each node
    elasticity: Elasticity
    wall: Elastic | None  # None is rigid
    cut_off_mm: tuple[float, float]  # of its length, proximal and distal, outside of the lumen

    @property
    def z_mm(self) -> Stations:
        """Heights of the stations above the site, along the axis."""
        return self.room.z_mm

    @property
    def angles(self) -> Float[np.ndarray, "angle"]:
        """Angles around the axis, radians."""
        return self.room.angles

    @property
    def wall_mm(self) -> Map:
        """Radius of the wall with the device in it."""
        stretched: Map = self.room.wall_mm + self.stretch_mm
        return stretched

    @property
    def gap_mm(self) -> Map:
        """Free distance between device and wall along each ray; 0 in contact."""
        return np.maximum(self.wall_mm - self.device_mm, 0)

    @property
    def contact(self) -> Bool[np.ndarray, "station angle"]:
        """Where device and wall touch."""
        return self.gap_mm <= CONTACT_MM

    @property
    def diameter_mm(self) -> Stations:
        """Mean diameter of each deployed ring: twice its mean radius."""
        return 2 * self.device_mm.mean(axis=1)

    @property
    def shoulder(self) -> int:
        """The station that the size is named after; of several the most compressed."""
        off = np.abs(2 * self.free_mm - self.body.size_mm)
        candidates = np.flatnonzero(off <= off.min() + 1e-6)
        return int(candidates[self.diameter_mm[candidates].argmin()])

    @property
    def compression(self) -> Stations:
        """1 − deployed / free diameter of each ring; 0 where the free device has none."""
        free = 2 * self.free_mm
        return np.where(free > 0, 1 - self.diameter_mm / np.where(free > 0, free, 1), 0)

    @property
    def shoulder_compression(self) -> float:
        """1 − deployed / nominal diameter at the shoulder."""
        return float(1 - self.diameter_mm[self.shoulder] / self.body.size_mm)

    @property
    def radial_force_n(self) -> float:
        """All contact forces together."""
        return float(self.force_n.sum())

    @property
    def landing_mm(self) -> float | None:
        """Where the free device, seen from its proximal end, first is as wide as the mean wall."""
        reach = self.free_mm - self.room.wall_mm.mean(axis=1)
        meets = np.flatnonzero(reach >= 0)
        if len(meets) == 0:
            return None
        first = int(meets[0])
        if first == 0:
            return float(self.z_mm[0])
        low, high = reach[first - 1], reach[first]
        return float(np.interp(0, [low, high], self.z_mm[first - 1 : first + 1]))

    @property
    def off_axis_deg(self) -> float | None:
        """Angle between the device's axis and the line through the middles of the wall's sections.

        Only sections that the device touches count; None with fewer than three.
        """
        rows = self.contact.any(axis=1)
        if rows.sum() < 3:
            return None
        middles = _middles(self.room.wall_mm[rows], self.angles)
        slope = np.polyfit(self.z_mm[rows], middles, 1)[0]
        return float(np.degrees(np.arctan(np.linalg.norm(slope))))

    @property
    def sealed_from(self) -> tuple[float, float]:
        """Heights between which the covered part lies, mm."""
        covered = self.z_mm[self.covered]
        return float(covered[0]), float(covered[-1])


def _middles(radius: Map, angles: Float[np.ndarray, "angle"]) -> Float[np.ndarray, "station 2"]:
    """Centroids of the areas that radii around an axis enclose."""
    area = (radius**2).sum(axis=1)
    cubes = radius**3 * 2 / 3
    return np.stack([cubes @ np.cos(angles), cubes @ np.sin(angles)], axis=1) / area[:, None]
