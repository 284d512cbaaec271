"""A yes-or-no test against the truth."""

from dataclasses import dataclass

import numpy as np

from heartwright.data import InputError
from heartwright.studies.statistics.interval import Interval, normal_quantile
from heartwright.studies.statistics.proportions import wilson


@dataclass(frozen=True)
class Confusion:
    """Patients by truth and test.

    Raises:
        InputError: a negative number, or nobody with or without the condition.
    """

    true_positive: int
    false_negative: int
    false_positive: int
    true_negative: int

    def __post_init__(self) -> None:
        if min(self.cells) < 0 or not self.with_condition or not self.without_condition:
            raise InputError(
                "a test is judged on patients with and without the condition; one kind is missing."
            )

    @property
    def cells(self) -> tuple[int, int, int, int]:
        """True positive, false negative, false positive, true negative."""
        return (self.true_positive, self.false_negative, self.false_positive, self.true_negative)

    @property
    def with_condition(self) -> int:
        """How many have it."""
        return self.true_positive + self.false_negative

    @property
    def without_condition(self) -> int:
        """How many do not."""
        return self.false_positive + self.true_negative


@dataclass(frozen=True)
class Accuracy:
    """What a test's table says; predictive values hold for this series' prevalence alone."""

    sensitivity: Interval
    specificity: Interval
    accuracy: Interval
    positive_predictive: Interval | None  # None where nobody tested so
    negative_predictive: Interval | None
    positive_likelihood_ratio: Interval
    negative_likelihood_ratio: Interval
    odds_ratio: Interval
    halves_added: bool  # 0.5 to every cell, for the last three, because one was empty


def accuracy(table: Confusion) -> Accuracy:
    """Shares with Wilson's intervals, ratios with intervals on the logarithm.

    Likelihood ratios: Simel et al. 1991, doi:10.1016/0895-4356(91)90128-V; diagnostic odds ratio:
    Glas et al. 2003, doi:10.1016/S0895-4356(03)00177-X, Woolf's interval. Where a cell is empty,
    the ratios get 0.5 in every cell (Haldane 1956, doi:10.1111/j.1469-1809.1955.tb01285.x). Assumes
    independent patients and a truth that is true.
    """
    tp, fn, fp, tn = table.cells
    halves = 0 in table.cells
    a, b, c, d = (cell + 0.5 * halves for cell in table.cells)
    return Accuracy(
        sensitivity=wilson(tp, tp + fn),
        specificity=wilson(tn, tn + fp),
        accuracy=wilson(tp + tn, sum(table.cells)),
        positive_predictive=wilson(tp, tp + fp) if tp + fp else None,
        negative_predictive=wilson(tn, tn + fn) if tn + fn else None,
        positive_likelihood_ratio=_relative(a, a + b, c, c + d),
        negative_likelihood_ratio=_relative(b, a + b, d, c + d),
        odds_ratio=_log_interval(a * d / (b * c), 1 / a + 1 / b + 1 / c + 1 / d),
        halves_added=halves,
    )


def _relative(count: float, total: float, other: float, other_total: float) -> Interval:
    """One share over another."""
    variance = 1 / count - 1 / total + 1 / other - 1 / other_total
    return _log_interval((count / total) / (other / other_total), variance)


def _log_interval(value: float, variance: float) -> Interval:
    reach = np.exp(normal_quantile() * np.sqrt(variance))
    return Interval(float(value), float(value / reach), float(value * reach))
