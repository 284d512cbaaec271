"""What a reader of the numbers should be warned of."""

import numpy as np
from jaxtyping import Float

from heartwright.studies.agreement.agreed import Pair
from heartwright.studies.agreement.asked import Asked
from heartwright.studies.agreement.foretold import Foretold
from heartwright.studies.agreement.table import Series

FEW = 20  # patients; large-sample intervals are rough below
FEW_EACH = 10  # patients with, or without, an outcome


def remarks(
    series: Series,
    asked: Asked,
    scale: Float[np.ndarray, "size"],
    pairs: list[Pair],
    told: Foretold | None,
) -> list[str]:
    """Sentences, most important first."""
    found = []
    if series.left_out:
        found.append(
            f"Patients left out because a cell that is needed is empty: {series.left_out}."
        )
    if len(series) < FEW:
        found.append(f"Only {len(series)} patients: the intervals of κ, ρ_c and areas are rough.")
    if len(scale) and not asked.sizes:
        sizes = ", ".join(f"{size:g}" for size in scale)
        found.append(
            f"The values are taken for device sizes, and for all there are: {sizes}; give --sizes "
            f"where the device comes in others, for weighted κ counts the steps between them."
        )
    found += [_sloped(pair) for pair in pairs if pair.measured and _slopes(pair)]
    return found + (_of_outcome(told) if told else [])


def _slopes(pair: Pair) -> bool:
    p = None if pair.measured is None else pair.measured.bland_altman.slope_p
    return p is not None and p < 0.05


def _sloped(pair: Pair) -> str:
    return (
        f"{pair.method} and {pair.reference} differ by an amount that changes with the size "
        f"measured, or one varies more: their limits of agreement do not hold everywhere."
    )


def _of_outcome(told: Foretold) -> list[str]:
    found = []
    if min(told.cases, told.controls) < FEW_EACH:
        found.append(
            f"Only {told.cases} patients with {told.name} and {told.controls} without: DeLong's "
            f"intervals are too narrow for so few."
        )
    for one in told.ranked:
        if one.area.value < 0.5:
            found.append(
                f"Smaller values of {one.method} go with {told.name}; change the column's sign if "
                f"that is what it means."
            )
        if one.area.low is None:
            found.append(f"{one.method} parts the patients wholly, so its area has no interval.")
    return found
