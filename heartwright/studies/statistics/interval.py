"""An estimate and how sure it is."""

from dataclasses import dataclass

from scipy import stats

LEVEL = 0.95  # of every interval


@dataclass(frozen=True)
class Interval:
    """A value between its 95 % confidence limits; without limits where the data give none."""

    value: float
    low: float | None = None
    high: float | None = None


def normal_quantile(level: float = LEVEL) -> float:
    """How many standard errors a two-sided interval of that level reaches: 1.96 for 95 %."""
    return float(stats.norm.ppf((1 + level) / 2))
