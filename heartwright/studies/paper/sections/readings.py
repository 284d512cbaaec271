"""Figure 3, and what the readings of the paper come to."""

from heartwright.report.figures import parts_figure
from heartwright.report.page import Cell, Figure, Section, Table
from heartwright.studies.paper.readings import Reading
from heartwright.studies.paper.record import Study

WORDS = {
    "kept": "2 parameters, τ_close kept at 150 ms",
    "removed": "2 parameters, −h/τ_close left out",
    "learned": "3 parameters",
}
TITLES = {
    "kept": "(a) 2 learned, τ_close kept",
    "removed": "(a) 2 learned, term left out",
    "learned": "(b) 3 learned",
}
COLUMNS = (
    "reading",
    "τ_in (ms)",
    "τ_out (ms)",
    "τ_close (ms)",
    "MSE to the truth (1)",
    "MSE to the data (1)",
    "‖F_dl‖² (1/ms²)",
    "λ at the end (1)",
)
TEXT = (
    "Learned at the corner, foretold near the centre from the first noisy sample, by the published "
    "preset. Figure 3(a) of the paper is made “in absence of parameter τ_close”, which may say "
    "that it is not learned (it stays at 150 ms) or that the term is not there; and its losses are "
    "written as sums, of what over what is left open. So each is run with both. With sums, λ "
    "grows by γ times the sum over all samples of all training traces, with means by γ times "
    "their mean.\n\n"
    "In the preset, which is our reading, three time constants are learned and losses are means."
)


def readings_section(study: Study) -> Section:
    """A figure for means and one for sums, and all readings in one table."""
    return Section(
        "Figure 3: the published method on simulated tissue",
        TEXT,
        figures=[_figure(study.readings, losses) for losses in ("mean", "sum")],
        tables=[
            Table(
                "Published preset, corner to centre, 5 % noise: every reading. ‖F_dl‖² is the mean "
                "of F_dl² along the forecasts; τ_close in brackets is not learned.",
                COLUMNS,
                [_row(reading) for reading in study.readings],
            )
        ],
    )


def _figure(readings: list[Reading], losses: str) -> Figure:
    told = {TITLES[r.tau_close]: r.told for r in readings if r.losses == losses}
    return Figure(
        parts_figure(told),
        "image/svg+xml",
        f"Figure 3 with losses that are {losses}s: for the trace of median error, ground truth, "
        "prediction, and what physics (F_p, with the stimulus) and network (F_dl) add up to.",
        f"Three panels of action potentials, losses as {losses}s: measured, true, predicted, and "
        "the parts of the prediction from physics and network.",
    )


def _row(reading: Reading) -> tuple[str, list[Cell]]:
    values = reading.parameters
    close = {"kept": Cell("(150)"), "removed": Cell(None)}
    return f"{WORDS[reading.tau_close]}, {reading.losses}s", [
        Cell(values["tau_in"]),
        Cell(values["tau_out"]),
        close.get(reading.tau_close) or Cell(values["tau_close"]),
        Cell(reading.score.mse_clean),
        Cell(reading.mse),
        Cell(reading.score.residual_norm),
        Cell(reading.last_weight),
    ]
