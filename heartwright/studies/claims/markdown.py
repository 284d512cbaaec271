"""The table of claims for documents."""

from collections.abc import Iterable, Sequence

from heartwright.data import RESEARCH_ONLY
from heartwright.studies.claims.claim import Finding, Verdict
from heartwright.studies.claims.page import CUT_SHORT, LEAD, RULE, counted
from heartwright.studies.claims.trial import POWER, Trial

_MEANING = {
    Verdict.reproduces: "every reading of the inputs gives what is printed",
    Verdict.only_if: "some readings do, and it says which",
    Verdict.fails: "no reading does",
    Verdict.not_shown: "the words suggest a difference, no p is printed, and no test finds one",
    Verdict.unknown: "the inputs are not printed",
}


def claims_markdown(findings: Sequence[Finding], needed: Sequence[Trial]) -> str:
    """A whole document: verdicts explained and counted, every claim, and what trials it takes."""
    parts = [
        "# The review's figures, recomputed",
        f"Written by `heartwright study claims --out FOLDER` as `claims.md`. {LEAD}",
        f"**{CUT_SHORT}**",
        _table(
            ("verdict", "means", "claims"),
            [(str(v), _MEANING[v], str(number)) for v, number in counted(findings).items()],
        ),
        RULE,
        "## Every figure",
        _table(("study", "where", "reported", "recomputed", "verdict"), map(_row, findings)),
        "## What a trial would need",
        f"Patients in all, for a power of {POWER:.0%} at a two-sided level of 5 %.",
        _table(
            ("question", "design", "assumed", "patients"),
            [(t.question, t.design, t.assumed, str(t.patients)) for t in needed],
        ),
        RESEARCH_ONLY,
    ]
    return "\n\n".join(parts) + "\n"


def _row(finding: Finding) -> tuple[str, ...]:
    claim = finding.claim
    told = f"{claim.reported}. {claim.note}" if claim.note else claim.reported
    return claim.study, claim.where, told, finding.recomputed or "–", f"**{finding.words}**"


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)
