"""Colours for values, and which map stands for what."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, UInt8

RGB = tuple[int, int, int]

TISSUE: RGB = (196, 116, 104)  # a muted myocardial red
PRINT: RGB = (229, 204, 188)  # unpainted material, a warm resin
MISSING: RGB = (200, 200, 200)

ACTIVATION = "turbo_r"  # red early to violet late, as mapping systems show it
POTENTIAL = "viridis"  # dark blue at rest to yellow where excited
THICKNESS = "viridis"  # even in lightness, readable without colour vision


@dataclass(frozen=True)
class Scale:
    """A colormap between two limits; values outside take the end colours."""

    colormap: str
    limits: tuple[float, float]
    missing: RGB = MISSING

    @classmethod
    def over(cls, values: Float[np.ndarray, "vertex"], colormap: str) -> "Scale":
        """The scale that spans all values that are there."""
        there = values[np.isfinite(values)]
        low, high = (float(there.min()), float(there.max())) if there.size else (0.0, 1.0)
        return cls(colormap, (low, high))

    def colours(self, values: Float[np.ndarray, "vertex"]) -> UInt8[np.ndarray, "vertex 3"]:
        """One colour a value; the colour of missing ones where a value is not finite."""
        from matplotlib import colormaps

        low, high = self.limits
        table = colormaps[self.colormap](np.arange(256), bytes=True)[:, :3]
        share = (values - low) / (high - low if high > low else 1)
        there = np.isfinite(share)
        place = np.round(255 * np.clip(np.where(there, share, 0), 0, 1)).astype(np.intp)
        return np.where(there[:, None], table[place], np.array(self.missing, dtype=np.uint8))


def colours(
    values: Float[np.ndarray, "vertex"],
    *,
    colormap: str = ACTIVATION,
    limits: tuple[float, float] | None = None,
    missing: RGB = MISSING,
) -> UInt8[np.ndarray, "vertex 3"]:
    """One sRGB colour a value, for pictures and for coloured 3MF and PLY.

    Args:
        values: any unit; NaN where nothing was measured.
        colormap: a name that matplotlib knows.
        limits: the values of the first and the last colour; by default the least and the greatest.
        missing: sRGB of values that are not finite.
    """
    scale = Scale.over(values, colormap) if limits is None else Scale(colormap, limits)
    return Scale(scale.colormap, scale.limits, missing).colours(values)


def linear(srgb: UInt8[np.ndarray, "*n 3"]) -> Float[np.ndarray, "*n 3"]:
    """Light, in [0, 1], behind sRGB bytes (IEC 61966-2-1): shading and averaging add light."""
    return _LIGHT[srgb]


def encoded(light: Float[np.ndarray, "*n 3"]) -> UInt8[np.ndarray, "*n 3"]:
    """Light, [0, 1], to sRGB bytes."""
    bounded = np.clip(light, 0, 1)
    curve = np.where(bounded <= 0.0031308, 12.92 * bounded, 1.055 * bounded ** (1 / 2.4) - 0.055)
    return np.round(255 * curve).astype(np.uint8)


_SHARE = np.arange(256, dtype=np.float32) / np.float32(255)
_LIGHT = np.where(_SHARE <= 0.04045, _SHARE / 12.92, ((_SHARE + 0.055) / 1.055) ** 2.4)
