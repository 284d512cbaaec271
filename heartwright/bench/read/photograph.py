"""A photograph of the light test: the share of light that each 30° sector lets through.

Shares are defined as in `heartwright.bench.light`: light with the device / light without it. After
Ripley et al., doi:10.1016/j.jcmg.2015.04.026.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from jaxtyping import Float

from heartwright.bench.gap import SECTORS, sectors
from heartwright.bench.read.rim import Picture, Rim
from heartwright.data import GeometryError, InputError
from heartwright.data.files import existing

_LUMINANCE = (0.2126, 0.7152, 0.0722)  # of linear red, green and blue: ITU-R BT.709
_DARK = (1.15, 1.6)  # radii between which the wall around the annulus is looked at, in rims
_LEAST_DARK = 0.4  # share of each quarter of it that must be in the picture
_NOISE = 6.0  # standard deviations that light stands out of the dark by, at least
_FULL, _MOST_FULL = 0.995, 0.002  # grey value that is over-exposed; share of such pixels
_LEAST_ERROR_PX = 1.0  # of the rim

Shares = Float[np.ndarray, "sector"]


@dataclass(frozen=True, eq=False)
class Light:
    """What light a device lets through, by 30° from the angle 0 onwards."""

    sector_share: Shares
    sector_uncertainty: Shares  # half the change when the rim is moved in and out by its error
    share: float
    warnings: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class _Seen:
    """The annulus in a picture, pixel by pixel."""

    light: Float[np.ndarray, "pixel"]  # above the dark wall's glow
    radius: Float[np.ndarray, "pixel"]  # in rims
    sector: np.ndarray
    noise: float
    full: float  # share of over-exposed pixels


def read_light(path: Path) -> Picture:
    """A photograph as linear light, 1 the brightest that its format holds, upright (EXIF).

    Pictures of 8 bits are decoded from sRGB (IEC 61966-2-1), those of 16 bits are taken as linear.

    Raises:
        InputError: it is no picture, or one that cannot be read.
    """
    from PIL import Image, ImageOps

    try:
        with Image.open(existing(path)) as stored:
            upright = ImageOps.exif_transpose(stored)
            if upright.mode.startswith("I"):
                return np.asarray(upright, dtype=np.float64) / 65535
            encoded = np.asarray(upright.convert("RGB"), dtype=np.float64) / 255
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise InputError(
            f"{path} is no picture that can be read; use PNG, JPEG or TIFF."
        ) from error
    linear = np.where(encoded <= 0.04045, encoded / 12.92, ((encoded + 0.055) / 1.055) ** 2.4)
    luminance: Picture = linear @ np.array(_LUMINANCE)
    return luminance


def light_by_sector(
    picture: Picture,
    rim: Rim,
    *,
    zero: Float[np.ndarray, "2"],
    without: Float[np.ndarray, "height width"] | None = None,
) -> Light:
    """Share of light by sector, anticlockwise as seen, from the way to a pixel onwards.

    The rim is taken for a circle and what is seen of it for the outline that limits the light.

    Args:
        picture: linear light, taken against the light's way.
        rim: the annulus in it.
        zero: column and row of a pixel in the direction of the angle 0.
        without: the same view without the device. Else the brightest light is taken for free.

    Raises:
        InputError: the two pictures differ in size, or `zero` is the rim's centre.
        GeometryError: the dark wall around the annulus is not in the picture.
    """
    if without is not None and without.shape != picture.shape:
        raise InputError("the photographs with and without the device must have the same pixels.")
    if not np.linalg.norm((zero - rim.centre) @ rim.to_unit) > 0.05:
        raise InputError("--zero is the annulus' centre; give a pixel in the direction of angle 0.")
    seen = _seen(picture, rim, zero)
    free = None if without is None else _seen(without, rim, zero)
    error = max(rim.residual_px, _LEAST_ERROR_PX) / float(np.mean(rim.semi_axes_px))
    shares, share = _shares(seen, free, 1.0)
    inner, outer = (_shares(seen, free, scale)[0] for scale in (1 - error, 1 + error))
    return Light(shares, np.abs(outer - inner) / 2, share, tuple(_doubts(seen, free)))


def _seen(picture: Picture, rim: Rim, zero: Float[np.ndarray, "2"]) -> _Seen:
    """Pixels near the annulus, the dark wall's glow (a quadratic) taken off."""
    rows, columns = np.indices(picture.shape)
    unit = (np.stack([columns, rows], axis=-1) - rim.centre) @ rim.to_unit
    radius = np.linalg.norm(unit, axis=-1)
    near = radius < _DARK[1]
    unit, radius, grey = unit[near], radius[near], picture[near]
    x, y = unit.T
    terms = np.stack([np.ones_like(x), x, y, x * x, x * y, y * y], axis=1)
    dark = radius > _DARK[0]
    quarters = np.bincount(((x > 0) + 2 * (y > 0))[dark], minlength=4)
    whole = np.pi / 4 * (_DARK[1] ** 2 - _DARK[0] ** 2) / np.linalg.det(rim.to_unit)
    if quarters.min() < _LEAST_DARK * whole:
        raise GeometryError(
            "too little of the dark wall is seen around the annulus; photograph it with a margin "
            "of half its width."
        )
    glow = terms @ np.linalg.lstsq(terms[dark], grey[dark], rcond=None)[0]
    from_zero = (zero - rim.centre) @ rim.to_unit
    angle = np.arctan2(from_zero[1], from_zero[0]) - np.arctan2(y, x)  # rows run downwards
    noise = float((grey - glow)[dark].std())
    return _Seen(grey - glow, radius, sectors(angle), noise, float((grey > _FULL).mean()))


def _shares(seen: _Seen, free: _Seen | None, scale: float) -> tuple[Shares, float]:
    within = seen.radius <= scale
    sector = seen.sector[within]
    unhindered = (
        np.full(int(within.sum()), _brightest(seen)) if free is None else free.light[within]
    )
    light = np.bincount(sector, seen.light[within], minlength=SECTORS)
    whole = np.bincount(sector, unhindered, minlength=SECTORS)
    if (whole <= 0).any():
        if free is None:
            return np.zeros(SECTORS), 0.0
        raise GeometryError("a sector of the annulus is dark even without the device.")
    return np.clip(light / whole, 0, 1), float(np.clip(light.sum() / whole.sum(), 0, 1))


def _brightest(seen: _Seen) -> float:
    """The usual grey value of what is bright inside the rim; 0 where nothing is."""
    light = seen.light[seen.radius <= 1]
    top = float(np.percentile(light, 99.9))
    return float(np.percentile(light[light > top / 2], 90)) if top > _NOISE * seen.noise else 0.0


def _doubts(seen: _Seen, free: _Seen | None) -> Iterator[str]:
    if free is None:
        yield (
            "without a photograph without the device (--without), the brightest light is taken "
            "for unhindered: shares are too high where no gap lets all light through, and uneven "
            "lighting is not corrected."
        )
        if _brightest(seen) == 0:
            yield "no light stands out of the noise inside the rim; all shares are 0."
    if max(seen.full, 0 if free is None else free.full) > _MOST_FULL:
        yield "parts of a photograph are over-exposed; shares there are not reliable."
