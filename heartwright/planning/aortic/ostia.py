"""Coronary ostia: where stubs of the arteries leave the sinuses."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float
from scipy import ndimage

from heartwright.planning.aortic.unroll import STEP_DEG, STEP_MM, Unrolled, without

Vector = Float[np.ndarray, "3"]
Mask = Bool[np.ndarray, "height angle"]

_WIDEST_MM, _WIDEST_DEG = 8.0, 36.0  # wider bulges are sinuses, not arteries
_STUB_MM = 3.0  # an artery that is to be found leaves the wall by this much
_MOUTH_MM = 0.75  # and its mouth begins where it has left it by this much
_LEAST_MM, _MOST_MM, _MOST_DEG = 2.0, 8.0, 45.0  # a mouth's height and width; else a fold
_LOWEST_MM = 2.0  # above the annulus
_MARGIN = 4  # steps of the map around a stub that do not count as wall


@dataclass(frozen=True, eq=False)
class Ostium:
    """The base of a coronary artery on the wall."""

    lower_edge: Vector  # LPS mm
    angle: float  # rad, of its middle


def found_ostia(wall: Unrolled) -> tuple[Unrolled, tuple[Ostium, ...]]:
    """The wall without its coronary stubs, and the ostia where they were, the largest first.

    A stub is a bulge that an opening by 8 mm × 36° takes away. The mouth is what stands out of the
    wall as bridged from both sides; the lower edge is its lowest point.
    """
    narrow = wall.radius - _opened(wall.radius) > _STUB_MM
    narrow &= (wall.heights > _LOWEST_MM)[:, None]
    near = _grown(narrow)
    out = wall.radius - without(wall, near).radius > _MOUTH_MM
    mouths = sorted(_each(out & near), key=lambda mouth: -int(mouth.sum()))
    bare = without(wall, _grown(np.logical_or.reduce([np.zeros_like(narrow), *mouths])))
    return bare, tuple(_ostium(mouth, bare) for mouth in mouths)


def _opened(radius: Float[np.ndarray, "height angle"]) -> Float[np.ndarray, "height angle"]:
    size = (round(_WIDEST_MM / STEP_MM), round(_WIDEST_DEG / STEP_DEG))
    mode = ("nearest", "wrap")
    shrunk = ndimage.minimum_filter(radius, size, mode=mode)
    opened: Float[np.ndarray, "height angle"] = ndimage.maximum_filter(shrunk, size, mode=mode)
    return opened


def _grown(mask: Mask) -> Mask:
    size = 2 * _MARGIN + 1
    grown: Mask = ndimage.maximum_filter(mask, size, mode=("nearest", "wrap"))
    return grown


def _each(mouths: Mask) -> Iterator[Mask]:
    """Every mouth of an artery's size; the map is turned so that none lies across its seam."""
    seam = int(mouths.sum(axis=0).argmin())
    labels, count = ndimage.label(np.roll(mouths, -seam, axis=1))
    for number in range(1, count + 1):
        mouth = np.roll(labels == number, seam, axis=1)
        high, wide = (int(mouth.any(axis=n).sum()) for n in (1, 0))
        if _LEAST_MM <= high * STEP_MM <= _MOST_MM and wide * STEP_DEG <= _MOST_DEG:
            yield mouth


def _ostium(mouth: Mask, bare: Unrolled) -> Ostium:
    row = int(np.flatnonzero(mouth.any(axis=1))[0])
    height = float(bare.heights[row]) - STEP_MM / 2  # between the last step outside and the first
    angle = _mean_angle(bare.angles[mouth[row]])
    edge = bare.frame.point(angle=angle, radius_mm=bare.at(height, angle), height_mm=height)
    return Ostium(edge, _mean_angle(bare.angles[np.nonzero(mouth)[1]]))


def _mean_angle(angles: Float[np.ndarray, "_"]) -> float:
    return float(np.angle(np.exp(1j * angles).mean()) % (2 * np.pi))
