"""How many patients a trial would need."""

import bisect
import math

from scipy import stats

from heartwright.data import InputError
from heartwright.studies.statistics.paired import power

_MOST = 5_000  # patients; more is no trial of devices


def paired_sample_size(
    first_only: float, second_only: float, *, goal: float = 0.8, alpha: float = 0.05
) -> int:
    """Patients, each measured by both methods, for the exact McNemar test to have that power.

    With that number and each of the next ten the goal is reached: the power of an exact test rises
    in teeth. It is found by halving around the approximation of Connor 1987, doi:10.2307/2531961.

    Args:
        first_only: share of patients in which only the first method is right.
        second_only: likewise the second; not the same.
        goal: power asked for.
        alpha: two-sided level.

    Raises:
        InputError: no shares, no difference, or one so small that no trial would do.
    """
    if min(first_only, second_only) < 0 or first_only + second_only > 1:
        raise InputError("the two shares of discordant patients lie from 0 to 1 in all; mend them.")
    if first_only == second_only:
        raise InputError("the methods are right equally often; no number of patients tells them.")
    start = connor(first_only, second_only, goal=goal, alpha=alpha)
    if start > _MOST:
        raise InputError(
            f"more than {_MOST} patients would be needed; the difference is too small."
        )

    def enough(patients: int) -> bool:
        each = range(patients, patients + 11)
        return all(power(n, first_only, second_only, alpha=alpha) >= goal for n in each)

    sizes = range(math.floor(0.8 * start), 2 * start + 20)
    return sizes[bisect.bisect_left(sizes, True, key=enough)]


def connor(first_only: float, second_only: float, *, goal: float, alpha: float) -> int:
    """Connor's approximation: Biometrics 1987, doi:10.2307/2531961."""
    apart, gain = first_only + second_only, abs(first_only - second_only)
    reach, miss = stats.norm.ppf((1 - alpha / 2, goal))
    size = (reach * math.sqrt(apart) + miss * math.sqrt(apart - gain**2)) ** 2 / gain**2
    return math.ceil(size)


def unpaired_sample_size(
    first: float, second: float, *, goal: float = 0.8, alpha: float = 0.05
) -> int:
    """Patients in each of two arms, for two shares to be told apart by the normal test.

    Fleiss, Levin & Paik 2003, doi:10.1002/0471445428, without continuity correction; Fisher's
    exact test needs some more.

    Raises:
        InputError: a share outside of [0, 1], or no difference.
    """
    from statsmodels.stats.proportion import samplesize_proportions_2indep_onetail

    if not (0 <= first <= 1 and 0 <= second <= 1) or first == second:
        raise InputError("two different shares from 0 to 1 are needed; mend them.")
    size = samplesize_proportions_2indep_onetail(
        first - second, second, goal, alpha=alpha, alternative="two-sided"
    )
    return math.ceil(size)
