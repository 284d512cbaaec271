"""Where the first full beat of a signal lies, in noise."""

from typing import NamedTuple

import numpy as np
from jaxtyping import Bool

from heartwright.electro.signals.clock import Signal, smoothed

COARSE_MS = 5.0  # smoothing that finds beats
FINE_MS = 2.0  # smoothing that finds onsets
REST_MS = 100.0  # how much before the upstroke the resting level is taken from
GUARD_MS = 15.0  # how much of that, next to the upstroke, is left out
OVER, BEGUN = 0.25, 0.4  # × range: below the first a beat is over, through the second one begins
LASTING_MS = 10.0  # a shorter excursion is an artefact
CLEAR = 5.0  # × noise: a smaller range shows no beat
NOISE, FOOT = 3.0, 0.02  # × resting noise, × beat's height: leaving the resting level


class Beat(NamedTuple):
    """One beat of a signal."""

    start: int  # the last sample before the upstroke leaves the noise
    stop: int  # one past the last sample: the next beat's start, or the record's end
    rest: float  # resting level before the upstroke
    plateau: float  # highest value of the signal smoothed over 5 ms


def first_beat(signal: Signal, step_ms: float) -> Beat | None:
    """The first beat whose upstroke is on record; None if there is none.

    A beat begins where the signal, smoothed over 5 ms, rises through 40 % of its range, after it
    was below 25 % of it; it has to last 10 ms, and the range has to exceed five times the noise.
    The resting level is the median of the 100 ms before (the last 15 ms left out). The onset is
    the last sample at which the signal, smoothed over 2 ms, is no farther above the resting level
    than three standard deviations of the resting signal or 2 % of the beat's height, whichever is
    more: in white noise of 5 % it comes about 1 ms after the true one.
    """
    coarse = smoothed(signal, step_ms, COARSE_MS)
    low, high = np.percentile(coarse, [0.5, 99.5])
    if high - low <= CLEAR * noise_of(signal):
        return None
    share = (coarse - low) / (high - low)
    rises = _rises(share, round(LASTING_MS / step_ms))
    if not rises:
        return None
    start, rest = _onset(signal, rises[0], step_ms, float(high))
    stop = _onset(signal, rises[1], step_ms, float(high))[0] if len(rises) > 1 else len(signal)
    return Beat(start, stop, rest, float(coarse[start:stop].max()))


def noise_of(signal: Signal) -> float:
    """Standard deviation of the noise from one sample to the next, robust to the beats."""
    return float(1.4826 * np.median(np.abs(np.diff(signal))) / np.sqrt(2))


def _rises(share: Signal, lasting: int) -> list[int]:
    """Samples at which a beat's upstroke passes 40 % of the range."""
    rises: list[int] = []
    ready = np.flatnonzero(share < OVER)
    while len(ready):
        above = np.flatnonzero(_lasting(share[ready[0] :] > BEGUN, lasting))
        if not len(above):
            break
        rises.append(int(ready[0] + above[0]))
        ready = ready[ready > rises[-1]]
    return rises


def _lasting(mask: Bool[np.ndarray, "sample"], samples: int) -> Bool[np.ndarray, "sample"]:
    """Where the mask stays true for so many samples."""
    total = np.concatenate([[0], np.cumsum(mask)])
    last = np.minimum(np.arange(len(mask)) + max(1, samples), len(mask))
    return total[last] - total[:-1] == max(1, samples)


def _onset(signal: Signal, rise: int, step_ms: float, high: float) -> tuple[int, float]:
    """The last sample at rest before a rise, and the resting level."""
    guard, window = round(GUARD_MS / step_ms), round(REST_MS / step_ms)
    begin = max(0, rise - window)
    before = signal[begin : max(rise - guard, begin + 1)]
    rest = float(np.median(before))
    fine = smoothed(signal, step_ms, FINE_MS)[: rise + 1]
    spread = 1.4826 * float(np.median(np.abs(fine[begin : begin + len(before)] - rest)))
    quiet = np.flatnonzero(fine <= rest + max(NOISE * spread, FOOT * (high - rest)))
    return (int(quiet[-1]) if len(quiet) else 0), rest
