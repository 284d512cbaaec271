"""What of a table is to be compared."""

from dataclasses import dataclass
from itertools import combinations

from heartwright.data import InputError


@dataclass(frozen=True)
class Asked:
    """Columns by their role.

    Raises:
        InputError: a column has two roles, or there is nothing to compare.
    """

    reference: str | None = None
    methods: tuple[str, ...] = ()
    outcome: str | None = None
    sizes: tuple[float, ...] = ()  # all that the device comes in, ascending; empty if not told

    def __post_init__(self) -> None:
        twice = [name for name in self.columns if self.columns.count(name) > 1]
        if twice:
            raise InputError(f"column '{twice[0]}' is asked for twice; give it one role.")
        if not self.methods:
            raise InputError("nothing is to be judged; name a column of values with --method.")
        if not self.outcome and not self.pairs:
            raise InputError(
                "one method alone shows nothing; give --reference, another --method or --outcome."
            )

    @property
    def columns(self) -> tuple[str, ...]:
        """Every column that is read."""
        return tuple(
            name for name in (self.reference, *self.methods, self.outcome) if name is not None
        )

    @property
    def pairs(self) -> list[tuple[str, str]]:
        """What is held against what: each method against the reference, or all against all.

        Methods that foretell an outcome may be of different things: without a reference they are
        not held against each other.
        """
        if self.reference is None:
            return [] if self.outcome else list(combinations(self.methods, 2))
        return [(self.reference, method) for method in self.methods]
