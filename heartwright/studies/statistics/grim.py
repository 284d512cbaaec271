"""Whether a printed mean, share or spread can be one of whole numbers at all.

GRIM: Brown & Heathers 2017, doi:10.1177/1948550616673876. Printed numbers are text here, for
"1.20" says more than 1.2: its digits are the precision to which it must fit.
"""

from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction

import numpy as np
from jaxtyping import Float


def totals(mean: str, count: int) -> list[int]:
    """The whole sums that, divided by `count`, round to the printed mean (halves either way)."""
    half, target = _half_digit(mean), Fraction(mean)
    first = -((half - target) * count // 1)  # ⌈(mean − half) · n⌉
    last = (target + half) * count // 1
    return list(range(int(first), int(last) + 1))


def counts_of_percentage(percent: str, total: int) -> list[int]:
    """How many of `total` a printed percentage can stand for."""
    share = f"{Decimal(percent).scaleb(-2):f}"
    return [count for count in totals(share, total) if 0 <= count <= total]


def totals_that_fit(percent: str, most: int) -> list[int]:
    """The group sizes up to `most` in which a printed percentage can occur."""
    return [total for total in range(1, most + 1) if counts_of_percentage(percent, total)]


def samples_of_counts(
    mean: str, deviation: str, count: int, *, least: int = 0
) -> list[Float[np.ndarray, "patient"]]:
    """Every sample of whole numbers that has a printed mean and standard deviation.

    The numbers are counts of things (devices), `least` or more in each patient. The deviation may
    have been divided by n − 1 or by n: reports do not say. Assumes few things above the least in
    all, for it goes through their partitions.
    """
    found = []
    for total in totals(mean, count):
        for parts in partitions(total - least * count):
            sample = np.full(count, float(least))
            if len(parts) <= count:
                sample[: len(parts)] += parts
                found.append(sample)
    return [sample for sample in found if _spreads(sample, deviation)]


def partitions(total: int, most: int | None = None) -> Iterator[tuple[int, ...]]:
    """The ways to write a whole number as a sum of positive ones, in falling order."""
    if total == 0:
        yield ()
    for first in range(min(total, most or total), 0, -1):
        for rest in partitions(total - first, first):
            yield (first, *rest)


def _spreads(sample: Float[np.ndarray, "patient"], deviation: str) -> bool:
    half, target = float(_half_digit(deviation)), float(deviation)
    return any(abs(sample.std(ddof=n) - target) <= half + 1e-12 for n in (0, 1))


def _half_digit(text: str) -> Fraction:
    """Half of the last printed digit's worth."""
    exponent = Decimal(text).as_tuple().exponent
    return Fraction(10) ** int(exponent) / 2
