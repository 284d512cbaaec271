"""The in-silico data of APHYN-EP (Kashtanova et al., STACOM 2022): a paced slab, pixel by pixel.

The paper gives 24 × 24 pixels, a stimulus of 1 ms in the top-left corner (training) or near the
centre (validation), 400 ms, traces in [0, 1] without their silent section, and 5 % noise. It gives
no spacing, no stimulus size and no rule of onset; ours are the constants below. The edge is ours,
for those who want a third place.
"""

import math
from typing import Literal

import numpy as np
from jaxtyping import Bool, Float

from heartwright.data import InputError, Progress, Provenance, TraceSet, silent
from heartwright.electro.cells import TenTusscher2006
from heartwright.electro.tissue import Stimulus, Tissue, simulate

SPACING_MM = 0.25
DIFFUSIVITY = 0.154  # mm²/ms, ten Tusscher & Panfilov 2006
PATCH = 4  # pixels along each side of the stimulated square
AMPLITUDE = 52.0  # pA/pF, depolarising
PULSE_MS = 1.0
SAMPLE_MS = 0.1  # the clock of training and forecast
DT_MS = 0.005  # every activation within 0.02 ms, and V at 40 ms within 0.02 mV, of dt → 0
ACTIVE_MV = 0.0
ONSET = 0.02  # clean value that ends the silent section
MOST_VALUES = 2e8  # pixels × samples; at the peak about 28 bytes each, 6 GB

Where = Literal["corner", "edge", "centre"]


def slab(
    *,
    stimulus: Where = "corner",
    size: int = 24,
    duration_ms: float = 400.0,
    noise: float = 0.05,
    seed: int = 0,
    progress: Progress = silent,
) -> TraceSet:
    """Simulate the slab and prepare its traces as the paper does: one a pixel, row by row.

    Values run from 0, the potential before the stimulus, to 1, the highest of the whole slab, and a
    trace starts one sample before its clean value first exceeds 0.02; so lengths differ. `noise`
    is the standard deviation of the Gaussian noise; `clean` keeps the truth without it.

    Raises:
        InputError: an option cannot be used, or a pixel does not fire within the duration.
    """
    check_size(size, duration_ms)
    if not (np.isfinite(noise) and noise >= 0):
        raise InputError(f"a noise of {noise} cannot be used; give 0 or a positive number.")
    if seed < 0:
        raise InputError(f"the seed must not be negative, but is {seed}; give 0 or more.")
    region = stimulated(stimulus, size)
    potential = paced_potential(region, duration_ms=duration_ms, progress=progress)
    return prepared(potential, stimulus=stimulus, noise=noise, seed=seed)


def prepared(
    potential: Float[np.ndarray, "time node"],
    *,
    stimulus: Where = "corner",
    noise: float = 0.05,
    seed: int = 0,
) -> TraceSet:
    """The traces of a square slab whose potential (`paced_potential`) is known, as `slab` says."""
    size = math.isqrt(potential.shape[1])
    duration_ms = round((len(potential) - 1) * SAMPLE_MS, 6)
    rest, peak = potential[0, 0], potential.max()
    values = (potential.T - rest) / (peak - rest)
    clean, lengths = without_silence(values)
    noisy = clean + np.random.default_rng(seed).normal(0, noise, clean.shape).astype(clean.dtype)
    notes = _notes(stimulus, size, duration_ms, noise, rest=float(rest), peak=float(peak))
    parameters = {
        "stimulus": stimulus,
        "size": size,
        "duration_ms": duration_ms,
        "noise": noise,
    }
    return TraceSet(
        values=noisy,
        step_ms=SAMPLE_MS,
        lengths=lengths,
        names=tuple(f"r{row:02d}c{column:02d}" for row in range(size) for column in range(size)),
        prepared=True,
        clean=clean,
        scale="plateau",
        notes=notes,
        provenance=Provenance.of(parameters=parameters, seed=seed),
    )


