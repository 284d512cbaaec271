"""The claims' page."""

from collections.abc import Mapping, Sequence

from heartwright.data import Provenance
from heartwright.report.page import Cell, Figure, Number, Section, Table, page
from heartwright.studies.claims.claim import Claim, Finding, Verdict
from heartwright.studies.claims.figure import shares_figure
from heartwright.studies.claims.trial import POWER, Trial

TITLE = "The review's figures, recomputed"
LEAD = (
    "Every figure that the review of 3-D printing in interventional cardiology prints, held "
    "against what its own inputs give."
)
CUT_SHORT = (
    "The source that was read is cut short: its trial table ends at Ripley et al. [24], its valve "
    "section breaks off in the middle, and its mitral section begins in the middle. What stood "
    "there is not judged, and a figure may be explained by what is missing."
)
RULE = (
    "Verdicts follow from the inputs by one rule: a figure is recomputed in every reading that is "
    "open (numbers of patients, tests in use, pairings), and reproduces where all of them give it "
    "as it is printed, to its last digit; it is consistent only if … where some do. A p value that "
    "does not reproduce may come from a test or from patients that are not printed; it says "
    "nothing about the treatment. Inputs marked as a study's abstract were taken from our notes on "
    "it, not from the review."
)


def counted(findings: Sequence[Finding]) -> Mapping[Verdict, int]:
    """How many claims have each verdict."""
    return {v: sum(finding.verdict is v for finding in findings) for v in Verdict}


def claims_page(
    findings: Sequence[Finding], needed: Sequence[Trial], provenance: Provenance
) -> str:
    """The page as HTML, its figure drawn."""
    known = [finding for finding in findings if finding.verdict is not Verdict.unknown]
    unknown = [finding for finding in findings if finding.verdict is Verdict.unknown]
    sections = [
        Section(
            "Verdicts",
            RULE,
            numbers=[Number(str(v), number, "claims") for v, number in counted(findings).items()],
        ),
        Section("Every figure", "", tables=[_claims(known)]),
        Section("Shares and how sure they are", "", figures=[_shares(known)]),
        Section("What cannot be recomputed", CUT_SHORT, tables=[_missing(unknown)]),
        Section("What a trial would need", "", tables=[_trials(needed)]),
    ]
    return page(TITLE, sections, lead=f"{LEAD} {CUT_SHORT}", provenance=provenance)


def _claims(findings: Sequence[Finding]) -> Table:
    return Table(
        "Reported and recomputed; p values are two-sided, intervals 95 %.",
        ("study", "reported", "recomputed", "verdict"),
        [
            (
                finding.claim.study,
                (
                    Cell(finding.claim.reported, _beneath(finding.claim)),
                    Cell(finding.recomputed),
                    Cell(finding.words),
                ),
            )
            for finding in findings
        ],
    )


def _beneath(claim: Claim) -> str:
    return f"{claim.where}. {claim.note}" if claim.note else claim.where


def _shares(findings: Sequence[Finding]) -> Figure:
    return Figure(
        shares_figure(findings),
        "image/svg+xml",
        "Shares with Wilson's 95 % intervals. Blue reproduces; amber is consistent only if the "
        "group has another size than is printed, and is drawn with the first that fits.",
        "Shares of patients with their intervals, one a line, from the table above; with so few "
        "patients most intervals span more than a quarter of the scale.",
    )


def _missing(findings: Sequence[Finding]) -> Table:
    return Table(
        "Figures whose inputs are not printed.",
        ("study", "reported", "why not"),
        [(f.claim.study, (Cell(f.claim.reported, f.claim.note), Cell(f.words))) for f in findings],
    )


def _trials(needed: Sequence[Trial]) -> Table:
    return Table(
        f"Patients in all, for a power of {POWER:.0%} at a two-sided level of 5 %, if the trials' "
        "own shares were true.",
        ("question", "design", "assumed", "patients"),
        [(t.question, (Cell(t.design), Cell(t.assumed), Cell(t.patients))) for t in needed],
    )
