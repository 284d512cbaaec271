"""Two columns of the same patients: do they agree."""

from dataclasses import dataclass
from itertools import combinations

import numpy as np
from jaxtyping import Float

from heartwright.data import InputError
from heartwright.studies.agreement.asked import Asked
from heartwright.studies.agreement.table import Series
from heartwright.studies.statistics import (
    BlandAltman,
    Discordance,
    Interval,
    bland_altman,
    clopper_pearson,
    concordance,
    crossed,
    intraclass,
    kappa,
    mcnemar,
    paired_sample_size,
    ranks,
    wilson,
)

MOST_SIZES = 8  # no family of devices here has more
Values = Float[np.ndarray, "patient"]


@dataclass(frozen=True)
class Measured:
    """Agreement of numbers."""

    bland_altman: BlandAltman
    concordance: Interval
    intraclass: Interval


@dataclass(frozen=True)
class Sized:
    """Agreement of device sizes."""

    exact: Interval  # Wilson
    exact_clopper_pearson: Interval
    kappa: Interval
    kappa_linear: Interval
    kappa_quadratic: Interval


@dataclass(frozen=True)
class Pair:
    """One column held against another."""

    reference: str
    method: str
    measured: Measured | None  # None for yes or no
    sized: Sized | None  # None where the numbers are no sizes


@dataclass(frozen=True)
class Rivals:
    """Which of two methods chose the reference's size more often."""

    first: str
    second: str
    found: Discordance
    patients_needed: (
        int | None
    )  # for 80 % power if these shares were true; None where they are even


def scale_of(series: Series, asked: Asked) -> Float[np.ndarray, "size"]:
    """The sizes that the columns are of: as told, or those that occur; none for measurements.

    Values are taken for sizes where all are whole, no more than a device family has, and fewer
    than there are patients.
    """
    if asked.sizes:
        return np.array(asked.sizes)
    compared = {name for pair in asked.pairs for name in pair}
    found = np.unique([series.columns[name] for name in sorted(compared)])
    few = len(found) <= min(MOST_SIZES, len(series) - 1)
    return found if few and (found == np.round(found)).all() else np.empty(0)


def pairs(series: Series, asked: Asked, scale: Float[np.ndarray, "size"]) -> list[Pair]:
    """Every pair that was asked for, but for numbers against a yes or no."""
    return [
        _pair(series, first, second, scale)
        for first, second in asked.pairs
        if _yes_or_no(series.columns[first]) == _yes_or_no(series.columns[second])
    ]


def _pair(series: Series, reference: str, method: str, scale: Float[np.ndarray, "size"]) -> Pair:
    a, b = series.columns[reference], series.columns[method]
    return Pair(
        reference=reference,
        method=method,
        measured=None if _yes_or_no(a) else _measured(a, b),
        sized=_sized(a, b, scale) if len(scale) else None,
    )


def _yes_or_no(values: Values) -> bool:
    return bool(np.isin(values, (0, 1)).all())


def _measured(a: Values, b: Values) -> Measured:
    return Measured(bland_altman(a, b), concordance(a, b), intraclass(np.column_stack([a, b])))


def _sized(a: Values, b: Values, scale: Float[np.ndarray, "size"]) -> Sized:
    table = crossed(ranks(a, scale), ranks(b, scale), sizes=len(scale))
    same, total = int(np.trace(table)), int(table.sum())
    return Sized(
        exact=wilson(same, total),
        exact_clopper_pearson=clopper_pearson(same, total),
        kappa=kappa(table, weights="none"),
        kappa_linear=kappa(table, weights="linear"),
        kappa_quadratic=kappa(table, weights="quadratic"),
    )


def rivals(series: Series, asked: Asked) -> list[Rivals]:
    """Every two methods, by who chose the reference's value in whom; none without a reference."""
    if asked.reference is None:
        return []
    truth = series.columns[asked.reference]
    right = {name: series.columns[name] == truth for name in asked.methods}
    found = [(a, b, mcnemar(right[a], right[b])) for a, b in combinations(asked.methods, 2)]
    return [Rivals(a, b, pair, _needed(pair, len(series))) for a, b, pair in found]


def _needed(pair: Discordance, patients: int) -> int | None:
    try:
        return paired_sample_size(pair.first_only / patients, pair.second_only / patients)
    except InputError:  # they are even, or so nearly that no trial would tell
        return None
