"""Single cells paced by trains of pulses: the data of restitution and of alternans.

S1–S2: a train of S1 pulses at one interval, then one S2 pulse, sooner or later. Dynamic: a train at
one cycle length, for each of several. A trace keeps the last two beats, for how long a beat lasts
depends on the rest before it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import fields, replace
from typing import Any

import equinox as eqx
import numpy as np
from jaxtyping import Float, Integer

from heartwright.data import InputError, Provenance, TraceSet
from heartwright.electro.cells import AbstractCell, TenTusscher2006
from heartwright.electro.measures import restitution
from heartwright.samples.pacing_loop import Potential, pace, paced, steps_in

AMPLITUDE = 52.0  # pA/pF, depolarising, as on the slab
PULSE_MS = 1.0
SAMPLE_MS = 0.1  # the clock of training and forecast
DT_MS = 0.01  # TP06: APD90 within 0.07 ms, and the peak within 1.1 mV, of dt → 0
AFTER_MS = 500.0  # kept behind S2, long enough to repolarise
FIRED, FIRED_MS = 0.5, 30.0  # still so high so long after its pulse, a cell has fired
CLOCK = {"pulse_ms": PULSE_MS, "dt_ms": DT_MS, "sample_ms": SAMPLE_MS}

Beats = tuple[Float[np.ndarray, "trace sample"], Integer[np.ndarray, "trace"]]  # values, lengths


def s1s2(
    *,
    intervals_ms: Sequence[float] = (350, 375, 400, 450, 500, 550, 600, 700, 800),
    s1_ms: float = 1000.0,
    s1_beats: int = 10,
    cell: AbstractCell | None = None,
    amplitude: float = AMPLITUDE,
    noise: float = 0.0,
    seed: int = 0,
) -> TraceSet:
    """One trace for each interval between S1 and S2: the last S1 beat, and S2's.

    A trace starts at the last S1 pulse and ends 500 ms after S2. The cell is TP06 unless given, and
    `amplitude` is in its unit a ms. Values run from 0, the potential at the last S1 pulse, to 1,
    the highest of the whole set; `noise` is the standard deviation of Gaussian noise, and `clean`
    keeps the truth without it. TP06 is far from steady after ten beats: its ions take minutes.

    Raises:
        InputError: an option cannot be used, or a pulse finds the cell refractory.
    """
    _check(intervals_ms, s1_beats, fewest=1, amplitude=amplitude, noise=noise, seed=seed)
    cell = TenTusscher2006() if cell is None else cell
    settled = _after_train(cell, s1_ms, s1_beats - 1, amplitude)
    onsets = np.array([(0.0, interval) for interval in intervals_ms])
    ends = onsets[:, 1] + AFTER_MS
    potential = paced(
        settled, onsets.tolist(), duration_ms=ends.max(), amplitude=amplitude, **CLOCK
    )
    return _prepared(
        _cut(potential, np.zeros_like(ends), ends),
        onsets,
        names=tuple(f"S2 at {interval:g} ms" for interval in intervals_ms),
        noise=noise,
        seed=seed,
        made={**_identity(cell), "s1_ms": s1_ms, "s1_beats": s1_beats, "amplitude": amplitude},
    )


def dynamic(
    *,
    cycle_lengths_ms: Sequence[float],
    beats: int = 20,
    cell: AbstractCell | None = None,
    amplitude: float = AMPLITUDE,
    noise: float = 0.0,
    seed: int = 0,
) -> TraceSet:
    """One trace for each cycle length: the last two of `beats` beats, which may alternate.

    A trace starts at the last pulse but one and ends one cycle after the last pulse. Values run
    from 0, the lowest potential at the start of a trace, to 1, the highest of the whole set. The
    rest is as in `s1s2`.

    Raises:
        InputError: an option cannot be used, or a pulse finds the cell refractory.
    """
    _check(cycle_lengths_ms, beats, fewest=2, amplitude=amplitude, noise=noise, seed=seed)
    cell = TenTusscher2006() if cell is None else cell
    cycles = np.array(cycle_lengths_ms, dtype=float)
    trains = cycles[:, None] * np.arange(beats)
    duration_ms = beats * cycles.max()
    potential = paced(cell, trains.tolist(), duration_ms=duration_ms, amplitude=amplitude, **CLOCK)
    onsets = cycles[:, None] * np.arange(2.0)
    return _prepared(
        _cut(potential, trains[:, -2], trains[:, -1] + cycles),
        onsets,
        names=tuple(f"every {cycle:g} ms" for cycle in cycle_lengths_ms),
        noise=noise,
        seed=seed,
        made={**_identity(cell), "beats": beats, "amplitude": amplitude},
    )


def _after_train(
    cell: AbstractCell, interval_ms: float, beats: int, amplitude: float
) -> AbstractCell:
    """The cell that starts where a train of so many beats leaves it."""
    if beats == 0:
        return cell
    train = (np.arange(beats) * interval_ms).tolist()
    duration_ms = beats * interval_ms
    states, _ = pace(cell, [train], duration_ms=duration_ms, amplitude=amplitude, **CLOCK)
    return replace(cell, rest=states[0])


def _prepared(
    beats: Beats,
    onsets_ms: Float[np.ndarray, "trace pulse"],
    *,
    names: tuple[str, ...],
    noise: float,
    seed: int,
    made: dict[str, Any],
) -> TraceSet:
    """Beats on one scale, with noise, notes and provenance."""
    potential, lengths = beats
    rest, peak = float(potential[:, 0].min()), float(np.nanmax(potential))
    if not peak - rest > made["amplitude"] * PULSE_MS:
        raise InputError(
            f"the cell answers no pulse of {made['amplitude']:g} a ms by more than the pulse adds "
            f"itself, so it does not fire; choose another amplitude."
        )
    clean = (potential - rest) / (peak - rest)
    _check_answers(clean, onsets_ms, names)
    added = np.random.default_rng(seed).normal(0, noise, clean.shape).astype(clean.dtype)
    parameters = {**made, "onsets_ms": onsets_ms.tolist(), "noise": noise}
    return TraceSet(
        values=clean + added,
        step_ms=SAMPLE_MS,
        lengths=lengths,
        names=names,
        prepared=True,
        clean=clean,
        onsets_ms=onsets_ms,
        notes=_notes(parameters, rest=rest, peak=peak),
        provenance=Provenance.of(parameters=parameters, seed=seed),
    )


def _cut(
    potential: Potential, start_ms: Float[np.ndarray, "train"], end_ms: Float[np.ndarray, "train"]
) -> Beats:
    """Each train's potential from its start to its end, NaN behind it, and how long it is."""
    starts = np.array([steps_in(start, SAMPLE_MS, fewest=0) for start in start_ms])
    ends = np.array([steps_in(end, SAMPLE_MS) for end in end_ms])
    lengths = ends - starts + 1
    index = starts[:, None] + np.arange(lengths.max())
    moved = np.take_along_axis(potential, np.minimum(index, potential.shape[1] - 1), axis=1)
    return np.where(index <= ends[:, None], moved, np.nan), lengths


