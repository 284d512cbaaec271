"""What else one could do, what the tissue itself costs, and which time constants are found."""

from heartwright.report.page import Cell, Section, Table
from heartwright.studies.paper.comparators import MEAN, NETWORK, OURS, PHYSICS, PUBLISHED
from heartwright.studies.paper.groups import LONG_MS
from heartwright.studies.paper.record import Study
from heartwright.studies.paper.recovery import NAMES
from heartwright.studies.paper.score import Score

WORDS = {
    PHYSICS: "physics only, published method",
    NETWORK: "network only (neural ODE), learned as ours",
    MEAN: "mean training trace",
    PUBLISHED: "published preset, our re-implementation",
    OURS: "ours, default preset",
}
SYMBOLS = {"tau_in": "τ_in", "tau_out": "τ_out", "tau_close": "τ_close"}


def comparators_section(study: Study) -> Section:
    """One table."""
    text = (
        "All learn from the noisy traces of the corner slab and foretell those of the centre slab "
        "from their first sample; errors are against the truth without noise. The mean training "
        "trace is the hardest baseline here, for all pixels of a uniform slab fire alike; it has "
        "no parameters to read, and nothing to say about another beat or other tissue."
    )
    count = len(study.slabs.centre)
    return Section(
        "Comparators",
        text,
        tables=[
            Table(
                f"Corner to centre, 5 % noise, {count} traces over 350 ms, scored against the "
                "truth. The error of APD90 is the median over the traces, – where most do not "
                "repolarise in the forecast.",
                (
                    "method",
                    "MSE (1)",
                    "MSE behind 5 ms (1)",
                    "APD90 error (ms)",
                    "‖F_dl‖² (1/ms²)",
                    "learned in (s)",
                    "all forecasts in (ms)",
                ),
                [(WORDS[name], _cells(score)) for name, score in study.comparators.items()],
            )
        ],
    )


def _cells(score: Score) -> list[Cell]:
    return [
        Cell(score.mse_clean),
        Cell(score.mse_clean_behind),
        Cell(score.apd90_error_ms),
        Cell(score.residual_norm),
        Cell(score.learned_s),
        Cell(score.forecast_ms),
    ]


def tissue_section(study: Study) -> Section:
    """The detailed model itself, step by step coarser."""
    return Section(
        "What a surrogate is for: the tissue itself",
        f"The centre slab for 400 ms by ten Tusscher–Panfilov's own equations. {verdict(study)}\n\n"
        "The two do not do the same: the simulation is told the stimulus and finds when each pixel "
        "fires; the forecast is told one sample at each pixel's onset, and needs neither the "
        "cell's 19 variables nor its parameters.",
        tables=[
            Table(
                "Simulated with coarser steps, against the finest, each pixel from its own onset; "
                "– where the step is too long: the pixels do not fire, or the numbers run away.",
                ("time step (ms)", "time (s)", "MSE (1)", "latest shift of an onset (ms)"),
                [
                    (
                        f"{run.step_ms:.3g}",
                        [Cell(run.seconds), Cell(run.mse), Cell(run.activation_ms)],
                    )
                    for run in study.tissue
                ],
            )
        ],
    )


def verdict(study: Study) -> str:
    """How long the coarsest simulation takes that errs no more than our forecast."""
    ours = study.comparators[OURS]
    stable = [run for run in study.tissue if run.mse is not None]
    equal = [run for run in stable if (run.mse or 0.0) <= ours.mse_clean][-1]
    seconds, forecast = equal.seconds or 0.0, (ours.forecast_ms or 0.0) / 1e3
    times = (
        f"It takes {seconds:.2g} s, our forecast of its {len(study.slabs.centre)} traces "
        f"{forecast:.2g} s: {_faster(seconds, forecast)}"
    )
    if equal is stable[-1]:
        return (
            f"Even the coarsest step tried that fires at all, {equal.step_ms:.3g} ms, errs less "
            f"(MSE {equal.mse:.2g}) than our forecast ({ours.mse_clean:.2g}). {times}"
        )
    return (
        f"The coarsest step tried that errs no more than our forecast (MSE {ours.mse_clean:.2g}) "
        f"is {equal.step_ms:.3g} ms ({equal.mse:.2g}). {times}"
    )


def _faster(seconds: float, forecast: float) -> str:
    if forecast < seconds:
        return f"the forecast is {seconds / forecast:.2g} times as fast."
    return f"the forecast takes {forecast / seconds:.2g} times as long, on so small a sheet."


def recovery_section(study: Study) -> Section:
    """Relative errors of the time constants."""
    heading, count = "Time constants recovered", study.scale.recovered
    if not count:
        return Section(
            heading, "Left out of a quick run, for the networks' compilation takes longest."
        )
    words = {"PINN": "PINN in the manner of EP-PINNs", "ours": "identify, default"}
    return Section(
        heading,
        "Noisy beats of single Mitchell–Schaeffer cells that are all alike, their stimulus known. "
        "The physics-informed network (after Herrero Martin et al. 2022, "
        "doi:10.3389/fcvm.2021.768419) is a small one of our own and integrates nothing; ours "
        "integrates the equations and offers them a residual, which Schwarz's criterion keeps or "
        "not.",
        tables=[
            Table(
                f"Relative error of each time constant (1), from {count} beat"
                f"{'s' * (count > 1)} with 5 % noise, τ_close {LONG_MS:g} ms.",
                ("method", *(f"{SYMBOLS[name]} (1)" for name in NAMES), "time (s)"),
                [
                    (
                        words[name],
                        [*(Cell(found.errors[tau]) for tau in NAMES), Cell(found.seconds)],
                    )
                    for name, found in study.recovered.items()
                ],
            )
        ],
    )
