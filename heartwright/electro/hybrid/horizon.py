"""How long action potentials last, and how far learning looks."""

import numpy as np
from jaxtyping import Bool, Float
from scipy.ndimage import uniform_filter1d

from heartwright.data import TraceSet
from heartwright.electro.measures import apd
from heartwright.electro.signals.clock import bridged

BEYOND_APD = 1.3  # × the longest APD90: the return to rest is learned too
SMOOTHING_MS = 5.0  # moving mean that keeps noise from crossing the level


def apd90(
    values: Float[np.ndarray, "trace time"], there: Bool[np.ndarray, "trace time"], step_ms: float
) -> Float[np.ndarray, "trace"]:
    """APD90 of prepared traces, ms, smoothed over 5 ms; NaN where one does not repolarise.

    The level is 0.1: prepared traces rest at 0 and have their plateau at 1.
    """
    window = 2 * round(SMOOTHING_MS / step_ms / 2) + 1
    last = np.take_along_axis(values, there.sum(axis=1)[:, None] - 1, axis=1)
    held = np.pad(np.where(there, values, last), ((0, 0), (window, 0)))  # silence before onset
    smooth = uniform_filter1d(held, window, axis=1, mode="nearest")
    return apd(smooth, step_ms, level=0.9, rest=0.0, peak=1.0)


def observed_apd90(traces: TraceSet) -> Float[np.ndarray, "trace"]:
    """APD90 of the truth where it is known, else of the recording (gaps bridged linearly), ms."""
    if traces.clean is not None:
        return apd90(traces.clean, traces.there, traces.step_ms)
    whole = np.stack([bridged(trace) for trace in traces.values])
    return apd90(whole, traces.there, traces.step_ms)


def default_horizon(traces: TraceSet) -> float:
    """1.3 × the longest APD90, ms, cut at the end of the longest record.

    A trace that does not repolarise within its record counts with its whole length.
    """
    records = traces.lengths * traces.step_ms
    durations = observed_apd90(traces)
    lasting = np.where(np.isnan(durations), records, durations)
    return float(min(BEYOND_APD * lasting.max(), records.max()))