def _identity(cell: AbstractCell) -> dict[str, Any]:
    """A cell's name and parameters."""
    values = {field.name: getattr(cell, field.name) for field in fields(cell)}
    scalars = {k: v for k, v in values.items() if eqx.is_array_like(v) and np.ndim(v) == 0}
    return {
        "cell": type(cell).__name__,
        "cell_parameters": {name: float(value) for name, value in scalars.items()},
    }


def _notes(made: Mapping[str, Any], *, rest: float, peak: float) -> str:
    train = (
        f"{made['s1_beats']} S1 pulses every {made['s1_ms']:g} ms, then S2"
        if "s1_beats" in made
        else f"{made['beats']} pulses at each cycle length"
    )
    return (
        f"Simulated: one {made['cell']} cell from its rest state; {train}; each pulse "
        f"{made['amplitude']:g} a ms (depolarising) for {PULSE_MS:g} ms; steps of {DT_MS} ms, "
        f"sampled every {SAMPLE_MS} ms. A trace starts at the last pulse but one. One scale for "
        f"all: 0 = {rest:.4g}, at the start; 1 = {peak:.4g}, the highest clean potential, both in "
        f"the cell's unit. Gaussian noise, standard deviation {made['noise']:g}."
    )


def _check(
    intervals_ms: Sequence[float],
    beats: int,
    *,
    fewest: int,
    amplitude: float,
    noise: float,
    seed: int,
) -> None:
    if len(intervals_ms) == 0 or not all(np.isfinite(t) and t > FIRED_MS for t in intervals_ms):
        raise InputError(
            f"pacing needs intervals, each longer than {FIRED_MS:g} ms, but was given "
            f"{list(intervals_ms)}."
        )
    if beats < fewest:
        raise InputError(f"a train of {beats} beats is too short; give at least {fewest}.")
    if not (np.isfinite(amplitude) and amplitude > 0):
        raise InputError(f"an amplitude of {amplitude} cannot be used; give a positive number.")
    if not (np.isfinite(noise) and noise >= 0):
        raise InputError(f"a noise of {noise} cannot be used; give 0 or a positive number.")
    if seed < 0:
        raise InputError(f"the seed must not be negative, but is {seed}; give 0 or more.")


def _check_answers(
    clean: Potential, onsets_ms: Float[np.ndarray, "trace pulse"], names: tuple[str, ...]
) -> None:
    """Both pulses must be answered by an action potential that ends before the next."""
    later = np.round((onsets_ms + FIRED_MS) / SAMPLE_MS).astype(int)
    high = np.take_along_axis(clean, later, axis=1) > FIRED
    whole = np.isfinite(restitution(clean, SAMPLE_MS, onsets_ms, rest=0.0))
    for name, fired in zip(names, high.all(axis=1) & np.all(whole, axis=0), strict=True):
        if not fired:
            raise InputError(
                f"trace “{name}”: the cell does not answer both pulses with an action potential "
                f"that ends in time; choose a longer interval or another amplitude."
            )