def check_size(size: int, duration_ms: float, sample_ms: float = SAMPLE_MS) -> None:
    """Refuse slabs that are too small to be paced or too large to be kept.

    Raises:
        InputError: this is one.
    """
    if size < PATCH:
        raise InputError(
            f"a slab of {size} × {size} pixels is too small; make it at least {PATCH}."
        )
    if size**2 * (duration_ms / sample_ms) > MOST_VALUES:
        raise InputError(
            f"a slab of {size} × {size} pixels over {duration_ms:g} ms holds more than "
            f"{MOST_VALUES:g} samples; make it smaller or shorter."
        )


def stimulated(where: Where, size: int) -> Bool[np.ndarray, "row column"]:
    """The stimulated pixels: the first four rows and columns, or the middle four of one or both."""
    middle = (size - PATCH) // 2
    row, column = {"corner": (0, 0), "edge": (0, middle), "centre": (middle, middle)}[where]
    region = np.zeros((size, size), dtype=bool)
    region[row : row + PATCH, column : column + PATCH] = True
    return region


def paced_potential(
    region: Bool[np.ndarray, "row column"],
    *,
    duration_ms: float,
    sample_ms: float = SAMPLE_MS,
    dt_ms: float = DT_MS,
    progress: Progress = silent,
) -> Float[np.ndarray, "time node"]:
    """Membrane potential of every pixel, mV, of a slab that is paced there.

    Raises:
        InputError: a pixel does not fire within the duration, or the step is too long, or a time
            is no multiple of it.
    """
    simulation = simulate(
        TenTusscher2006(),
        Tissue(np.ones_like(region), SPACING_MM, DIFFUSIVITY),
        [Stimulus(region, AMPLITUDE, start_ms=0.0, duration_ms=PULSE_MS)],
        duration_ms=duration_ms,
        dt_ms=dt_ms,
        activation_level=ACTIVE_MV,
        sample_ms=sample_ms,
        progress=progress,
    )
    quiet = int(np.isnan(simulation.activation).sum())
    if quiet or simulation.potential is None:
        raise InputError(
            f"{quiet} of {region.size} pixels do not fire within {duration_ms:g} ms; "
            f"simulate for longer."
        )
    return simulation.potential


def without_silence(
    values: Float[np.ndarray, "trace time"],
) -> tuple[Float[np.ndarray, "trace time"], np.ndarray]:
    """Each trace moved to its onset, NaN behind its end, and how long it is now."""
    starts = np.maximum((values > ONSET).argmax(axis=1) - 1, 0)
    samples = values.shape[1]
    lengths = samples - starts
    index = starts[:, None] + np.arange(lengths.max())
    moved = np.take_along_axis(values, np.minimum(index, samples - 1), axis=1)
    return np.where(index < samples, moved, np.nan), lengths


def _notes(
    where: Where, size: int, duration_ms: float, noise: float, *, rest: float, peak: float
) -> str:
    rows, columns = (np.flatnonzero(stimulated(where, size).any(axis=n)) for n in (1, 0))
    return (
        f"Simulated: ten Tusscher–Panfilov 2006, epicardial, CellML variant from the CellML "
        f"initial values; monodomain, {size} × {size} pixels of {SPACING_MM} mm, sealed border, "
        f"D = {DIFFUSIVITY} mm²/ms; stimulus {AMPLITUDE} pA/pF (depolarising) for {PULSE_MS} ms at "
        f"t = 0 on rows {rows[0]}–{rows[-1]} and columns {columns[0]}–{columns[-1]}, counted from "
        f"0; {duration_ms:g} ms at steps of {DT_MS} ms (Rush–Larsen, Godunov, explicit diffusion), "
        f"float32, sampled every {SAMPLE_MS} ms. One scale for the whole slab: "
        f"0 = {rest:.2f} mV, before the stimulus; 1 = {peak:.2f} mV, the highest clean potential. "
        f"A trace starts one sample before its clean value first exceeds {ONSET}. "
        f"Gaussian noise, standard deviation {noise:g}."
    )
