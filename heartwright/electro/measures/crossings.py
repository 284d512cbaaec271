"""Where sampled traces cross a level."""

import numpy as np
from jaxtyping import Bool, Float, Integer

Values = Float[np.ndarray, "trace time"]
Levels = Float[np.ndarray, "trace"]


def upward(values: Values, level: Levels) -> Bool[np.ndarray, "trace gap"]:
    """Gaps between two samples in which a trace reaches its level from below.

    A gap with a NaN at either end holds no crossing.
    """
    return (values[:, :-1] < level[:, None]) & (values[:, 1:] >= level[:, None])


def downward(values: Values, level: Levels) -> Bool[np.ndarray, "trace gap"]:
    """Gaps between two samples in which a trace falls below its level."""
    return (values[:, :-1] >= level[:, None]) & (values[:, 1:] < level[:, None])


def moment(values: Values, level: Levels, gap: Integer[np.ndarray, "trace"]) -> Levels:
    """When the level is met inside a gap, in samples, by linear interpolation."""
    before = np.take_along_axis(values, gap[:, None], axis=1)[:, 0]
    after = np.take_along_axis(values, gap[:, None] + 1, axis=1)[:, 0]
    return gap + (level - before) / (after - before)
