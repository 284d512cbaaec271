"""Every share of the review with its interval."""

from collections.abc import Sequence

from heartwright.report.figures.style import AMBER, BLUE, QUIET, RED, drawing, svg
from heartwright.studies.claims.claim import Claim, Finding, Verdict
from heartwright.studies.statistics import Interval

_COLOURS = {Verdict.reproduces: BLUE, Verdict.only_if: AMBER}


def shares_figure(findings: Sequence[Finding]) -> bytes:
    """Shares (in the first reading that fits) with Wilson's 95 % intervals, by claim (SVG)."""
    rows = [
        (_name(finding.claim), told, share, finding.verdict)
        for finding in findings
        for told, share in drawn_shares(finding)
    ]
    with drawing(8.0, 0.27 * len(rows) + 0.8) as figure:
        axes = figure.add_subplot()
        axes.axvline(50, color=QUIET, lw=0.6, ls=":")
        for height, (_, told, share, verdict) in enumerate(reversed(rows)):
            low, high = 100 * (share.low or 0.0), 100 * (share.high or 0.0)
            colour = _COLOURS.get(verdict, RED)
            axes.plot([low, high], [height, height], color=colour, lw=1.4)
            axes.plot(100 * share.value, height, "s", color=colour, ms=4.5)
            axes.text(103, height, told, va="center", fontsize=8)
        axes.set_yticks(range(len(rows)), [name for name, *_ in reversed(rows)])
        axes.set(xlabel="share of patients (%)", xlim=(0, 100), ylim=(-0.7, len(rows) - 0.3))
        axes.tick_params(axis="y", length=0)
        return svg(figure)


def _name(claim: Claim) -> str:
    """Who and what; the numbers are in the picture."""
    return f"{claim.study}  {claim.reported.rpartition(': ')[2]}"


def drawn_shares(finding: Finding) -> tuple[tuple[str, Interval], ...]:
    """The shares of the first reading that fits; of the first at all, if none does."""
    outcomes = list(finding.outcomes.values())
    fitting = [outcome for outcome in outcomes if outcome.agrees] or outcomes
    return fitting[0].shares if fitting else ()
