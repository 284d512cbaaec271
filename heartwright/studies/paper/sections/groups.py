"""Figure 4 and Table 1."""

from collections.abc import Sequence

import numpy as np

from heartwright.report.figures import parts_figure
from heartwright.report.page import Cell, Figure, Section, Table, written
from heartwright.studies.paper.groups import LONG_MS, METHODS, SHORT_MS, Compared
from heartwright.studies.paper.record import Study
from heartwright.studies.paper.scale import RECORDED_HORIZON_MS

WORDS = {
    "published": "APHYN-EP, published preset (‖F_dl‖², 1/ms²)",
    "physics only": "physics only, published",
    "mean trace": "mean training trace",
    "ours": "ours, default preset (‖F_dl‖², 1/ms²)",
}
PAPER = Table(
    "The paper's own Table 1, for comparison of form, not of size: other data (an explanted pig "
    "heart with an ischaemic region, ROI B), other noise, one split. MSE (1), ‖F_dl‖² in brackets.",
    ("method", "ROI A: train", "ROI A: validation", "ROI B: train", "ROI B: validation"),
    [
        (
            "APHYN-EP framework (‖F_dl‖²)",
            [
                Cell("0.00912 (1.6e−04)"),
                Cell("0.00572 (8e−05)"),
                Cell("0.0100 (8e−05)"),
                Cell("0.00800 (7e−05)"),
            ],
        ),
        ("physical model only", [Cell(0.014), Cell(0.010), Cell(0.0145), Cell(0.0093)]),
    ],
)


def simulated_section(study: Study) -> Section:
    """On cells whose truth is known."""
    found = study.simulated
    text = (
        f"Two groups of uncoupled Mitchell–Schaeffer cells, τ_close {LONG_MS:g} and {SHORT_MS:g} "
        "ms with 5 % of spread from cell to cell, 5 % noise, treated as the paper treats its "
        f"recordings: γ = 1, {found.horizon_ms:g} ms. Here physics alone is the truth, so that a "
        "residual has nothing to mend and the question is whether τ_close is found. "
        f"{_split_words(found)}"
    )
    return Section(
        "Figure 4 and Table 1, where the truth is known",
        text,
        figures=[_figure(found)],
        tables=[_errors(found), _tau_close(found)],
    )


def recorded_section(study: Study) -> Section:
    """On the recordings of the user, if there are any, beside the paper's own table."""
    heading = "Figure 4 and Table 1, on recordings"
    found, told = study.recorded, study.recordings
    if found is None or told is None:
        return Section(
            heading,
            "No recordings were given. With --long and --short the study adds this part for two "
            "groups of your own.",
            tables=[PAPER],
        )
    text = (
        f"Two groups of recordings, “{found.labels[0]}” and “{found.labels[1]}”, one beat each "
        f"from its onset, scaled by the {told.how.normalise} to [0, 1], noise kept; γ = 1. "
        f"{_horizon_words(found)} {_split_words(found)}\n\n"
        "Errors are against the recordings, the camera's noise included: no method can fall below "
        "it, and the mean trace, which knows no single recording, shows how alike they are."
    )
    return Section(
        heading, text, figures=[_figure(found)], tables=[_errors(found), _tau_close(found), PAPER]
    )


def _horizon_words(found: Compared) -> str:
    if found.horizon_ms == RECORDED_HORIZON_MS:
        return "The horizon is the paper's 300 ms."
    return (
        f"The horizon is {found.horizon_ms:g} ms, 1.3 times the longest action potential (or as "
        "far as a record goes): the paper's 300 ms would cut some before they repolarise, and then "
        "say nothing of τ_close."
    )


def _split_words(found: Compared) -> str:
    (long, short), (new_long, new_short) = found.known, found.new
    times = len(found.results[found.labels[0]]["ours"].train_mse)
    sizes = (
        f"{long} training and {new_long} validation traces a group"
        if (long, new_long) == (short, new_short)
        else f"{long} training and {new_long} validation traces in the group {found.labels[0]}, "
        f"{short} and {new_short} in {found.labels[1]}"
    )
    if times == 1:
        return f"{sizes[0].upper()}{sizes[1:]}, one random split."
    return (
        f"{sizes[0].upper()}{sizes[1:]}; medians over {times} random splits, least to most under."
    )


def _figure(found: Compared) -> Figure:
    titles = zip("ab", found.labels, strict=True)
    return Figure(
        parts_figure({f"({letter}) {label}": found.told[label] for letter, label in titles}),
        "image/svg+xml",
        "Figure 4: the published preset's forecast of the validation trace of median error, and "
        "what physics (F_p, with the stimulus) and network (F_dl) add up to.",
        f"Two panels, {found.labels[0]} and {found.labels[1]}: a recorded action potential, its "
        "prediction and the two parts of the prediction.",
    )


def _errors(found: Compared) -> Table:
    heads = [f"{label}: {part}" for label in found.labels for part in ("train", "validation")]
    rows = []
    for method in METHODS:
        each = [found.results[label][method] for label in found.labels]
        cells = [
            _spread(*of)
            for result in each
            for of in (
                (result.train_mse, result.train_norm),
                (result.validation_mse, result.validation_norm),
            )
        ]
        rows.append((WORDS[method], cells))
    return Table(
        f"Table 1: MSE (1) of the forecast of {found.horizon_ms:g} ms from one sample.",
        ("method", *heads),
        rows,
    )


def _tau_close(found: Compared) -> Table:
    columns = (*(f"{label} (ms)" for label in found.labels), f"{' / '.join(found.labels)} (1)")
    rows = []
    if found.truth is not None:
        long, short = found.truth
        rows.append(("truth", [Cell(long), Cell(short), Cell(long / short)]))
    for method in ("published", "physics only", "ours"):
        values = [found.results[label][method].tau_close for label in found.labels]
        name = WORDS[method].partition(" (")[0]
        rows.append((name, [_spread(each) for each in (*values, found.ratios(method))]))
    return Table("τ_close of both groups, as each method learned it.", ("method", *columns), rows)


def _spread(values: Sequence[float], norms: Sequence[float] = ()) -> Cell:
    """The median, in brackets that of the norms, and under it the least and the most."""
    middle = float(np.median(values))
    note = f"{written(min(values))} – {written(max(values))}" if len(values) > 1 else ""
    if norms:
        return Cell(f"{written(middle)} ({written(float(np.median(norms)))})", note)
    return Cell(middle, note)
