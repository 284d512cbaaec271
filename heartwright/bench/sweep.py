"""One device at many depths: leak, room before the coronary ostia, overlap with the septum."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from heartwright.anatomy.mesh import distance, inside
from heartwright.bench.bottleneck import bottleneck
from heartwright.bench.deploy import deploy
from heartwright.bench.gap import gap
from heartwright.bench.ring import Elasticity
from heartwright.bench.shape import device_solid
from heartwright.bench.walls import Elastic
from heartwright.data import GeometryError, InputError, Placement, Solid
from heartwright.planning.devices.body import Body

CLEAR_MM = 4.0  # valve to coronary, PMC9991077
RULE = (
    f"of the depths with at least {CLEAR_MM:g} mm to every coronary ostium and no overlap with the "
    "membranous septum, the one with the narrowest leak (equal within the resolution: the largest "
    "septal margin, then the least shift); what is not given does not count"
)
_VOXEL_MM = 0.2


@dataclass(frozen=True)
class Depth:
    """One row of a depth sweep; None is not given or cannot be said."""

    shift_mm: float  # from the placement, towards the device's distal end
    below_mm: float  # how far the device reaches to the proximal side of the placement's plane
    compression: float
    leak_mm: float | None
    leak_resolution_mm: float
    gap_mm2: float
    coronary_mm: float | None  # from the nearest ostium to the device's cover; negative: covered
    septal_margin_mm: float | None  # length of the membranous septum − below_mm

    @property
    def admissible(self) -> bool:
        """Whether coronaries and septum, where given, are spared."""
        free = self.coronary_mm is None or self.coronary_mm >= CLEAR_MM
        return free and (self.septal_margin_mm is None or self.septal_margin_mm >= 0)


def sweep(
    lumen: Solid,
    body: Body,
    placement: Placement,
    shifts_mm: Sequence[float],
    *,
    ostia: Float[np.ndarray, "ostium 3"] | None = None,
    septum_mm: float | None = None,
    wall: Elastic | None = None,
    elasticity: Elasticity | None = None,
) -> tuple[Depth, ...]:
    """Deploy a device at several shifts along its axis.

    Args:
        lumen: the blood's body.
        body: the free device.
        placement: the site's plane (the annulus), and the way to the device's distal end.
        shifts_mm: of the device along that way.
        ostia: lower edges of the coronary ostia, LPS mm.
        septum_mm: length of the membranous septum below the site's plane.
        wall: None is rigid.
        elasticity: of the frame.

    Raises:
        InputError: no shift is given, or the septum's length is negative.
        GeometryError: the device is outside of the lumen at one of them.
    """
    if not shifts_mm or (septum_mm is not None and not 0 <= septum_mm < np.inf):
        raise InputError("a sweep takes at least one shift, and a septum's length not below 0.")
    axis = placement.axis / np.linalg.norm(placement.axis)
    rows = []
    for shift in shifts_mm:
        there = Placement(placement.origin + shift * axis, axis)
        found = deploy(lumen, body, there, wall=wall, elasticity=elasticity)
        width = bottleneck(lumen, found, voxel_mm=_VOXEL_MM)
        below = float(-body.z_mm[0] - shift)
        rows.append(
            Depth(
                shift_mm=float(shift),
                below_mm=below,
                compression=found.shoulder_compression,
                leak_mm=width.width_mm,
                leak_resolution_mm=width.resolution_mm,
                gap_mm2=gap(found).area_mm2,
                coronary_mm=None
                if ostia is None
                else clearance(device_solid(found, found.covered), ostia),
                septal_margin_mm=None if septum_mm is None else septum_mm - below,
            )
        )
    return tuple(rows)


def clearance(cover: Solid, ostia: Float[np.ndarray, "ostium 3"]) -> float:
    """Distance from the nearest ostium to a device's cover, mm; negative inside of it."""
    away = distance(ostia, cover)
    return float(np.where(inside(cover, ostia), -away, away).min())


def best(depths: Sequence[Depth]) -> Depth:
    """The best depth by `RULE`.

    Raises:
        GeometryError: no depth spares coronaries and septum, or no leak could be told.
    """
    spared = [row for row in depths if row.admissible and row.leak_mm is not None]
    if not spared:
        raise GeometryError(
            "no depth of the sweep spares coronaries and septum with a leak that can be told; "
            "choose another size or a wider sweep."
        )
    narrowest = min(row.leak_mm for row in spared if row.leak_mm is not None)
    equal = [r for r in spared if (r.leak_mm or 0.0) <= narrowest + r.leak_resolution_mm]
    return max(equal, key=lambda r: (r.septal_margin_mm or 0.0, -abs(r.shift_mm)))
