"""Heights above the annulus, distances from its axis, and angles around it."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

Vector = Float[np.ndarray, "3"]
Points = Float[np.ndarray, "*point 3"]
Numbers = Float[np.ndarray, "*point"]


@dataclass(frozen=True, eq=False)
class Frame:
    """Cylindrical coordinates around an axis that runs from the ventricle into the aorta."""

    origin: Vector  # LPS mm
    axes: Float[np.ndarray, "3 3"]  # rows: angle zero, a quarter turn on, along the axis

    @classmethod
    def along(cls, origin: Vector, axis: Vector, *, zero: Vector) -> "Frame":
        """The frame of an axis; angles start on the side of the point `zero`."""
        third = axis / np.linalg.norm(axis)
        aside = zero - origin
        first = aside - (aside @ third) * third
        first /= np.linalg.norm(first)
        return cls(origin, np.stack([first, np.cross(third, first), third]))

    @property
    def axis(self) -> Vector:
        """Unit, from the ventricle into the aorta."""
        return self.axes[2]

    def heights(self, points: Points) -> Numbers:
        """Height above the origin's plane, mm."""
        return np.asarray((points - self.origin) @ self.axis)

    def radii(self, points: Points) -> Numbers:
        """Distance from the axis, mm."""
        return np.asarray(np.linalg.norm((points - self.origin) @ self.axes[:2].T, axis=-1))

    def angles(self, points: Points) -> Numbers:
        """Angle around the axis, 0 to 2π; anticlockwise as seen from the aorta."""
        flat = (points - self.origin) @ self.axes[:2].T
        return np.asarray(np.arctan2(flat[..., 1], flat[..., 0]) % (2 * np.pi))

    def outward(self, angles: Numbers) -> Points:
        """Unit direction away from the axis at each angle."""
        return np.stack([np.cos(angles), np.sin(angles)], axis=-1) @ self.axes[:2]

    def point(self, *, angle: float, radius_mm: float, height_mm: float) -> Vector:
        """A point by its coordinates."""
        across = radius_mm * self.outward(np.array(float(angle)))
        return self.origin + across + height_mm * self.axis


def turned(angles: Numbers, reference: float) -> Numbers:
    """Angles as seen from a reference, −π to π."""
    return np.asarray((angles - reference + np.pi) % (2 * np.pi) - np.pi)
