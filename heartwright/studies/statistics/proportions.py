"""A share of patients, and how sure it is."""

from scipy import stats

from heartwright.data import InputError
from heartwright.studies.statistics.interval import LEVEL, Interval


def wilson(count: int, total: int) -> Interval:
    """Wilson's score interval: covers 95 % on average, also for few patients and near 0 and 1.

    Wilson 1927, doi:10.1080/01621459.1927.10502953; Newcombe 1998,
    doi:10.1002/(SICI)1097-0258(19980430)17:8<857::AID-SIM777>3.0.CO;2-E.
    Assumes independent patients.

    Raises:
        InputError: not 0 ≤ count ≤ total, or nobody.
    """
    return _interval(count, total, "wilson")


def clopper_pearson(count: int, total: int) -> Interval:
    """Clopper and Pearson's exact interval: never covers less than 95 %, so it is wide.

    Clopper & Pearson 1934, doi:10.1093/biomet/26.4.404. Assumes independent patients.

    Raises:
        InputError: not 0 ≤ count ≤ total, or nobody.
    """
    return _interval(count, total, "exact")


def _interval(count: int, total: int, method: str) -> Interval:
    if not 0 <= count <= total or total < 1:
        raise InputError(f"{count} of {total} is no share; count at most as many as there are.")
    found = stats.binomtest(count, total).proportion_ci(LEVEL, method)
    return Interval(count / total, float(found.low), float(found.high))
