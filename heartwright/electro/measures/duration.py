"""How long an action potential lasts."""

import numpy as np
from jaxtyping import Float

from heartwright.electro.measures.crossings import downward, moment, upward


def apd(
    values: Float[np.ndarray, "trace time"],
    step_ms: float,
    *,
    level: float = 0.9,
    rest: float | None = None,
    peak: float | None = None,
) -> Float[np.ndarray, "trace"]:
    """Action potential duration, ms: APD90 with `level` 0.9.

    From the last upward crossing before a trace's maximum to the first downward crossing behind it,
    both of the potential at which the fraction `level` of the way from peak back to rest is done,
    and both linear between samples. `rest` and `peak` are the trace's own minimum and maximum
    unless given; give them for noisy traces, whose extremes are too far apart. NaN samples may
    follow a trace's end. NaN where a trace does not cross both ways.
    """
    there = np.isfinite(values)
    low = np.where(there, values, np.inf).min(axis=1)
    high = np.where(there, values, -np.inf).max(axis=1)
    base = low if rest is None else np.full(len(values), rest, dtype=float)
    top = high if peak is None else np.full(len(values), peak, dtype=float)
    with np.errstate(invalid="ignore"):  # a trace without samples has no extremes, and no level
        threshold = top - level * (top - base)

    crest = np.where(there, values, -np.inf).argmax(axis=1)
    gaps = np.arange(values.shape[1] - 1)
    rises = upward(values, threshold) & (gaps < crest[:, None])
    falls = downward(values, threshold) & (gaps >= crest[:, None])
    whole = rises.any(axis=1) & falls.any(axis=1)
    begin = len(gaps) - 1 - rises[whole, ::-1].argmax(axis=1)
    end = falls[whole].argmax(axis=1)
    durations = np.full(len(values), np.nan)
    inside, at = values[whole], threshold[whole]
    durations[whole] = moment(inside, at, end) - moment(inside, at, begin)
    return durations * step_ms
