"""The page of a series."""

from heartwright.data import Provenance
from heartwright.report.page import Cell, Figure, Section, Table, page
from heartwright.report.page import written as number
from heartwright.studies.agreement.agreed import Pair, Rivals
from heartwright.studies.agreement.asked import Asked
from heartwright.studies.agreement.figures import bland_altman_figure, roc_figure
from heartwright.studies.agreement.foretold import Foretold
from heartwright.studies.agreement.table import Series
from heartwright.studies.statistics import Interval

TITLE = "Agreement in a series"
HOW = (
    "Intervals are 95 %, p values two-sided and not adjusted for how many there are. Exact "
    "agreement: Wilson (Clopper–Pearson after it). κ: Cohen, unweighted and weighted by steps on "
    "the scale of sizes. ρ_c: Lin 1989, doi:10.2307/2532051. ICC(2,1): Shrout and Fleiss 1979, "
    "doi:10.1037/0033-2909.86.2.420. Limits of agreement: Bland and Altman 1986, "
    "doi:10.1016/S0140-6736(86)90837-8, intervals after Carkeet 2015, "
    "doi:10.1097/OPX.0000000000000513. Areas: DeLong 1988, doi:10.2307/2531595, Hanley and McNeil "
    "1982, doi:10.1148/radiology.143.1.7063747, and 2000 stratified bootstrap samples.\n\n"
    "Agreement with the inserted device is not proof that it was the right one."
)


def agreement_page(  # noqa: PLR0917
    series: Series,
    asked: Asked,
    pairs: list[Pair],
    contests: list[Rivals],
    told: Foretold | None,
    warnings: list[str],
    provenance: Provenance,
) -> str:
    """The page as HTML, its figures drawn."""
    sections = [
        *_measured(series, pairs),
        *_sized(pairs, contests),
        *(_foretold(series, told) if told else []),
        Section("How to read this", "\n\n".join([*warnings, HOW])),
    ]
    lead = f"{len(series)} patients; columns {', '.join(asked.columns)}."
    return page(TITLE, sections, lead=lead, provenance=provenance)


def _measured(series: Series, pairs: list[Pair]) -> list[Section]:
    shown = [pair for pair in pairs if pair.measured]
    if not shown:
        return []
    rows = []
    for pair in shown:
        assert pair.measured is not None
        found = pair.measured.bland_altman
        cells = (found.bias, found.lower, found.upper, found.slope)
        both = (pair.measured.concordance, pair.measured.intraclass)
        rows.append((f"{pair.method} − {pair.reference}", [_cell(one) for one in (*cells, *both)]))
    columns = ("pair", "bias", "lower limit", "upper limit", "slope (1)", "ρ_c (1)", "ICC(2,1) (1)")
    table = Table("Differences, in the unit of the columns.", columns, rows)
    figures = [_bland_altman(series, pair) for pair in shown]
    return [Section("Measurements", "", tables=[table], figures=figures)]


def _bland_altman(series: Series, pair: Pair) -> Figure:
    assert pair.measured is not None
    names = (pair.reference, pair.method)
    found = pair.measured.bland_altman
    first, second = (series.columns[name] for name in names)
    drawn = bland_altman_figure(first, second, found, names=names)
    return Figure(
        drawn,
        "image/svg+xml",
        f"{pair.method} against {pair.reference}: bias (blue) and limits of agreement (red) with "
        "their 95 % intervals; larger dots are more patients.",
        f"Bland–Altman plot of {found.count} patients: bias {number(found.bias.value)}, limits "
        f"{number(found.lower.value)} to {number(found.upper.value)}.",
    )


def _sized(pairs: list[Pair], contests: list[Rivals]) -> list[Section]:
    shown = [(pair, pair.sized) for pair in pairs if pair.sized]
    if not shown:
        return []
    rows = [
        (
            f"{pair.method}, {pair.reference}",
            [
                Cell(number(found.exact.value), _limits(found.exact, found.exact_clopper_pearson)),
                *map(_cell, (found.kappa, found.kappa_linear, found.kappa_quadratic)),
            ],
        )
        for pair, found in shown
    ]
    columns = ("pair", "exact agreement (1)", "κ (1)", "κ, linear (1)", "κ, quadratic (1)")
    tables = [Table("Agreement on the size.", columns, rows)]
    return [Section("Device sizes", "", tables=[*tables, *_contests(contests)])]


def _contests(contests: list[Rivals]) -> list[Table]:
    if not contests:
        return []
    head = ("methods", "both right", "first only", "second only", "neither", "p", "patients needed")
    rows = [
        (
            f"{one.first}, {one.second}",
            [
                Cell(one.found.both),
                Cell(one.found.first_only),
                Cell(one.found.second_only),
                Cell(one.found.neither),
                Cell(one.found.p),
                Cell(one.patients_needed),
            ],
        )
        for one in contests
    ]
    caption = (
        "Which method chose the reference's size (exact McNemar), and the patients who would show "
        "it with a power of 80 % if these shares were true; – where they are even."
    )
    return [Table(caption, head, rows)]


def _foretold(series: Series, told: Foretold) -> list[Section]:
    tables, figures = [], []
    if told.tested:
        tables.append(_tests(told))
    if told.ranked:
        tables.append(_areas(told))
        alt = ", ".join(f"{one.method} {one.area.value:.2f}" for one in told.ranked)
        figures.append(
            Figure(
                roc_figure(series, told.ranked, told.name),
                "image/svg+xml",
                "ROC curves; the number is the area.",
                f"ROC curves with areas: {alt}.",
            )
        )
    if told.differences:
        rows = [
            (f"{one.first} − {one.second}", [_cell(one.difference), Cell(one.p)])
            for one in told.differences
        ]
        caption = "Areas compared in the same patients (DeLong)."
        tables.append(Table(caption, ("methods", "difference (1)", "p"), rows))
    text = f"{told.cases} patients with {told.name}, {told.controls} without."
    return [Section(f"What foretells {told.name}", text, tables=tables, figures=figures)]


def _tests(told: Foretold) -> Table:
    columns = ("method", "sensitivity", "specificity", "PPV", "NPV", "LR+", "LR−", "odds ratio")
    rows = []
    for one in told.tested:
        found = one.accuracy
        shown = (
            found.sensitivity,
            found.specificity,
            found.positive_predictive,
            found.negative_predictive,
            found.positive_likelihood_ratio,
            found.negative_likelihood_ratio,
            found.odds_ratio,
        )
        note = " (0.5 added to every cell for the ratios)" if found.halves_added else ""
        rows.append((f"{one.method}{note}", [_cell(interval) for interval in shown]))
    return Table("Yes-or-no methods (1); predictive values are of this series.", columns, rows)


def _areas(told: Foretold) -> Table:
    rows = [
        (
            one.method,
            [_cell(one.area), Cell(_limits(one.hanley_mcneil)), Cell(_limits(one.bootstrap))],
        )
        for one in told.ranked
    ]
    columns = ("method", "area, DeLong (1)", "Hanley–McNeil", "bootstrap")
    return Table("Areas under the ROC curves.", columns, rows)


def _cell(interval: Interval | None) -> Cell:
    if interval is None:
        return Cell(None)
    return Cell(number(interval.value), _limits(interval))


def _limits(*intervals: Interval) -> str:
    """Limits of one interval or several."""
    told = [
        f"{number(one.low)} to {number(one.high)}" if one.low is not None else "no interval"
        for one in intervals
    ]
    return "; ".join(told)
