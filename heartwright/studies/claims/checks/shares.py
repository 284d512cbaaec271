"""Shares of patients."""

from collections.abc import Mapping
from dataclasses import dataclass

from heartwright.studies.claims.checks.outcome import Outcome, fits
from heartwright.studies.claims.words import chance, percent, span
from heartwright.studies.statistics import (
    Confusion,
    Interval,
    Shares,
    accuracy,
    clopper_pearson,
    counts_of_percentage,
    pairings,
    share_tests,
    totals_that_fit,
    wilson,
)


@dataclass(frozen=True)
class Percentage:
    """A share in per cent, with or without its count; where no count fits, smaller groups do."""

    printed: str
    of: int
    count: int | None = None

    def outcomes(self) -> Mapping[str, Outcome]:
        """As printed; and by group size, where that cannot be."""
        found = counts_of_percentage(self.printed, self.of)
        if self.count is not None:
            return {f"n = {self.of}": self._share(self.count, self.of, self.count in found)}
        if found:
            return {f"n = {self.of}": self._share(found[0], self.of, True)}
        none = {f"n = {self.of}": Outcome(f"no count of {self.of} is {self.printed} %", False)}
        return none | {
            f"n = {n}": self._share(counts_of_percentage(self.printed, n)[0], n, True)
            for n in totals_that_fit(self.printed, self.of)
        }

    @staticmethod
    def _share(count: int, total: int, agrees: bool) -> Outcome:
        share = wilson(count, total)
        told = (
            f"{count}/{total} = {percent(share.value)} %, Wilson {span(share, percent)} %, "
            f"Clopper–Pearson {span(clopper_pearson(count, total), percent)} %"
        )
        return Outcome(told, agrees, ((f"{count}/{total}", share),))


@dataclass(frozen=True)
class ShareDifference:
    """Two shares of different patients, in every reading of who was counted."""

    printed_p: str
    readings: tuple[Shares, ...]

    def outcomes(self) -> Mapping[str, Outcome]:
        """The p values by reading and test."""
        return {
            f"{s.first}/{s.of_first} vs {s.second}/{s.of_second}, {test}": Outcome(
                f"p = {chance(p)}", fits(p, self.printed_p)
            )
            for s in self.readings
            for test, p in share_tests(s).items()
        }


@dataclass(frozen=True)
class PairedShares:
    """Two methods' shares of the same patients, whose pairs are not printed."""

    printed_p: str
    first: int
    second: int
    of: int

    def outcomes(self) -> Mapping[str, Outcome]:
        """The exact McNemar test on every pairing."""
        return {
            f"both right in {pair.both}": Outcome(
                f"exact McNemar p = {chance(pair.p)}", fits(pair.p, self.printed_p)
            )
            for pair in pairings(self.first, self.second, self.of)
        }


@dataclass(frozen=True)
class TestAccuracy:
    """A yes-or-no test's counts, which must add up to the series."""

    __test__ = False  # no test of pytest's

    table: Confusion
    of: int

    def outcomes(self) -> Mapping[str, Outcome]:
        """Sensitivity and what follows."""
        found = accuracy(self.table)
        told = (
            f"{sum(self.table.cells)} patients; sensitivity {_share(found.sensitivity)}, "
            f"specificity {_share(found.specificity)}, accuracy {_share(found.accuracy)}, "
            f"LR+ {_plain(found.positive_likelihood_ratio)}, "
            f"LR− {_plain(found.negative_likelihood_ratio)}, odds ratio {_plain(found.odds_ratio)}"
        )
        t = self.table
        shares = (
            (f"sensitivity, {t.true_positive}/{t.with_condition}", found.sensitivity),
            (f"specificity, {t.true_negative}/{t.without_condition}", found.specificity),
        )
        return {"": Outcome(told, sum(t.cells) == self.of, shares)}


def _share(interval: Interval) -> str:
    return f"{span(interval, percent, value=True)} %"


def _plain(interval: Interval) -> str:
    return span(interval, value=True)
