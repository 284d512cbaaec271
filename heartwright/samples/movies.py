"""Movies of the slab (see `slab`), paced anywhere: the data of APHYN-EP in two dimensions."""

import numpy as np
from jaxtyping import Bool, Float

from heartwright.data import InputError, Progress, Provenance, silent
from heartwright.data.movie import Movie
from heartwright.samples.slab import (
    AMPLITUDE,
    DIFFUSIVITY,
    DT_MS,
    PATCH,
    PULSE_MS,
    SPACING_MM,
    check_size,
    paced_potential,
)

FRAME_MS = 1.0
TOP_MV = 40.0  # shown as 1; rest, which every movie begins with, is shown as 0

Site = tuple[int, int]  # row and column of the stimulated square's first pixel


def movie(
    site: Site,
    *,
    size: int = 24,
    duration_ms: float = 400.0,
    frame_ms: float = FRAME_MS,
    noise: float = 0.0,
    seed: int = 0,
    progress: Progress = silent,
) -> Movie:
    """Simulate one beat of the slab, paced on a square of 4 × 4 pixels.

    Frames are moments, not exposures. All movies share one scale, from the rest potential to
    +40 mV, so that none of them knows its own future by its scale. `noise` is the standard
    deviation of the Gaussian noise; `clean` keeps the truth without it.

    Raises:
        InputError: an option cannot be used, or a pixel does not fire within the duration.
    """
    check_size(size, duration_ms, frame_ms)
    if not (np.isfinite(noise) and noise >= 0):
        raise InputError(f"a noise of {noise} cannot be used; give 0 or a positive number.")
    potential = paced_potential(
        square(site, size), duration_ms=duration_ms, sample_ms=frame_ms, progress=progress
    )
    clean = _scaled(potential).reshape(-1, size, size)
    added = np.random.default_rng(seed).normal(0, noise, clean.shape).astype(clean.dtype)
    pacing = (
        f"{AMPLITUDE:g} pA/pF (depolarising) for {PULSE_MS:g} ms on {PATCH} × {PATCH} pixels from "
        f"row {site[0]}, column {site[1]}, counted from 0"
    )
    made = {"site": site, "size": size, "duration_ms": duration_ms, "noise": noise}
    return Movie(
        values=clean + added,
        step_ms=frame_ms,
        spacing_mm=SPACING_MM,
        pacing=pacing,
        clean=clean if noise else None,
        notes=(
            f"Simulated: ten Tusscher–Panfilov 2006, epicardial; monodomain, {size} × {size} "
            f"pixels of {SPACING_MM} mm, sealed border, D = {DIFFUSIVITY} mm²/ms; {pacing}; steps "
            f"of {DT_MS} ms, float32. 0 = rest, 1 = {TOP_MV:g} mV. Gaussian noise, standard "
            f"deviation {noise:g}."
        ),
        provenance=Provenance.of(parameters={**made, "frame_ms": frame_ms}, seed=seed),
    )


def square(site: Site, size: int) -> Bool[np.ndarray, "row column"]:
    """The stimulated pixels.

    Raises:
        InputError: the square does not lie on the slab.
    """
    row, column = site
    if not (0 <= row <= size - PATCH and 0 <= column <= size - PATCH):
        raise InputError(
            f"a square of {PATCH} × {PATCH} pixels from row {row}, column {column} does not lie on "
            f"a slab of {size} × {size}; move it."
        )
    region = np.zeros((size, size), dtype=bool)
    region[row : row + PATCH, column : column + PATCH] = True
    return region


def _scaled(potential: Float[np.ndarray, "time node"]) -> Float[np.ndarray, "time node"]:
    rest = potential[0, 0]
    return (potential - rest) / (TOP_MV - rest)
