"""A device as a body of revolution."""

import math
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from jaxtyping import Bool, Float

_FRICTION = 0.2  # of metal on wet tissue: assumed
_MPA_PER_MMHG = 1.33322e-4


@dataclass(frozen=True, eq=False)
class Body:
    """The outline of one size, free of any force, around its axis.

    Stations run from the proximal end (the atrium's side of an occluder, the ventricle's side of
    an aortic valve) to the distal one. The origin, z = 0, is the plane that the family puts at its
    site: the ostium, the landing zone, the annulus.
    """

    name: str
    size_mm: float  # nominal diameter
    z_mm: Float[np.ndarray, "station"]  # along the axis, rising
    r_mm: Float[np.ndarray, "station"]  # radius
    covered: Bool[np.ndarray, "station"]  # blood does not pass through the frame here
    stiffness_n_per_mm: float  # radial force of the whole body per mm of radius taken from it
    verified: bool  # outline and stiffness were published; false: generic, from the nominal sizes


class Outline(NamedTuple):
    """The stations of a body."""

    z_mm: Float[np.ndarray, "station"]
    r_mm: Float[np.ndarray, "station"]
    covered: Bool[np.ndarray, "station"]


def holding_stiffness(size_mm: float, site_mm: float, *, pressure_mmhg: float) -> float:
    """Radial stiffness with which friction alone holds a device against a pressure, N per mm.

    A generic value for families whose force–diameter curve could not be read: the radial force at
    the site times the friction coefficient (0.2, assumed) equals the pressure on the site's area,
    and the force grows in proportion to the radius that the site takes from the device. On
    a 21 mm annulus 100 mmHg push with 4.6 N; 6.01 N was computed as the greatest dislodging
    force in diastole (Dwyer et al., as cited in doi:10.1007/s10439-012-0694-1).

    Args:
        size_mm: diameter of the free device.
        site_mm: diameter of the site, smaller than that.
        pressure_mmhg: across the closed device.
    """
    thrust = pressure_mmhg * _MPA_PER_MMHG * math.pi / 4 * site_mm**2
    return thrust / _FRICTION / ((size_mm - site_mm) / 2)
