"""How often two methods choose the same device, and how far apart they are when not."""

from typing import Literal

import numpy as np
from jaxtyping import Float, Int

from heartwright.data import InputError
from heartwright.studies.statistics.interval import Interval

Weights = Literal["none", "linear", "quadratic"]


def crossed(
    first: Int[np.ndarray, "patient"], second: Int[np.ndarray, "patient"], *, sizes: int
) -> Int[np.ndarray, "sizes sizes"]:
    """How many patients got each pair of ranks; a rank is the size's place on its scale, from 0."""
    table = np.zeros((sizes, sizes), dtype=np.int64)
    np.add.at(table, (first, second), 1)
    return table


def kappa(table: Int[np.ndarray, "sizes sizes"], *, weights: Weights) -> Interval:
    """Cohen's kappa: agreement beyond what the two methods' habits would give by chance.

    Cohen 1960, doi:10.1177/001316446002000104; weighted by the distance between the ranks
    ("linear") or its square ("quadratic"), Cohen 1968, doi:10.1037/h0026256; large-sample
    interval of Fleiss, Cohen & Everitt 1969, doi:10.1037/h0028106, cut at ±1. No interval where
    everybody agrees, or where one method gives everybody the same size and κ is 0. Assumes
    independent patients.

    Args:
        table: patients by rank of the first (rows) and the second method (columns).
        weights: what a disagreement costs.

    Raises:
        InputError: both methods give everybody one and the same size, so that chance is all.
    """
    from statsmodels.stats.inter_rater import cohens_kappa

    margins = table.sum(axis=0), table.sum(axis=1)
    if np.count_nonzero(margins[0] + margins[1]) < 2:
        raise InputError("both methods give everybody the same size; kappa needs at least two.")
    if min(map(np.count_nonzero, margins)) < 2:
        return Interval(0.0)
    if np.trace(table) == table.sum():
        return Interval(1.0)
    with np.errstate(all="ignore"):  # it also tests κ = 0, which tiny tables do not allow
        found = cohens_kappa(table, wt=_NAMES[weights])
    if not found.std_kappa > 0:
        return Interval(float(found.kappa))
    low, high = np.clip((found.kappa_low, found.kappa_upp), -1, 1)
    return Interval(float(found.kappa), float(low), float(high))


_NAMES: dict[Weights, str | None] = {"none": None, "linear": "linear", "quadratic": "quadratic"}


def ranks(
    values: Float[np.ndarray, "patient"], scale: Float[np.ndarray, "size"]
) -> Int[np.ndarray, "patient"]:
    """Each value's place on an ascending scale of sizes, from 0.

    Raises:
        InputError: a value is not on the scale.
    """
    found = np.searchsorted(scale, values).clip(max=len(scale) - 1)
    wrong = scale[found] != values
    if wrong.any():
        told = ", ".join(f"{size:g}" for size in scale)
        raise InputError(f"{values[wrong][0]:g} is none of the sizes {told}; name all that exist.")
    return found.astype(np.int64)
