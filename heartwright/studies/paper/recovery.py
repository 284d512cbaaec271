"""Time constants recovered from cells whose truth is known: ours beside a PINN."""

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from heartwright.data import TraceSet
from heartwright.electro.cells import MitchellSchaeffer
from heartwright.electro.hybrid import Settings
from heartwright.electro.hybrid.identify import identify
from heartwright.electro.hybrid.pinn import recover
from heartwright.samples.cells import cells
from heartwright.studies.paper.groups import LONG_MS
from heartwright.studies.paper.scale import NOISE, Scale

if TYPE_CHECKING:
    from heartwright.studies.paper.fits import Stage

NAMES = ("tau_in", "tau_out", "tau_close")


@dataclass(frozen=True)
class Recovered:
    """What one method makes of the cells."""

    errors: dict[str, float]  # relative, a parameter
    seconds: float


def recoveries(scale: Scale, *, seed: int, stage: "Stage") -> dict[str, Recovered]:
    """By method, from the same noisy cells, whose stimulus is known; nothing, if there are none."""
    if not scale.recovered:
        return {}
    traces = cells(count=scale.recovered, tau_close=LONG_MS, spread=0.0, noise=NOISE, seed=seed)
    return {"PINN": _by_pinn(traces, scale, seed, stage), "ours": _ours(traces, scale, seed, stage)}


def _by_pinn(traces: TraceSet, scale: Scale, seed: int, stage: "Stage") -> Recovered:
    start = time.perf_counter()
    with stage("Recovering time constants by a PINN") as tell:
        found = recover(traces, seed=seed, epochs=scale.pinn_epochs, progress=tell)
    return Recovered(_errors(dict(found.parameters)), time.perf_counter() - start)


def _ours(traces: TraceSet, scale: Scale, seed: int, stage: "Stage") -> Recovered:
    known = Settings(excitation=(), per_trace=(), weight=None, rounds=scale.rounds, seed=seed)
    start = time.perf_counter()
    with stage("Recovering time constants by identification") as tell:
        found = identify(traces, settings=known, progress=tell)
    values = {name: found.of(name).value for name in NAMES}
    return Recovered(_errors(values), time.perf_counter() - start)


def _errors(values: dict[str, float]) -> dict[str, float]:
    cell = MitchellSchaeffer(tau_close=LONG_MS)
    return {name: abs(values[name] / float(getattr(cell, name)) - 1) for name in NAMES}
