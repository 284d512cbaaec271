"""A device's frame as elastic rings that hold together along the axis."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

_FINEST = 24  # waves around the ring; a strut's spacing is wider than one of them


@dataclass(frozen=True)
class Elasticity:
    """How a frame resists each shape, relative to a uniform squeeze. All three are unverified.

    A ring that cannot be stretched resists n waves around it with (n² − 1)² (Timoshenko, Strength
    of Materials II, thin rings); n = 2 is the oval, n = 1 a sideways shift.
    """

    oval: float = 0.1  # near 0 follows any outline, far above 1 stays round
    shift: float = 0.2  # what the delivery cable and the tissue hold
    axial_mm: float = 2.0  # length of axis over which neighbouring rings move together

    def by_waves(self) -> Float[np.ndarray, "wave"]:
        """Relative stiffness against 0, 1, 2 … waves."""
        waves = np.arange(_FINEST + 1)
        stiffness = self.oval * (waves**2 - 1.0) ** 2 / 9
        stiffness[:2] = 1.0, self.shift
        return stiffness


@dataclass(frozen=True, eq=False)
class Compliance:
    """What radius gives way under forces on (station, angle), diagonal in waves.

    Inward displacement of forces F is `along @ (softness * (alongᵀ @ F @ around)) @ aroundᵀ`.
    """

    along: Float[np.ndarray, "station station"]
    around: Float[np.ndarray, "angle mode"]
    softness: Float[np.ndarray, "station mode"]


def compliance(elasticity: Elasticity, *, stations: int, angles: int, step_mm: float) -> Compliance:
    """The compliance of `stations` rings, `step_mm` apart, seen at `angles` even angles.

    A uniform squeeze by unit force on every node gives 1 mm: forces are in units of the body's
    stiffness divided by the number of nodes.
    """
    order = np.arange(stations)
    along = np.cos(np.pi * np.outer(order + 0.5, order) / stations)
    along /= np.linalg.norm(along, axis=0)
    steepness = (2 - 2 * np.cos(np.pi * order / stations)) / step_mm**2
    around, waves = _waves(angles)
    stiffness = elasticity.by_waves()[waves][None] + (elasticity.axial_mm**2 * steepness)[:, None]
    return Compliance(along, around, 1 / stiffness)


def _waves(angles: int) -> tuple[Float[np.ndarray, "angle mode"], np.ndarray]:
    """Orthonormal waves around the ring as columns, and how many waves each has."""
    finest = min(_FINEST, (angles - 1) // 2)
    turn = 2 * np.pi * np.outer(np.arange(angles) / angles, np.arange(1, finest + 1))
    columns = np.hstack([np.ones((angles, 1)), np.cos(turn), np.sin(turn)])
    order = np.arange(1, finest + 1)
    return columns / np.linalg.norm(columns, axis=0), np.concatenate([[0], order, order])
