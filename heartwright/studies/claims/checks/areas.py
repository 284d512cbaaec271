"""Areas under ROC curves, from the areas and the numbers of patients."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from scipy import stats

from heartwright.studies.claims.checks.outcome import Outcome, fits
from heartwright.studies.claims.words import chance, span
from heartwright.studies.statistics import hanley_mcneil, hanley_mcneil_error

SAME_LIMIT = 0.02  # areas: methods differ by about as much in the interval's ends


@dataclass(frozen=True)
class AreaInterval:
    """An area under the ROC curve and the interval that is printed with it."""

    area: float
    low: float
    high: float
    cases: int
    controls: int

    def outcomes(self) -> Mapping[str, Outcome]:
        """Hanley and McNeil's interval beside the printed one."""
        found = hanley_mcneil(self.area, self.cases, self.controls)
        apart = max(abs((found.low or 0.0) - self.low), abs((found.high or 1.0) - self.high))
        told = f"Hanley–McNeil {span(found)} with {self.cases} cases and {self.controls} controls"
        return {"": Outcome(told, apart <= SAME_LIMIT)}


@dataclass(frozen=True)
class AreaDifference:
    """Two areas under the ROC curves of the same patients, whose correlation is not printed."""

    printed_p: str
    first: float
    second: float
    cases: int
    controls: int

    def outcomes(self) -> Mapping[str, Outcome]:
        """The normal test at correlations of the two estimates from the usual to the worst."""
        usual, worst = self._p(0.0), self._p(-1.0)
        interval = span(hanley_mcneil(self.second, self.cases, self.controls))
        told = f"p = {chance(usual)}, area {self.second:.2f} has {interval} (Hanley–McNeil)"
        return {
            "the areas' correlation is 0 or more": Outcome(told, fits(usual, self.printed_p)),
            "it is −1": Outcome(f"p = {chance(worst)}", fits(worst, self.printed_p)),
        }

    def _p(self, r: float) -> float:
        a, b = (
            hanley_mcneil_error(area, self.cases, self.controls)
            for area in (self.first, self.second)
        )
        error = np.sqrt(a**2 + b**2 - 2 * r * a * b)
        return 2 * float(stats.norm.sf(abs(self.first - self.second) / error))
