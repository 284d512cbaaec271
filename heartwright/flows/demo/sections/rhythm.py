"""The rhythm: an action potential, forecast from one measurement."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from heartwright.flows.demo.rhythm import Rhythm

if TYPE_CHECKING:
    from heartwright.report.page import Section


TEXT = (
    "Tissue of ten Tusscher–Panfilov cells is paced at a corner; Mitchell–Schaeffer plus a "
    "small network learns from its noisy traces (APHYN-EP). The forecast is for tissue paced "
    "elsewhere, that training never saw, from the first sample of each trace alone.\n\n"
    "Physics, network and what is each trace's own (when and how strongly it is stimulated, "
    "how long it lasts) are learned together by Gauss–Newton; the noise is estimated on the "
    "way. Physics alone is the paper's own baseline, learned by the paper's own method. The "
    "method was developed on this tissue: the gain over physics is a demonstration, not an "
    "estimate. What the model can and cannot know stands in docs/reference/aphyn-ep.md.\n\n"
    "The stimulus J acts on every trace: only a few pixels were truly "
    "stimulated, for the others it stands in for the current of their neighbours.\n\n"
    "Errors are mean squares to the truth, and to the noisy data, whose noise alone is 0.0025. "
    "All pixels of a uniform slab fire alike, so that their mean is the hardest baseline here; "
    "unlike the model it has no parameters to read and nothing to say about another beat."
)


def rhythm_section(rhythm: Rhythm) -> "Section":
    """How learning went and what it foretells."""
    from heartwright.report.figures import forecast_figure, learning_figure, traces_figure
    from heartwright.report.page import Figure, File, Number, Section

    scores, physics = rhythm.forecast.scores, rhythm.forecast_physics_only.scores
    fitted = rhythm.fit.parameters
    return Section(
        "The rhythm: an action potential, forecast from one measurement",
        TEXT,
        figures=[
            Figure(
                forecast_figure(rhythm.forecast),
                "image/svg+xml",
                "The forecast of median error, its two parts, and the error of all. "
                "Physics alone is this fit with its residual off.",
                "Measured, true and forecast action potential with its decomposition and errors.",
            ),
            Figure(
                traces_figure(rhythm.traces),
                "image/svg+xml",
                "What it learned from: one trace a pixel, 5 % noise.",
                "Bundle of noisy simulated action potentials with their clean mean.",
            ),
            Figure(
                learning_figure(rhythm.fit),
                "image/svg+xml",
                "How learning went.",
                "Trajectory loss, residual norm and weight over the rounds.",
            ),
        ],
        numbers=[
            Number("forecast", scores["mse_clean"], "MSE", _beside(scores)),
            Number("physics alone, refitted", physics["mse_clean"], "MSE", _beside(physics)),
            Number(
                "mean training trace",
                scores["mean_trace_mse_clean"],
                "MSE",
                _beside(scores, of="mean_trace_"),
            ),
            Number("error of APD90", scores["apd90_error_ms"], "ms"),
            Number("residual norm", scores["residual_norm"], "1/ms²", "mean of F²"),
            *(Number(name, fitted[name], "ms", "learned") for name in rhythm.fit.learned),
        ],
        files=[
            File("slab.nc", "training traces, noisy and clean"),
            File("aphyn.model", "the fitted model"),
            File("forecast.nc", "forecasts, term by term"),
        ],
    )


def _beside(scores: Mapping[str, float | None], *, of: str = "") -> str:
    return f"to the truth; {scores[f'{of}mse']:.4f} to the data"
