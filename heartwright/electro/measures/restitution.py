"""How long an action potential lasts after how long a rest."""

import numpy as np
from jaxtyping import Float, Integer

from heartwright.data import InputError
from heartwright.electro.measures.duration import apd

Values = Float[np.ndarray, "trace time"]
Each = Float[np.ndarray, "trace"]


def restitution(
    values: Values,
    step_ms: float,
    onsets_ms: Float[np.ndarray, "trace pulse"],
    *,
    level: float = 0.9,
    rest: float | None = None,
    peak: float | None = None,
) -> tuple[Each, Each]:
    """Diastolic interval before the last beat and duration of that beat, ms, for each trace.

    The last two of a trace's pulses (ms after its first sample) begin the last two beats. Both are
    measured by `apd`, and the diastolic interval is what the interval between the two pulses leaves
    after the first one's duration (Nolasco & Dahlen 1968, doi:10.1152/jappl.1968.25.2.191). `rest`
    is a trace's own minimum and `peak` each beat's own maximum unless given. NaN where a beat has
    no duration, as one that has not ended when the next begins.

    Raises:
        InputError: fewer than two pulses, or pulses that do not follow each other inside the trace.
    """
    before, last = _last_two(onsets_ms, step_ms, samples=values.shape[1])
    base = np.nanmin(values, axis=1) if rest is None else np.full(len(values), rest, dtype=float)
    height = 1.0 if peak is None else peak - base[:, None]
    scaled = (values - base[:, None]) / height
    top = None if peak is None else 1.0
    end = np.full(len(values), values.shape[1])
    first = apd(_between(scaled, before, last), step_ms, level=level, rest=0.0, peak=top)
    second = apd(_between(scaled, last, end), step_ms, level=level, rest=0.0, peak=top)
    return onsets_ms[:, -1] - onsets_ms[:, -2] - first, second


def _last_two(
    onsets_ms: Float[np.ndarray, "trace pulse"], step_ms: float, *, samples: int
) -> tuple[Integer[np.ndarray, "trace"], Integer[np.ndarray, "trace"]]:
    """Samples at which the last two pulses begin."""
    if onsets_ms.shape[1] < 2:
        raise InputError("restitution needs the times of two pulses for each trace; give both.")
    before, last = np.round(onsets_ms[:, -2:].T / step_ms).astype(int)
    if not ((before >= 0) & (before < last) & (last < samples)).all():
        raise InputError(
            "the pulses of a restitution trace must follow each other inside the trace; "
            "give their times in ms after its first sample."
        )
    return before, last


def _between(
    values: Values, start: Integer[np.ndarray, "trace"], stop: Integer[np.ndarray, "trace"]
) -> Float[np.ndarray, "trace beat"]:
    """Each trace from its `start` up to, not including, its `stop`; NaN behind its end."""
    index = start[:, None] + np.arange((stop - start).max())
    inside = np.take_along_axis(values, np.minimum(index, values.shape[1] - 1), axis=1)
    return np.where(index < stop[:, None], inside, np.nan)
