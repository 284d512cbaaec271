"""The demo's rhythm: simulate, learn, forecast from one measurement."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from heartwright.data import Fit, Forecast, TraceSet
from heartwright.data.model_file import write_fit
from heartwright.data.netcdf import write_forecast, write_traces
from heartwright.flows.demo.scale import Scale

if TYPE_CHECKING:
    from heartwright.flows.demo import Stage


@dataclass(frozen=True, eq=False)
class Rhythm:
    """What was learned, and how well it forecasts tissue that it never saw."""

    traces: TraceSet
    fit: Fit
    physics_only: Fit
    forecast: Forecast
    forecast_physics_only: Forecast

    def summary(self) -> dict[str, Any]:
        """The scores on the other slab."""
        return {
            "hybrid": dict(self.forecast.scores),
            "physics_only": dict(self.forecast_physics_only.scores),
            "parameters": dict(self.fit.parameters),
        }


def learn_rhythm(folder: Path, scale: Scale, *, seed: int, stage: "Stage") -> Rhythm:
    """Learn on a slab paced at its corner, forecast one paced near its centre."""
    from heartwright.electro.hybrid import Published, Settings, forecast, learn
    from heartwright.samples.slab import slab

    with stage("Simulating tissue paced at its corner") as tell:
        training = slab(stimulus="corner", size=scale.slab, seed=seed, progress=tell)
    with stage("Simulating tissue paced near its centre") as tell:
        validation = slab(stimulus="centre", size=scale.slab, seed=seed + 1, progress=tell)
    known, unseen = spread(training, scale.training), spread(validation, scale.forecast)

    hybrid = Settings(rounds=scale.rounds, seed=seed)
    with stage("Learning physics and residual") as tell:
        fit = learn(known, settings=hybrid, progress=tell)
    with stage("Learning physics alone, for comparison") as tell:
        bare = Published(epochs=scale.epochs, seed=seed, physics_only=True)
        alone = learn(known, settings=bare, progress=tell)

    rhythm = Rhythm(training, fit, alone, forecast(fit, unseen), forecast(alone, unseen))
    write_traces(training, folder / "slab.nc", force=True)
    write_fit(fit, folder / "aphyn.model", force=True)
    write_forecast(rhythm.forecast, folder / "forecast.nc", force=True)
    return rhythm


def spread(traces: TraceSet, count: int) -> TraceSet:
    """`count` traces, evenly spread over the set."""
    return traces.take(np.linspace(0, len(traces) - 1, count).round().astype(int))
