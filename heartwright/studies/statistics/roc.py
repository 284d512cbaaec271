"""How well a number foretells who will have an outcome."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float
from scipy import stats

from heartwright.data import InputError
from heartwright.studies.statistics.interval import LEVEL, Interval, normal_quantile

Marker = Float[np.ndarray, "patient"]
Outcome = Bool[np.ndarray, "patient"]
RESAMPLES = 2000


def areas(
    markers: Float[np.ndarray, "marker patient"], outcome: Outcome
) -> tuple[Float[np.ndarray, "marker"], Float[np.ndarray, "marker marker"]]:
    """Areas under the ROC curves of several markers of the same patients, and their covariance.

    DeLong, DeLong & Clarke-Pearson 1988, doi:10.2307/2531595, by mid-ranks (Sun & Xu 2014,
    doi:10.1109/LSP.2014.2337313). Larger values stand for the outcome; ties count half. Assumes
    independent patients.

    Raises:
        InputError: fewer than two patients with or without the outcome.
    """
    _check(outcome)
    cases, controls = markers[:, outcome], markers[:, ~outcome]
    m, n = cases.shape[1], controls.shape[1]
    everywhere = stats.rankdata(markers, axis=1)
    of_case = (everywhere[:, outcome] - stats.rankdata(cases, axis=1)) / n
    of_control = 1 - (everywhere[:, ~outcome] - stats.rankdata(controls, axis=1)) / m
    spread = np.atleast_2d(np.cov(of_case)) / m + np.atleast_2d(np.cov(of_control)) / n
    return of_case.mean(axis=1), spread


def delong(marker: Marker, outcome: Outcome) -> Interval:
    """Area with DeLong's interval, cut at 0 and 1; without one where the groups do not mix.

    As `areas`.
    """
    (area,), ((variance,),) = areas(marker[None], outcome)
    return _normal(float(area), float(np.sqrt(variance)))


@dataclass(frozen=True)
class Compared:
    """One area less another, of the same patients."""

    difference: Interval
    p: float | None  # None where the two curves cannot differ by chance


def delong_difference(first: Marker, second: Marker, outcome: Outcome) -> Compared:
    """Whether the first marker's area is another than the second's, both of the same patients.

    As `areas`; two-sided.
    """
    area, spread = areas(np.stack([first, second]), outcome)
    gap = float(area[0] - area[1])
    variance = float(spread[0, 0] + spread[1, 1] - 2 * spread[0, 1])
    if variance <= 1e-12:
        return Compared(Interval(gap), None)
    error = float(np.sqrt(variance))
    reach = normal_quantile() * error
    p = 2 * float(stats.norm.sf(abs(gap) / error))
    return Compared(Interval(gap, gap - reach, gap + reach), p)


def hanley_mcneil_error(area: float, cases: int, controls: int) -> float:
    """Standard error of an area from the numbers of patients alone, for reports without data.

    Hanley & McNeil 1982, doi:10.1148/radiology.143.1.7063747. Assumes exponential distributions
    of the marker, which errs on the wide side for most others.

    Raises:
        InputError: an area outside of [0, 1], or nobody with or without the outcome.
    """
    if not 0 <= area <= 1 or min(cases, controls) < 1:
        raise InputError("an area lies from 0 to 1 and is of patients of both kinds; mend it.")
    both_cases = area / (2 - area)
    both_controls = 2 * area**2 / (1 + area)
    variance = (
        area * (1 - area)
        + (cases - 1) * (both_cases - area**2)
        + (controls - 1) * (both_controls - area**2)
    ) / (cases * controls)
    return float(np.sqrt(variance))


def hanley_mcneil(area: float, cases: int, controls: int) -> Interval:
    """An area with the interval that `hanley_mcneil_error` gives, cut at 0 and 1."""
    return _normal(area, hanley_mcneil_error(area, cases, controls))


def bootstrap(marker: Marker, outcome: Outcome, *, seed: int = 0) -> Interval:
    """Area with the percentile bootstrap's interval, drawn within cases and within controls.

    Efron & Tibshirani 1993, doi:10.1201/9780429246593; Carpenter & Bithell 2000,
    doi:10.1002/(SICI)1097-0258(20000515)19:9<1141::AID-SIM479>3.0.CO;2-F. Assumes independent
    patients; the same seed gives the same interval.

    Raises:
        InputError: fewer than two patients with or without the outcome.
    """
    _check(outcome)
    found = stats.bootstrap(
        (marker[outcome], marker[~outcome]),
        _area,
        n_resamples=RESAMPLES,
        confidence_level=LEVEL,
        method="percentile",
        vectorized=True,
        rng=np.random.default_rng(seed),
    ).confidence_interval
    area = float(areas(marker[None], outcome)[0][0])
    if area in {0.0, 1.0}:
        return Interval(area)
    return Interval(area, float(found.low), float(found.high))


def curve(marker: Marker, outcome: Outcome) -> Float[np.ndarray, "threshold 2"]:
    """False and true positive rate as the threshold falls, from (0, 0) to (1, 1)."""
    order = np.argsort(-marker, kind="stable")
    last = np.append(np.diff(marker[order]) != 0, True)  # equal values pass together
    true = np.cumsum(outcome[order])[last] / outcome.sum()
    false = np.cumsum(~outcome[order])[last] / (~outcome).sum()
    return np.vstack([np.zeros(2), np.column_stack([false, true])])


def _area(cases: np.ndarray, controls: np.ndarray, axis: int = -1) -> np.ndarray:
    """The Mann–Whitney share of pairs in which the case has the larger value, along an axis."""
    m, n = cases.shape[axis], controls.shape[axis]
    ranks = stats.rankdata(np.concatenate([cases, controls], axis=axis), axis=axis)
    total = np.take(ranks, np.arange(m), axis=axis).sum(axis=axis)
    return (total - m * (m + 1) / 2) / (m * n)


def _normal(area: float, error: float) -> Interval:
    if error <= 1e-9:
        return Interval(area)
    reach = normal_quantile() * error
    return Interval(area, max(0.0, area - reach), min(1.0, area + reach))


def _check(outcome: Outcome) -> None:
    if min(outcome.sum(), (~outcome).sum()) < 2:
        raise InputError(
            f"{int(outcome.sum())} of {len(outcome)} patients have the outcome; at least two with "
            f"and two without it are needed."
        )
