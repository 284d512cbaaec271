"""Two methods on the same patients, each right or wrong: which one is right more often."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool
from scipy import stats

from heartwright.data import InputError


@dataclass(frozen=True)
class Discordance:
    """Patients by which of two methods was right, and the exact p value of the difference."""

    both: int
    first_only: int
    second_only: int
    neither: int
    p: float


def mcnemar(first: Bool[np.ndarray, "patient"], second: Bool[np.ndarray, "patient"]) -> Discordance:
    """The exact McNemar test on who was right.

    McNemar 1947, doi:10.1007/BF02295996: among the patients where only one was right, each is as
    likely. Two-sided binomial, no continuity correction. Assumes independent patients.
    """
    return discordance(
        both=int((first & second).sum()),
        first_only=int((first & ~second).sum()),
        second_only=int((~first & second).sum()),
        neither=int((~first & ~second).sum()),
    )


def discordance(*, both: int, first_only: int, second_only: int, neither: int) -> Discordance:
    """The same from the four numbers."""
    from statsmodels.stats.contingency_tables import mcnemar as exact

    p = exact([[both, first_only], [second_only, neither]], exact=True).pvalue
    return Discordance(both, first_only, second_only, neither, float(p))


def pairings(first: int, second: int, total: int) -> list[Discordance]:
    """Every way in which two methods, right in so many of the same patients, can be paired.

    A report that gives both shares but not the pairs leaves all these open.

    Raises:
        InputError: more right than there are patients.
    """
    if not (0 <= first <= total and 0 <= second <= total):
        raise InputError(f"{first} and {second} cannot be right of {total}; check the counts.")
    least, most = max(0, first + second - total), min(first, second)
    return [
        discordance(
            both=both,
            first_only=first - both,
            second_only=second - both,
            neither=total - first - second + both,
        )
        for both in range(least, most + 1)
    ]


def power(patients: int, first_only: float, second_only: float, *, alpha: float = 0.05) -> float:
    """How often the exact McNemar test shows a difference that is there.

    Args:
        patients: of the trial.
        first_only: share in which only the first method is right.
        second_only: likewise the second.
        alpha: two-sided level of the test.
    """
    apart = first_only + second_only
    least, most = stats.binom.ppf((1e-12, 1 - 1e-12), patients, apart)  # the others hardly occur
    discordant = np.arange(max(0, least), most + 1)
    reject = stats.binom.cdf(_critical(discordant, alpha), discordant, first_only / apart)
    reject += stats.binom.cdf(_critical(discordant, alpha), discordant, second_only / apart)
    return float(stats.binom.pmf(discordant, patients, apart) @ reject)


def _critical(discordant: np.ndarray, alpha: float) -> np.ndarray:
    """The largest smaller count that is significant, of so many; −1 where none is."""
    place = stats.binom.ppf(alpha / 2, discordant, 0.5)
    return np.where(stats.binom.cdf(place, discordant, 0.5) <= alpha / 2, place, place - 1)
