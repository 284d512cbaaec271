"""What a recomputation gives, and what every one has."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Protocol, runtime_checkable

from heartwright.studies.statistics import Interval


@dataclass(frozen=True)
class Outcome:
    """What comes out under one reading, and whether the printed figure fits it."""

    told: str
    agrees: bool
    shares: tuple[tuple[str, Interval], ...] = ()  # to draw, by name


@runtime_checkable
class Check(Protocol):
    """Inputs, and how to recompute a figure from them."""

    def outcomes(self) -> Mapping[str, Outcome]:
        """Results by reading; none where nothing can be recomputed."""
        ...


def fits(p: float, printed: str) -> bool:
    """Whether a p value is what was printed: "<0.05" is a bound, "0.04" rounds."""
    if printed.startswith("<"):
        return p < float(printed[1:])
    return abs(p - float(printed)) <= float(10 ** -Decimal(len(printed.split(".")[1]))) / 2
