"""A printed figure, and the rule that judges it."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

from heartwright.studies.claims.checks import Check, NotPrinted, Outcome


class Verdict(StrEnum):
    """What can become of a claim."""

    reproduces = "reproduces"
    only_if = "consistent only if"
    fails = "does not reproduce"
    not_shown = "not shown"
    unknown = "cannot be recomputed"


@dataclass(frozen=True)
class Claim:
    """A figure as it is printed, with the inputs that it can be recomputed from."""

    study: str
    where: str  # in the review, or elsewhere
    reported: str
    check: Check
    stated: bool = True  # else the words suggest a difference without a figure for it
    note: str = ""


@dataclass(frozen=True)
class Finding:
    """A claim with what comes out."""

    claim: Claim
    outcomes: Mapping[str, Outcome]

    @property
    def _agreeing(self) -> list[str]:
        return [reading for reading, outcome in self.outcomes.items() if outcome.agrees]

    @property
    def verdict(self) -> Verdict:
        """All readings agree, some, or none; none where words alone suggest it is "not shown"."""
        if not self.outcomes:
            return Verdict.unknown
        if len(self._agreeing) == len(self.outcomes):
            return Verdict.reproduces
        if self._agreeing:
            return Verdict.only_if
        return Verdict.fails if self.claim.stated else Verdict.not_shown

    @property
    def words(self) -> str:
        """The verdict with its condition or reason."""
        check = self.claim.check
        if isinstance(check, NotPrinted):
            return f"{self.verdict}: {check.missing}"
        if self.verdict is Verdict.only_if:
            return f"{self.verdict} {' or '.join(self._agreeing)}"
        return str(self.verdict)

    @property
    def recomputed(self) -> str:
        """Every reading's result, those of the same patients together."""
        groups: dict[str, list[str]] = {}
        for reading, outcome in self.outcomes.items():
            patients, _, method = reading.partition(", ")
            groups.setdefault(patients, []).append(f"{method} {outcome.told}".strip())
        return "; ".join(
            f"{who}: {', '.join(told)}" if who else told[0] for who, told in groups.items()
        )

    def record(self) -> dict[str, Any]:
        """Everything as plain data."""
        claim = self.claim
        return {
            "study": claim.study,
            "where": claim.where,
            "reported": claim.reported,
            "stated": claim.stated,
            "method": type(claim.check).__name__,
            "inputs": asdict(claim.check),  # type: ignore[call-overload]
            "recomputed": {
                r: {"told": o.told, "agrees": o.agrees} for r, o in self.outcomes.items()
            },
            "verdict": str(self.verdict),
            "words": self.words,
            "note": claim.note,
        }


def judged(claim: Claim) -> Finding:
    """The claim, recomputed."""
    return Finding(claim, claim.check.outcomes())
