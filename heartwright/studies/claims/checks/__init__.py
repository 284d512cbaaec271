"""Ways to recompute a printed figure: each from its inputs, under every reading that is open."""

from heartwright.studies.claims.checks.areas import AreaDifference, AreaInterval
from heartwright.studies.claims.checks.means import Correlation, CountDifference, MeanDifference
from heartwright.studies.claims.checks.outcome import Check, Outcome
from heartwright.studies.claims.checks.printed import Hours, NotPrinted, Ratio, Same
from heartwright.studies.claims.checks.shares import (
    PairedShares,
    Percentage,
    ShareDifference,
    TestAccuracy,
)

__all__ = [
    "AreaDifference",
    "AreaInterval",
    "Check",
    "Correlation",
    "CountDifference",
    "Hours",
    "MeanDifference",
    "NotPrinted",
    "Outcome",
    "PairedShares",
    "Percentage",
    "Ratio",
    "Same",
    "ShareDifference",
    "TestAccuracy",
]
