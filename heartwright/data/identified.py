"""What data say of parameters, and how surely."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from jaxtyping import Float

from heartwright.data.errors import InputError
from heartwright.data.provenance import Provenance


@dataclass(frozen=True)
class Estimate:
    """One parameter (of one group, where each group has its own) and its interval."""

    name: str
    group: int | None  # None: one value for all
    value: float  # in the parameter's own unit
    lower: float  # nominal 95 % interval; the parameter's bounds where nothing determines it
    upper: float
    determined: bool  # do the data say anything of it at all?

    @property
    def label(self) -> str:
        """The name, with the group if there is one."""
        return self.name if self.group is None else f"{self.name} of group {self.group}"

    @property
    def relative_width(self) -> float:
        """The interval's width over the value."""
        return (self.upper - self.lower) / self.value

    def covers(self, truth: float) -> bool:
        """Whether the interval holds a value."""
        return self.lower <= truth <= self.upper


@dataclass(frozen=True, eq=False)
class Identified:
    """Parameters as the data determine them, everything else left free."""

    estimates: tuple[Estimate, ...]
    correlation: Float[np.ndarray, "estimate estimate"]
    noise: float  # standard deviation of what is observed, as the fit leaves it
    residual_norm: float  # mean square of the residual along the paths, 1/ms²
    warnings: tuple[str, ...]  # where the data cannot tell, a sentence each
    header: Mapping[str, Any] = field(default_factory=dict)  # settings, scores
    provenance: Provenance = field(default_factory=Provenance)

    def of(self, name: str, group: int | None = None) -> Estimate:
        """The estimate of a parameter.

        Raises:
            InputError: it was not identified.
        """
        for estimate in self.estimates:
            if (estimate.name, estimate.group) == (name, group):
                return estimate
        known = ", ".join(estimate.label for estimate in self.estimates)
        raise InputError(f"{name} (group {group}) was not identified; there are: {known}.")


@dataclass(frozen=True, eq=False)
class Profile:
    """How much worse the best fit becomes where one parameter is held."""

    name: str
    values: Float[np.ndarray, "value"]
    deviance: Float[
        np.ndarray, "value"
    ]  # −2 log of the likelihood ratio to the best; χ² with 1 d.f.

    def interval(self, level: float = 3.841) -> tuple[float, float]:
        """Lowest and highest value whose deviance, interpolated linearly, is below the level."""
        fine = np.linspace(self.values[0], self.values[-1], 2001)
        inside = fine[np.interp(fine, self.values, self.deviance) <= level]
        if not len(inside):
            raise InputError(f"no value of {self.name} was tried that the data allow; try more.")
        return float(inside[0]), float(inside[-1])
