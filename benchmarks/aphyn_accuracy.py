"""How well a fit forecasts tissue paced elsewhere: corner → centre of the paper's slab.

Learned on the slab paced at its corner, scored on the slab paced near its centre over 350 ms,
against the clean truth. Unsuffixed keys are 5 % noise and one given sample; `_5ms` keys give the
first 5 ms and score what follows; `_edge` is a third slab, paced at the middle of an edge, which
nothing was tuned on. `apd90_error_ms` is the median over traces of |forecast − truth|.
Every figure is the median over the seeds (of the noise and of the network); `spread` holds the
least and the most. The mean training trace is taken of all pixels. `residual_norm` is ours with the
residual's weight λ turned down until our error equals the published preset's;
`residual_norm_at_best` is that of the fit that the other keys score.

`--seeds 0,1,2,3,4 --noise 0.05,0,0.1` are the defaults; fewer of them give their keys sooner.
"""

import argparse
import json
import time
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np

from heartwright.data import TraceSet
from heartwright.electro.hybrid import Published, Settings, forecast, learn
from heartwright.electro.hybrid.horizon import apd90, observed_apd90
from heartwright.samples.slab import Where, slab
from heartwright.studies.paper.score import cut

HORIZON_MS = 350.0
GIVEN_MS = 5.0
DIAL = (3.0, 10.0, 30.0, 100.0, 300.0)  # λ of the fits that trace residual norm against error


def noisy(traces: TraceSet, noise: float, seed: int) -> TraceSet:
    """The clean slab with new noise."""
    random = np.random.default_rng(seed)
    return replace(traces, values=traces.clean + random.normal(0, noise, traces.clean.shape))


def ours(training: TraceSet, centre: TraceSet, edge: TraceSet, seed: int) -> dict[str, float]:
    """Our fit's scores, with one sample and with the first 5 ms."""
    start = time.perf_counter()
    fit = learn(training, settings=Settings(seed=seed, horizon_ms=HORIZON_MS))
    seconds = time.perf_counter() - start
    told = forecast(fit, centre)
    one, more = told.scores, forecast(fit, centre, given_ms=GIVEN_MS).scores
    there = forecast(fit, edge, given_ms=GIVEN_MS).scores
    late = apd90(told.prediction, centre.there, centre.step_ms) - observed_apd90(centre)
    return {
        "mse_clean": one["mse_clean"],
        "mse_noisy": one["mse"],
        "mean_trace_mse_clean": one["mean_trace_mse_clean"],
        "apd90_error_ms": float(np.median(np.abs(late))),
        "mse_clean_5ms": more["mse_clean"],
        "mean_trace_mse_clean_5ms": more["mean_trace_mse_clean"],
        "mse_clean_5ms_edge": there["mse_clean"],
        "mean_trace_mse_clean_5ms_edge": there["mean_trace_mse_clean"],
        "residual_norm_at_best": one["residual_norm"],
        "seconds": seconds,
    }


def published(training: TraceSet, centre: TraceSet, seed: int) -> dict[str, float]:
    """The published preset's scores, and those of its physics alone."""
    settings = Published(seed=seed, horizon_ms=HORIZON_MS)
    whole = forecast(learn(training, settings=settings), centre).scores
    alone = learn(training, settings=replace(settings, physics_only=True))
    return {
        "published_mse_clean": whole["mse_clean"],
        "published_residual_norm": whole["residual_norm"],
        "physics_only_mse_clean": forecast(alone, centre).scores["mse_clean"],
    }


def norm_at_equal_error(training: TraceSet, centre: TraceSet, error: float) -> float:
    """Our residual's norm where our error is that of the published preset, between two λ."""
    errors, norms = zip(*_dial(training, centre, error), strict=True)
    return float(np.exp(np.interp(np.log(error), np.log(errors)[::-1], np.log(norms)[::-1])))


def _dial(training: TraceSet, centre: TraceSet, error: float) -> Iterator[tuple[float, float]]:
    """Error and residual norm for a growing λ, until the error is smaller than asked."""
    for weight in DIAL:
        fit = learn(training, settings=Settings(horizon_ms=HORIZON_MS, weight=weight))
        scores = forecast(fit, centre).scores
        yield scores["mse_clean"], scores["residual_norm"]
        if scores["mse_clean"] < error:
            return


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", default="0,1,2,3,4")
    parser.add_argument("--noise", default="0.05,0,0.1")
    asked = parser.parse_args()
    seeds = [int(text) for text in asked.seeds.split(",")]
    sites: tuple[Where, ...] = ("corner", "centre", "edge")
    corner, centre, edge = (cut(slab(stimulus=where, noise=0.0), HORIZON_MS) for where in sites)
    figures: dict[str, Any] = {"benchmark": "aphyn_accuracy", "seeds": seeds}
    for noise in map(float, asked.noise.split(",")):
        suffix = "" if noise == 0.05 else f"_noise_{noise:g}"
        rows = []
        for seed in seeds:
            training, unseen = noisy(corner, noise, seed), noisy(centre, noise, seed + 1000)
            third = noisy(edge, noise, seed + 2000)
            rows.append(ours(training, unseen, third, seed) | published(training, unseen, seed))
            print(noise, seed, {name: f"{value:.4g}" for name, value in rows[-1].items()})
        for name in rows[0]:
            values = [row[name] for row in rows]
            figures[name + suffix] = float(np.median(values))
            figures.setdefault("spread", {})[name + suffix] = [min(values), max(values)]
    if error := figures.get("published_mse_clean"):
        training, unseen = noisy(corner, 0.05, seeds[0]), noisy(centre, 0.05, seeds[0] + 1000)
        figures["residual_norm"] = norm_at_equal_error(training, unseen, error)
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
