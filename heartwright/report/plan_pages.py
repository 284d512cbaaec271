"""The parts of a plan's page: what to beware of first, then views, measures and sizes."""

from collections.abc import Iterator, Mapping, Sequence

from heartwright.data import RESEARCH_ONLY, Appendage, Candidate, Finding, Measure
from heartwright.report.page import Cell, Figure, Section, Table, written

_NOT_ESTIMATED = "not estimated"


def flags_section(warnings: Sequence[str], findings: Sequence[Finding]) -> Section:
    """Warnings, and the published rules that were held against the site, first of all."""
    words = "\n\n".join(warnings) or "Nothing was flagged."
    tables = []
    if findings:
        rows = [(each.name.replace("_", " "), list(_finding(each))) for each in findings]
        columns = ("Rule", "Verdict", "As published", "Source")
        tables = [Table("Published rules, held against these measures", columns, rows)]
    return Section("To beware of", words, tables=tables)


def views_section(heading: str, words: str, figures: Sequence[Figure]) -> Section:
    """Pictures, each with its caption; every one of them says what it is for."""
    return Section(heading, f"{words} {RESEARCH_ONLY}", figures=figures)


def measures_section(measures: Mapping[str, Measure], where: str, meaning: str) -> Section:
    """Every measure with its uncertainty and what it was measured on."""
    rows = [(name.replace("_", " "), _measure(each, where)) for name, each in measures.items()]
    columns = ("Measure", "Value", "Uncertainty (±)", "Source")
    return Section("Measures", meaning, tables=[Table("Measures", columns, rows)])


def sizes_section(
    rows: Sequence[tuple[Candidate, bool]], doubts: Mapping[str, float], *, where: str
) -> Section:
    """Each size with its measure, uncertainty, source, revision and whether that was checked.

    Args:
        rows: a size, and whether it fits at the best estimate; else only within the uncertainty.
        doubts: ± of the measure that a family is sized by, in the measure's unit, by its name.
        where: what the measure was taken on.
    """
    if not rows:
        return Section("Sizes", "No size is proposed; the reasons stand on top.")
    table = Table(
        f"Sizes. {RESEARCH_ONLY}",
        ("Device", "Sized by", "Fit", "Source of the size"),
        [
            (
                f"{each.name} {each.size_mm:g} mm",
                [
                    Cell(_sized(each, doubts.get(each.measure)), where),
                    Cell(_fit(each, fits=best)),
                    Cell(_source(each)),
                ],
            )
            for each, best in rows
        ],
    )
    return Section("Sizes", "Where several sizes fit, all are named.", tables=[table])


def shape_section(found: Appendage, where: str) -> Section:
    """Lobes, morphology, and where the septum may be crossed."""
    lobes = [
        (
            f"lobe {number}",
            [
                Cell(f"{lobe.depth_mm:.1f} mm"),
                Cell(f"{lobe.length_mm:.1f} mm"),
                Cell(f"{lobe.sharpest_bend_deg:.0f}°"),
                Cell(f"{lobe.leaves_at_mm:.1f} mm", where),
            ],
        )
        for number, lobe in enumerate(found.lobes, start=1)
    ]
    heads = ("Lobe", "Depth", "Length", "Sharpest bend", "Leaves at")
    tables = [Table(f"Lobes; uncertainty {_NOT_ESTIMATED}", heads, lobes)] if lobes else []
    if found.crossings:
        tables.append(_crossings(found))
    words = f"Morphology: {found.morphology}. {found.morphology_rule}"
    return Section("Shape and access", words, tables=tables)


def _crossings(found: Appendage) -> Table:
    rows = [
        (
            each.name,
            [
                Cell(f"{each.off_axis_deg:.0f}°", "coaxial" if each.coaxial else "not coaxial"),
                Cell(f"{each.off_centre_mm:.1f} mm"),
                Cell(f"{each.bend_deg:.0f}°", f"radius {each.bend_radius_mm:.0f} mm"),
                Cell(each.curve),
            ],
        )
        for each in found.crossings
    ]
    heads = ("Place on the fossa", "Off the axis", "Off the centre", "Bend", "Curve (our rule)")
    return Table(f"Transseptal sites, the best first; uncertainty {_NOT_ESTIMATED}", heads, rows)


def _finding(finding: Finding) -> Iterator[Cell]:
    values = ", ".join(
        f"{name.replace('_', ' ')} {written(v)}" for name, v in finding.values.items()
    )
    lacking = ", ".join(name.replace("_", " ") for name in finding.lacking)
    yield Cell(finding.verdict, "; ".join(filter(None, (values, lacking and f"lacks {lacking}"))))
    yield Cell(finding.performance, finding.rule)
    yield Cell(finding.source, _checked(finding.verified, "the source"))


def _measure(measure: Measure, where: str) -> list[Cell]:
    unit = "" if measure.unit == "1" else measure.unit
    off = f"{written(measure.sd)} {unit}" if measure.sd else _NOT_ESTIMATED
    return [Cell(f"{written(measure.value)} {unit}"), Cell(off), Cell(where)]


def _sized(each: Candidate, doubt: float | None) -> str:
    off = f"uncertainty {_NOT_ESTIMATED}" if doubt is None else f"± {doubt:.1f} {each.unit}"
    return f"{each.measure} {each.measured:.1f} {each.unit}, {off}"


def _fit(each: Candidate, *, fits: bool) -> str:
    share = f"{each.compression:.0%} compressed, {each.oversizing:.0%} over-sized"
    return share if fits else f"only within the uncertainty: {share}"


def _source(each: Candidate) -> str:
    checked = _checked(each.verified, "the manufacturer's own document")
    return f"{each.source}; revision: {each.revision}; read {each.date}; {checked}"


def _checked(verified: bool, what: str) -> str:
    return f"read in {what}" if verified else f"unverified: not read in {what}"
