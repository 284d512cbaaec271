"""Two groups of different patients."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float
from scipy import stats

from heartwright.data import InputError
from heartwright.studies.statistics.interval import LEVEL, Interval, normal_quantile


@dataclass(frozen=True)
class Summary:
    """A group as reports print it."""

    mean: float
    deviation: float  # standard deviation
    count: int


def welch(first: Summary, second: Summary) -> tuple[Interval, float]:
    """First mean − second, and the two-sided p value of Welch's t test, from summaries alone.

    Welch 1947, doi:10.1093/biomet/34.1-2.28. Assumes independent, about normal values; not equal
    variances.

    Raises:
        InputError: a group of fewer than two, or no spread in either.
    """
    if min(first.count, second.count) < 2 or first.deviation + second.deviation <= 0:
        raise InputError("Welch's test takes groups of two or more that vary; give their spread.")
    found = stats.ttest_ind_from_stats(
        first.mean,
        first.deviation,
        first.count,
        second.mean,
        second.deviation,
        second.count,
        equal_var=False,
    )
    gap = first.mean - second.mean
    parts = [group.deviation**2 / group.count for group in (first, second)]
    below = [part**2 / (g.count - 1) for part, g in zip(parts, (first, second), strict=True)]
    freedom = sum(parts) ** 2 / sum(below)
    reach = float(stats.t.ppf((1 + LEVEL) / 2, freedom) * np.sqrt(sum(parts)))
    return Interval(gap, gap - reach, gap + reach), float(found.pvalue)


def mann_whitney(first: Float[np.ndarray, "a"], second: Float[np.ndarray, "b"]) -> float:
    """Two-sided p value that values of one group tend to be larger.

    Mann & Whitney 1947, doi:10.1214/aoms/1177730491: normal approximation with ties, no
    continuity correction, which is the smallest p that common programs give. Assumes independent
    patients.
    """
    found = stats.mannwhitneyu(first, second, method="asymptotic", use_continuity=False)
    return float(found.pvalue)


@dataclass(frozen=True)
class Shares:
    """Counts of two groups."""

    first: int
    of_first: int
    second: int
    of_second: int

    @property
    def table(self) -> list[list[int]]:
        """Those with and without, a row a group."""
        return [
            [self.first, self.of_first - self.first],
            [self.second, self.of_second - self.second],
        ]


def share_tests(shares: Shares) -> dict[str, float]:
    """Two-sided p values of a difference between two shares, by the tests in use.

    Fisher's exact test (Fisher 1922, doi:10.2307/2340521), Boschloo's, which is exact and more
    powerful (Boschloo 1970, doi:10.1111/j.1467-9574.1970.tb00104.x), and Pearson's χ² with and
    without Yates's correction, which is for large numbers. Assumes independent patients.

    Raises:
        InputError: a group of nobody, more than all, or everybody alike.
    """
    table = np.array(shares.table)
    if table.min() < 0 or not (table.sum(axis=0).all() and table.sum(axis=1).all()):
        raise InputError("two groups, and some with and some without, are needed; mend the counts.")
    return {
        "Fisher": float(stats.fisher_exact(table).pvalue),
        "Boschloo": float(stats.boschloo_exact(table).pvalue),
        "χ²": float(stats.chi2_contingency(table, correction=False).pvalue),
        "χ² (Yates)": float(stats.chi2_contingency(table).pvalue),
    }


def correlation(r: float, count: int) -> tuple[Interval, float]:
    """Pearson's r with Fisher's z interval, and the two-sided p value of no correlation.

    Fisher 1915, doi:10.1093/biomet/10.4.507. Assumes independent pairs from a bivariate normal
    distribution.

    Raises:
        InputError: |r| is not below 1, or fewer than 4 pairs.
    """
    if not abs(r) < 1 or count < 4:
        raise InputError("a correlation lies between −1 and 1 and is of at least 4 pairs.")
    reach = normal_quantile() / np.sqrt(count - 3)
    low, high = np.tanh(np.arctanh(r) + np.array([-reach, reach]))
    p = 2 * stats.t.sf(abs(r) * np.sqrt((count - 2) / (1 - r**2)), count - 2)
    return Interval(r, float(low), float(high)), float(p)
