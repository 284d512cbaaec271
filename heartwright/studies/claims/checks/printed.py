"""Figures that are judged by what is printed alone."""

from collections.abc import Mapping
from dataclasses import dataclass

from heartwright.studies.claims.checks.outcome import Outcome


@dataclass(frozen=True)
class NotPrinted:
    """A figure whose inputs are not there."""

    missing: str

    def outcomes(self) -> Mapping[str, Outcome]:
        """None."""
        return {}


@dataclass(frozen=True)
class Same:
    """One number that is printed in several places."""

    numbers: tuple[tuple[str, int], ...]  # place, number

    def outcomes(self) -> Mapping[str, Outcome]:
        """Whether all places say the same."""
        told = ", ".join(f"{number} ({place})" for place, number in self.numbers)
        return {"": Outcome(told, len({number for _, number in self.numbers}) == 1)}


@dataclass(frozen=True)
class Ratio:
    """A number that is so many times another, by where the larger is printed."""

    factor: int
    smaller: float
    larger: tuple[tuple[str, float], ...]  # place, number

    def outcomes(self) -> Mapping[str, Outcome]:
        """The ratio by place."""
        return {
            f"{place}": Outcome(
                f"{number:g}/{self.smaller:g} = {number / self.smaller:.1f}",
                round(number / self.smaller) == self.factor,
            )
            for place, number in self.larger
        }


@dataclass(frozen=True)
class Hours:
    """How long a batch takes, held against what one model takes elsewhere."""

    modelling_h: float
    batch_h: float
    models: int
    elsewhere_h: tuple[float, float]
    material_usd: tuple[float, float]  # a model

    def outcomes(self) -> Mapping[str, Outcome]:
        """Whether the batch is done before the one model."""
        total = self.modelling_h + self.batch_h
        low, high = (self.models * cost for cost in self.material_usd)
        told = (
            f"{total:g} h for {self.models} models against {self.elsewhere_h[0]:g}–"
            f"{self.elsewhere_h[1]:g} h for one; {self.batch_h / self.models:g} h of printer and "
            f"no labour a model; ${low:g}–{high:g} of material a batch"
        )
        return {"": Outcome(told, total < self.elsewhere_h[0])}
