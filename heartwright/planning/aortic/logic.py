"""Conditions on measures of which some are not known: true, false, or not to be said (Kleene)."""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass

from heartwright.data import Measure

Known = Mapping[str, Measure]


class Condition(ABC):
    """What a rule asks."""

    @abstractmethod
    def truth(self, known: Known, *, spreads: float) -> bool | None:
        """Whether it holds; None where that cannot be said.

        Args:
            known: measures by name.
            spreads: standard deviations by which a measure must be clear of its threshold.
        """

    @abstractmethod
    def names(self) -> tuple[str, ...]:
        """Measures that it asks for."""


@dataclass(frozen=True)
class Term(Condition):
    """One comparison with a number or with another measure."""

    measure: str
    relation: str  # < <= > >=
    limit: float | str

    def truth(self, known: Known, *, spreads: float) -> bool | None:
        """See `Condition`."""
        if any(name not in known for name in self.names()):
            return None
        value, limit = known[self.measure], self._limit(known)
        gap = value.value - limit.value
        slack = spreads * (value.sd**2 + limit.sd**2) ** 0.5
        if slack > 0 and abs(gap) <= slack:
            return None
        below = gap < 0 or (gap == 0 and self.relation == "<=")
        above = gap > 0 or (gap == 0 and self.relation == ">=")
        return below if self.relation.startswith("<") else above

    def names(self) -> tuple[str, ...]:
        """See `Condition`."""
        return (self.measure, self.limit) if isinstance(self.limit, str) else (self.measure,)

    def _limit(self, known: Known) -> Measure:
        return known[self.limit] if isinstance(self.limit, str) else Measure(self.limit, 0.0, "")


class _Both(Condition):
    """Two or more conditions, of which one can decide."""

    _decides: bool

    def __init__(self, *parts: Condition):
        self._parts = parts

    def truth(self, known: Known, *, spreads: float) -> bool | None:
        """See `Condition`."""
        found = [part.truth(known, spreads=spreads) for part in self._parts]
        if self._decides in found:
            return self._decides
        return None if None in found else not self._decides

    def names(self) -> tuple[str, ...]:
        """See `Condition`."""
        return tuple(dict.fromkeys(name for part in self._parts for name in part.names()))


class Every(_Both):
    """All of them."""

    _decides = False


class Either(_Both):
    """At least one of them."""

    _decides = True
