"""Gaps that a round device leaves, drawn into the vessel: their width and area are formulas.

A round device of radius R that lies in an outline r ≥ R touches it where r = R and leaks
elsewhere. No deployment is simulated: the truth of a leak comes from the outline alone.
"""

from dataclasses import dataclass

import numpy as np

from heartwright.data import InputError
from heartwright.samples.heart.fields import Distances, Vector
from heartwright.samples.heart.whole.tubes import Angles, Frame, Outline, ellipse

_STEEPEST = 0.5  # width of a slot over its breadth; there the widest ball still reaches its floor


@dataclass(frozen=True)
class Slot:
    """A rounded groove along the vessel, beside the device."""

    width_mm: float  # greatest distance from the device to the wall
    breadth_mm: float  # along the device's circumference
    angle: float  # of its middle, rad, in the tube's frame

    def depth_mm(self, angles: Angles, radius_mm: float) -> Distances:
        """How far the wall is from the device at each angle."""
        away = np.angle(np.exp(1j * (angles - self.angle))) * radius_mm / self.breadth_mm
        depth = self.width_mm * np.cos(np.pi * np.clip(away, -0.5, 0.5)) ** 2
        return depth.astype(angles.dtype)

    def area_mm2(self, radius_mm: float) -> float:
        """The integral of ((R + g)² − R²) / 2 over the groove g = w cos²."""
        w, breadth = self.width_mm, self.breadth_mm
        return w * breadth / 2 + 3 * w**2 * breadth / (16 * radius_mm)


@dataclass(frozen=True)
class Gap:
    """The truth of one gap beside a round device."""

    width_mm: float  # diameter of the largest ball that passes
    area_mm2: float
    angle: float  # of its widest place, rad, in the tube's frame
    breadth_deg: float  # of the circumference that it takes
    place: Vector  # on the wall where it is widest, LPS mm


@dataclass(frozen=True)
class Seat:
    """A round device and the outline that it lies in."""

    diameter_mm: float  # of the device as it lies there
    slots: tuple[Slot, ...] = ()
    crescent_mm: float = 0.0  # of an oval outline, on both ends of its long axis
    crescent_angle: float = 0.0  # of the long axis, rad

    def __post_init__(self) -> None:
        """Refuse what has no closed form.

        Raises:
            InputError: no diameter, slots beside crescents, or slots that are steep or overlap.
        """
        if not 14 <= self.diameter_mm <= 34:
            raise InputError(
                f"a device of {self.diameter_mm:g} mm fits no heart drawn here; give 14 to 34 mm."
            )
        if not 0 <= self.crescent_mm <= 8 or (self.slots and self.crescent_mm):
            raise InputError("give slots, or a crescent of 0 to 8 mm; both together have no truth.")
        if any(not 0 < slot.width_mm <= _STEEPEST * slot.breadth_mm for slot in self.slots):
            raise InputError("a slot must be at least twice as broad as it is wide; change it.")
        if _overlap(self.slots, self.radius_mm):
            raise InputError("two slots overlap; move one of them.")

    @property
    def radius_mm(self) -> float:
        """Of the device as it lies there."""
        return self.diameter_mm / 2

    def outline(self) -> Outline:
        """The wall around the device."""
        radius = self.radius_mm
        oval = ellipse(radius + self.crescent_mm, radius, turn=self.crescent_angle)

        def around(angles: Angles) -> Distances:
            grooves = (slot.depth_mm(angles, radius) for slot in self.slots)
            return sum(grooves, start=oval(angles))

        return around

    def gaps(self, frame: Frame) -> tuple[Gap, ...]:
        """The truth of each gap, in the frame of the vessel."""
        radius = self.radius_mm
        found = [
            (slot.width_mm, slot.area_mm2(radius), slot.angle, slot.breadth_mm / radius)
            for slot in self.slots
        ]
        if self.crescent_mm:  # an ellipse and its inscribed circle: π R w, half at either end
            half = np.pi * radius * self.crescent_mm / 2
            ends = (self.crescent_angle, self.crescent_angle + np.pi)
            found += [(self.crescent_mm, half, end, np.pi) for end in ends]
        return tuple(
            Gap(width, area, angle, float(np.degrees(span)), frame.point(angle, radius + width, 0))
            for width, area, angle, span in found
        )


def _overlap(slots: tuple[Slot, ...], radius_mm: float) -> bool:
    """Whether two slots share a part of the circumference."""
    placed = sorted((slot.angle % (2 * np.pi), slot.breadth_mm / radius_mm / 2) for slot in slots)
    turned = placed[1:] + [(angle + 2 * np.pi, half) for angle, half in placed[:1]]
    return any(b - y < a + x for (a, x), (b, y) in zip(placed, turned, strict=True))
