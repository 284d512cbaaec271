"""A device as a body of revolution."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float


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
