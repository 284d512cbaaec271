"""Straight tubes whose radius is a formula of the angle and the height.

They carry the sections that are known in closed form: the aortic annulus and the ostium of the
appendage are where such a tube's formula says, to the last digit.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from heartwright.samples.heart.fields import Distances, Field, Points, Vector, unit

Angles = Float[np.ndarray, "*point"]  # rad, around the axis
Heights = Float[np.ndarray, "*point"]  # mm, along the axis
Outline = Callable[[Angles], Distances]  # radius of a section, mm
Radius = Callable[[Angles, Heights], Distances]

_STEP_MM = 0.05  # of the slopes that turn a radial into a true distance


@dataclass(frozen=True, eq=False)
class Frame:
    """An axis with an origin and with a direction where angles start."""

    origin: Vector  # LPS mm
    axes: Float[np.ndarray, "3 3"]  # rows: angle zero, a quarter turn on, along the axis

    @classmethod
    def along(cls, origin: Vector, axis: Vector, *, zero: Vector) -> "Frame":
        """The frame of an axis; angles start on the side of `zero`."""
        third = unit(axis)
        first = unit(zero - (zero @ third) * third)
        return cls(origin, np.stack([first, np.cross(third, first), third]))

    @property
    def axis(self) -> Vector:
        """Along the tube."""
        return self.axes[2]

    def coordinates(self, points: Points) -> tuple[Distances, Distances, Distances]:
        """Coordinates along the three axes, mm, in the precision of the points."""
        x, y, z = (points[..., n] for n in range(3))
        lines = np.column_stack([self.axes, -self.axes @ self.origin]).tolist()
        a, b, c = (p * x + q * y + r * z + shift for p, q, r, shift in lines)
        return a, b, c

    def angles(self, points: Points) -> Angles:
        """Angle of each point around the axis, rad."""
        x, y, _ = self.coordinates(points)
        return np.arctan2(y, x)

    def outward(self, angles: Angles) -> Points:
        """The direction from the axis at each angle."""
        return np.stack([np.cos(angles), np.sin(angles)], axis=-1) @ self.axes[:2]

    def point(self, angle: float, radius_mm: float, height_mm: float) -> Vector:
        """A point by its angle, radius and height."""
        across = radius_mm * self.outward(np.array(angle, dtype=float))
        return self.origin + across + height_mm * self.axis

    def lifted(self, height_mm: float) -> "Frame":
        """The same frame with its origin farther along."""
        return Frame(self.origin + height_mm * self.axis, self.axes)


def radial_tube(frame: Frame, radius: Radius) -> Field:
    """All that lies nearer to the axis than a radius, endless on both sides."""

    def field(points: Points) -> Distances:
        x, y, z = frame.coordinates(points)
        angle = np.arctan2(y, x)
        edge = radius(angle, z)
        rise = (radius(angle, z + _STEP_MM) - edge) / _STEP_MM
        turn = (radius(angle + _STEP_MM, z) - edge) / (_STEP_MM * edge)
        return (np.hypot(x, y) - edge) / np.sqrt(1 + rise**2 + turn**2)

    return field


def ellipse(first_mm: float, second_mm: float, *, turn: float = 0.0) -> Outline:
    """An ellipse by its semi-axes; the first lies at the angle `turn`, rad."""

    def outline(angles: Angles) -> Distances:
        across = first_mm * np.sin(angles - turn)
        return first_mm * second_mm / np.hypot(second_mm * np.cos(angles - turn), across)

    return outline


def reach_mm(outline: Outline, angle: float) -> float:
    """An outline's radius at one angle."""
    return float(outline(np.array([angle]))[0])


def smooth_step(share: Distances) -> Distances:
    """From 0 to 1 with flat ends, constant outside."""
    inside = np.clip(share, 0, 1)
    return inside * inside * (3 - 2 * inside)
