"""When a cell fires."""

import numpy as np
from jaxtyping import Float

from heartwright.electro.measures.crossings import moment, upward


def activation_time(
    values: Float[np.ndarray, "trace time"], step_ms: float, *, level: float
) -> Float[np.ndarray, "trace"]:
    """Time of the first upward crossing of `level`, ms from the first sample.

    Linear between samples; NaN where a trace never crosses. NaN samples are not crossed.
    """
    levels = np.full(len(values), level, dtype=float)
    crossings = upward(values, levels)
    fires = crossings.any(axis=1)
    times = np.full(len(values), np.nan)
    times[fires] = moment(values[fires], levels[fires], crossings[fires].argmax(axis=1))
    return times * step_ms
