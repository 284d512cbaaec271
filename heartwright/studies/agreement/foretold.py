"""Columns held against an outcome: do they foretell it."""

from dataclasses import dataclass
from itertools import combinations

import numpy as np
from jaxtyping import Bool, Float

from heartwright.data import InputError
from heartwright.studies.agreement.asked import Asked
from heartwright.studies.agreement.table import Series
from heartwright.studies.statistics import (
    Accuracy,
    Confusion,
    Interval,
    accuracy,
    bootstrap,
    delong,
    delong_difference,
    hanley_mcneil,
)


@dataclass(frozen=True)
class Tested:
    """A yes-or-no method."""

    method: str
    table: Confusion
    accuracy: Accuracy


@dataclass(frozen=True)
class Ranked:
    """A number: the larger, the likelier the outcome."""

    method: str
    area: Interval  # DeLong
    hanley_mcneil: Interval
    bootstrap: Interval


@dataclass(frozen=True)
class Difference:
    """Area of the first less that of the second, DeLong."""

    first: str
    second: str
    difference: Interval
    p: float | None


@dataclass(frozen=True)
class Foretold:
    """Every method against the outcome."""

    name: str
    cases: int
    controls: int
    tested: list[Tested]
    ranked: list[Ranked]
    differences: list[Difference]


def foretold(series: Series, asked: Asked) -> Foretold | None:
    """None without an outcome.

    Raises:
        InputError: the outcome is not 0 or 1, or fewer than two patients have either.
    """
    if asked.outcome is None:
        return None
    outcome = _outcome(series, asked.outcome)
    tests = [name for name in asked.methods if np.isin(series.columns[name], (0, 1)).all()]
    numbers = [name for name in asked.methods if name not in tests]
    return Foretold(
        name=asked.outcome,
        cases=int(outcome.sum()),
        controls=int((~outcome).sum()),
        tested=[_tested(name, series.columns[name] == 1, outcome) for name in tests],
        ranked=[_ranked(name, series.columns[name], outcome) for name in numbers],
        differences=[_difference(a, b, series, outcome) for a, b in combinations(numbers, 2)],
    )


def _outcome(series: Series, name: str) -> Bool[np.ndarray, "patient"]:
    values = series.columns[name]
    if not np.isin(values, (0, 1)).all():
        raise InputError(
            f"the outcome '{name}' holds more than 0 and 1; write 1 where it happened."
        )
    if min(values.sum(), (1 - values).sum()) < 2:
        raise InputError(
            f"the outcome '{name}' is 1 in {values.sum():.0f} of {len(values)} patients; at least "
            f"two with and two without it are needed."
        )
    return values == 1


def _tested(
    name: str, positive: Bool[np.ndarray, "patient"], outcome: Bool[np.ndarray, "patient"]
) -> Tested:
    table = Confusion(
        true_positive=int((positive & outcome).sum()),
        false_negative=int((~positive & outcome).sum()),
        false_positive=int((positive & ~outcome).sum()),
        true_negative=int((~positive & ~outcome).sum()),
    )
    return Tested(name, table, accuracy(table))


def _ranked(
    name: str, values: Float[np.ndarray, "patient"], outcome: Bool[np.ndarray, "patient"]
) -> Ranked:
    area = delong(values, outcome)
    cases, controls = int(outcome.sum()), int((~outcome).sum())
    return Ranked(
        method=name,
        area=area,
        hanley_mcneil=hanley_mcneil(area.value, cases, controls),
        bootstrap=bootstrap(values, outcome),
    )


def _difference(
    first: str, second: str, series: Series, outcome: Bool[np.ndarray, "patient"]
) -> Difference:
    found = delong_difference(series.columns[first], series.columns[second], outcome)
    return Difference(first, second, found.difference, found.p)
