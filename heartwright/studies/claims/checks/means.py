"""Means, counts and correlations, from summaries alone."""

from collections.abc import Mapping
from dataclasses import dataclass

from heartwright.studies.claims.checks.outcome import Outcome, fits
from heartwright.studies.claims.words import chance, signed, span
from heartwright.studies.statistics import (
    Summary,
    correlation,
    mann_whitney,
    samples_of_counts,
    totals,
    welch,
)


@dataclass(frozen=True)
class MeanDifference:
    """Two means ± SD of different patients, in every reading of how many they were."""

    printed_p: str
    first: tuple[float, float]  # mean, standard deviation
    second: tuple[float, float]
    counts: tuple[tuple[int, int], ...]

    def outcomes(self) -> Mapping[str, Outcome]:
        """Welch's test by numbers of patients."""
        return {f"n = {a} + {b}": self._outcome(a, b) for a, b in self.counts}

    def _outcome(self, first: int, second: int) -> Outcome:
        gap, p = welch(Summary(*self.first, first), Summary(*self.second, second))
        share = signed(100 * gap.value / self.second[0])
        told = f"difference {span(gap, signed, value=True)} ({share} %), Welch p = {chance(p)}"
        return Outcome(told, fits(p, self.printed_p))


@dataclass(frozen=True)
class CountDifference:
    """Two means ± SD of devices a patient, one or more each: whole numbers, so few samples fit."""

    printed_p: str
    first: tuple[str, str]  # mean and standard deviation as printed
    second: tuple[str, str]
    counts: tuple[tuple[int, int], ...]

    def outcomes(self) -> Mapping[str, Outcome]:
        """Welch's test, and the rank test on every sample that fits, by numbers of patients."""
        found = {}
        for a, b in self.counts:
            found[f"n = {a} + {b}, Welch"] = self._means(a, b)
            found[f"n = {a} + {b}, Mann–Whitney"] = self._ranks(a, b)
        return found

    def _means(self, first: int, second: int) -> Outcome:
        groups = zip((self.first, self.second), (first, second), strict=True)
        one, other = (Summary(float(mean), float(sd), n) for (mean, sd), n in groups)
        _, p = welch(one, other)
        sums = [_sums(mean, n) for (mean, _), n in ((self.first, first), (self.second, second))]
        told = f"p = {chance(p)} (GRIM: {sums[0]} and {sums[1]} devices)"
        return Outcome(told, fits(p, self.printed_p))

    def _ranks(self, first: int, second: int) -> Outcome:
        one = samples_of_counts(*self.first, first, least=1)
        other = samples_of_counts(*self.second, second, least=1)
        found = sorted(mann_whitney(a, b) for a in one for b in other)
        if not found:
            return Outcome("no whole numbers have these means and SDs", False)
        told = (
            f"p = {chance(found[0])} to {chance(found[-1])} over the {len(found)} samples that fit"
        )
        return Outcome(told, any(fits(p, self.printed_p) for p in found))


def _sums(mean: str, count: int) -> str:
    return " or ".join(str(total) for total in totals(mean, count)) or "no whole number of"


@dataclass(frozen=True)
class Correlation:
    """Pearson's r and its p, in every reading of how many patients there were."""

    r: float
    printed_p: str
    counts: tuple[int, ...]

    def outcomes(self) -> Mapping[str, Outcome]:
        """Interval and p by number of patients."""
        return {f"n = {n}": self._outcome(n) for n in self.counts}

    def _outcome(self, count: int) -> Outcome:
        interval, p = correlation(self.r, count)
        return Outcome(f"p = {chance(p)}, r {span(interval)}", fits(p, self.printed_p))
