"""A signal on another clock."""

from collections.abc import Callable

import numpy as np
from jaxtyping import Float

Signal = Float[np.ndarray, "sample"]


def resampled(signal: Signal, step_ms: float, new_step_ms: float) -> Float[np.ndarray, "_"]:
    """The signal at every `new_step_ms` from its first sample.

    Onto a finer clock by linear interpolation; onto a coarser one by the mean over each new step
    (of the signal held between samples), which keeps noise from folding down.
    """
    times = np.arange(len(signal)) * step_ms
    clock = np.arange(int(times[-1] / new_step_ms + 1e-6) + 1) * new_step_ms
    if new_step_ms <= step_ms:
        return np.interp(clock, times, signal)
    edges = np.append(times - step_ms / 2, times[-1] + step_ms / 2)
    area = np.concatenate([[0.0], np.cumsum(signal) * step_ms])
    left = np.clip(clock - new_step_ms / 2, edges[0], edges[-1])
    right = np.clip(clock + new_step_ms / 2, edges[0], edges[-1])
    return (np.interp(right, edges, area) - np.interp(left, edges, area)) / (right - left)


def bridged(signal: Signal) -> Signal:
    """The signal with straight lines over its gaps (NaN), the nearest value at either end."""
    measured = np.flatnonzero(np.isfinite(signal))
    if len(measured) == len(signal):
        return signal
    return np.interp(np.arange(len(signal)), measured, signal[measured])


def with_gaps(
    signal: Signal, moved: Callable[[Signal], Float[np.ndarray, "_"]]
) -> Float[np.ndarray, "_"]:
    """The signal moved to another clock, its gaps kept.

    A new sample is a gap where more than half of it would come from what was not measured.
    """
    unknown = moved(np.isnan(signal).astype(float))
    return np.where(unknown > 0.5, np.nan, moved(bridged(signal)))


def smoothed(signal: Signal, step_ms: float, window_ms: float) -> Signal:
    """Centred moving mean over about `window_ms`, shorter at the ends."""
    from scipy.ndimage import uniform_filter1d

    return uniform_filter1d(signal, 2 * round(window_ms / step_ms / 2) + 1, mode="nearest")
