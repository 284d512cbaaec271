"""Where something is: planes, and devices in the body."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

Vector = Float[np.ndarray, "3"]


@dataclass(frozen=True, eq=False)
class Plane:
    """A point and a direction; for a vessel the normal points out of the heart."""

    point: Vector  # LPS mm
    normal: Vector  # unit


@dataclass(frozen=True, eq=False)
class Placement:
    """Where a device lies: its origin, and the direction from its proximal to its distal end."""

    origin: Vector  # LPS mm
    axis: Vector  # unit
