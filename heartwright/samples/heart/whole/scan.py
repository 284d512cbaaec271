"""A whole heart seen by CT, and its true labels."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, UInt8
from scipy.ndimage import gaussian_filter, shift

from heartwright.data import Grid, InputError, LabelMap, Provenance, Volume
from heartwright.samples.heart import ct
from heartwright.samples.heart.fields import Vector, unit
from heartwright.samples.heart.grid import around
from heartwright.samples.heart.whole.anatomy import Anatomy
from heartwright.samples.heart.whole.boxes import REGIONS
from heartwright.samples.heart.whole.tissues import LABELS, Contrast, composed

_POSITIONS = 5  # along the path of a motion
_MOST_MOTION_MM = 5.0


@dataclass(frozen=True, eq=False)
class SampleScan:
    """A synthetic scan with its true labels."""

    scan: Volume
    labels: LabelMap


def scanned(
    anatomy: Anatomy,
    *,
    spacing_mm: float,
    noise_hu: float,
    motion_mm: float,
    contrast: Contrast,
    region: str,
) -> SampleScan:
    """Look at a heart by CT; the settings are those of `WholeHeart.scan`.

    Raises:
        InputError: settings that cannot be, or a region of another name.
    """
    ct.check_settings(spacing_mm=spacing_mm, noise_hu=noise_hu)
    contrast.check()
    if not 0 <= motion_mm <= _MOST_MOTION_MM:
        raise InputError(f"a motion of {motion_mm:g} mm cannot be; give 0 to {_MOST_MOTION_MM:g}.")
    if region not in REGIONS:
        raise InputError(f"no region is called {region!r}; choose {', '.join(REGIONS)}.")
    grid = around(REGIONS[region](anatomy), spacing_mm)
    grey, values = composed(anatomy, grid, contrast)
    rng = np.random.default_rng([anatomy.seed, 7])
    seen = gaussian_filter(
        _moved(grey, grid, motion_mm, unit(rng.standard_normal(3))),
        ct.POINT_SPREAD_MM / grid.spacing,
    )
    seen += np.float32(noise_hu) * rng.standard_normal(seen.shape, dtype=np.float32)
    provenance = Provenance.of(
        parameters={
            "synthetic": True,
            "spacing_mm": spacing_mm,
            "noise_hu": noise_hu,
            "motion_mm": motion_mm,
            "phase_percent": anatomy.phase.percent,
        },
        seed=anatomy.seed,
    )
    return SampleScan(
        Volume(np.rint(seen).astype(np.int16), grid.affine, "CT", provenance),
        LabelMap(values, grid.affine, _present(values), provenance),
    )


def _moved(
    grey: Float[np.ndarray, "i j k"], grid: Grid, motion_mm: float, direction: Vector
) -> Float[np.ndarray, "i j k"]:
    """The average over a straight path; it is as likely to be anywhere along it."""
    if not motion_mm:
        return grey
    places = (np.arange(_POSITIONS) + 0.5) / _POSITIONS - 0.5
    moved = np.zeros_like(grey)
    for place in places:
        offset = place * motion_mm * direction / grid.spacing
        moved += shift(grey, offset, order=1, mode="nearest") / np.float32(_POSITIONS)
    return moved


def _present(values: UInt8[np.ndarray, "i j k"]) -> dict[int, str]:
    return {number: name for number, name in LABELS.items() if (values == number).any()}
