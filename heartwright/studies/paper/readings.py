"""Figure 3: the published preset on simulated tissue, in all readings of what is left open.

Its losses may be means or sums, and "in absence of parameter τ_close" may say that it stays at
150 ms, unlearned, or that the term −h/τ_close is not there.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from heartwright.data import Forecast
from heartwright.electro.hybrid import Published
from heartwright.electro.hybrid.loss import next_weight
from heartwright.electro.hybrid.published import LOSSES
from heartwright.report.figures.traced import median_trace
from heartwright.studies.paper.fits import Fits, Learned
from heartwright.studies.paper.scale import GAMMA, HORIZON_MS, Scale
from heartwright.studies.paper.score import Score, alone, foretold
from heartwright.studies.paper.slabs import Slabs

TWO = ("tau_in", "tau_out")
VARIANTS: Mapping[str, Mapping[str, Any]] = {
    "kept": {"learned": TWO},
    "removed": {"learned": TWO, "closing": False},
    "learned": {},
}


@dataclass(frozen=True, eq=False)
class Reading:
    """One reading, learned at the corner and scored near the centre."""

    tau_close: str  # kept, removed or learned
    losses: str  # mean or sum
    parameters: Mapping[str, float]  # ms, what was learned
    last_weight: float  # λ at the end
    score: Score
    mse: float  # to the noisy traces
    went_on: bool
    told: Forecast = field(repr=False)  # the trace of median error
    learned: Learned = field(repr=False)


def readings(slabs: Slabs, fits: Fits, scale: Scale, *, seed: int) -> list[Reading]:
    """Every reading."""
    return [
        _read(slabs, fits, name, losses, published(scale, seed, losses=losses, **how))
        for losses in LOSSES
        for name, how in VARIANTS.items()
    ]


def published(scale: Scale, seed: int, **how: Any) -> Published:
    """The published preset on simulated tissue."""
    return Published(epochs=scale.epochs, gamma=GAMMA, horizon_ms=HORIZON_MS, seed=seed, **how)


def preset(every: list[Reading]) -> Reading:
    """The reading that is our preset."""
    return next(r for r in every if (r.tau_close, r.losses) == ("learned", "mean"))


def _read(slabs: Slabs, fits: Fits, name: str, losses: str, settings: Published) -> Reading:
    learned = fits.learned(f"published-{name}-{losses}", slabs.corner, settings)
    told, score = foretold(learned, slabs.centre)
    fit, history = learned.fit, learned.fit.header["history"]
    return Reading(
        tau_close=name,
        losses=losses,
        parameters={tau: fit.parameters[tau] for tau in fit.learned},
        last_weight=next_weight(history["weight"][-1], GAMMA, history["trajectory"][-1]),
        score=score,
        mse=float(told.scores["mse"] or 0.0),
        went_on=learned.went_on,
        told=alone(told, median_trace(told)),
        learned=learned,
    )
