"""How fast APHYN-EP learns and forecasts: the paper's 350 ms at 0.1 ms, beside torchdiffeq.

Prints a table and, on the last line, one JSON object. A training step is the loss over the whole
horizon, its gradient and Adam; the peer (`peers/torchdiffeq_aphyn.py`, an environment of its own,
with the better of one and two threads) does the same on traces of the same shape. Both are warmed
up, and the best of several is taken. Without the peer's environment the ratios are null.

`limit_ratio` is a full-batch training step over its lower bound, measured here: as many evaluations
of the rates and of their derivatives, as many numbers kept, but without any order in time: every
point of every trace side by side, in pieces that fit the cache, on all cores. What is above 1 is
the price of going step by step.
"""

import json
import os
import resource
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import optax

from heartwright.data import TraceSet
from heartwright.electro.hybrid.descent import Descent
from heartwright.electro.hybrid.examples import Examples, currents
from heartwright.electro.hybrid.learn_published import learn_published
from heartwright.electro.hybrid.published import Published
from heartwright.electro.hybrid.rollout import BLOCK, POINTS, rollout
from heartwright.electro.hybrid.variables import Variables, initial_variables
from heartwright.electro.parallel import blocks, on_all_cores

DT, STEPS = 0.1, 3520
FULL, BATCH, MANY = 576, 64, 10_000
HERE = Path(__file__).parent
PEER = HERE / "peers" / "torchdiffeq_aphyn.py"
PEER_PYTHON = HERE.parent / ".venv-peers" / "bin" / "python"
STIMULUS = currents(STEPS, DT)
START = initial_variables(Published())


def best_seconds(run: Callable[[], Any], repeats: int = 5) -> float:
    """Best wall time of a call, the compiling first one left out."""
    jax.block_until_ready(run())
    times = []
    for _ in range(repeats):
        begin = time.perf_counter()
        jax.block_until_ready(run())
        times.append(time.perf_counter() - begin)
    return min(times)


def voltages(traces: int) -> np.ndarray:
    """Traces that look like action potentials, and differ."""
    fall = np.linspace(150.0, 300.0, traces)[:, None]
    values = 1 / (1 + np.exp((np.arange(STEPS) * DT - fall) / 20))
    values[:, 0] = np.linspace(0.0, 0.1, traces)
    return values


def observed(traces: int) -> Examples:
    """The same as what the loss compares with."""
    return Examples(jnp.asarray(voltages(traces), float), jnp.ones((traces, STEPS)))


def training_step(traces: int) -> float:
    """Seconds of one training step."""
    descent = Descent(optax.adam(1e-3), STIMULUS, DT)
    state = descent.optimiser.init(eqx.filter(START, eqx.is_array))
    batch, weight = observed(traces), jnp.asarray(1.0)
    return best_seconds(lambda: descent.step(START, state, batch, weight=weight, pace=weight))


def forecasts(traces: int) -> float:
    """Seconds for whole trajectories, with their residuals, of many traces."""
    run, model = eqx.filter_jit(rollout), START.model()
    parts = [observed(traces).start[:, rows] for rows in blocks(traces, smallest=BLOCK)]

    def one(start: jax.Array) -> Any:
        return run(model, start, STIMULUS, DT)

    calls = 1 if traces > 1 else 20  # a few ms are timed as the mean of several calls
    return best_seconds(lambda: [on_all_cores(one, parts) for _ in range(calls)], repeats=3) / calls


def limit(traces: int) -> float:
    """Seconds of the lower bound of a training step, see the module's docstring."""

    def work(variables: Variables, states: jax.Array, into: jax.Array) -> tuple[Any, ...]:
        at = jnp.zeros(states.shape[1])
        rates, pull = jax.vjp(lambda v: v.model().side_by_side(states, at), variables)
        residual, slopes = jax.vjp(variables.model().residual, states)
        return pull((into, into[:1])), (slopes(jnp.ones_like(residual))[0], *rates)

    @eqx.filter_jit
    def gradient(variables: Variables, pieces: jax.Array) -> tuple[Any, ...]:
        def add(total: Any, states: jax.Array) -> tuple[Any, Any]:
            found, kept = work(variables, states, states)
            return jax.tree.map(jnp.add, total, found[0]), kept

        return jax.lax.scan(add, jax.tree.map(jnp.zeros_like, variables), pieces)

    points = traces * STEPS // POINTS // 2 * 2
    states = np.random.default_rng(0).uniform(size=(points, 2, POINTS))
    halves = np.split(states, 2)
    parts = [jnp.asarray(half, float) for half in halves]
    return best_seconds(lambda: on_all_cores(lambda part: gradient(START, part), parts))


def experiment() -> float:
    """Seconds of the whole published experiment, its compiling included."""
    traces = TraceSet(
        values=voltages(FULL),
        step_ms=DT,
        lengths=np.full(FULL, STEPS),
        names=tuple(map(str, range(FULL))),
        prepared=True,
    )
    begin = time.perf_counter()
    learn_published(traces, settings=Published(horizon_ms=STEPS * DT))
    return time.perf_counter() - begin


def peak_mb() -> float:
    """The most memory that this process had, MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def gradient_memory() -> float:
    """By how much a full-batch training step raises the peak of memory, MB; first of all."""
    training_step(1)  # the compiler's own memory
    _ = observed(FULL)
    before = peak_mb()
    training_step(FULL)
    return peak_mb() - before


def peer() -> dict[str, float]:
    """The peer's best seconds over one and two threads; nothing if it is not there."""
    if not PEER_PYTHON.exists():
        print("torchdiffeq is not there: `make peers` gets it (as root, on Debian).")
        return {}
    runs = [
        json.loads(subprocess.check_output([PEER_PYTHON, PEER, "--threads", str(n)], text=True))
        for n in (1, 2)
    ]
    return {key: min(run[key] for run in runs) for key in runs[0] if key.endswith("_s")}


def main() -> None:
    """Measure and print."""
    figures: dict[str, float | None] = {"peak_mb": gradient_memory()}
    ours = {
        "train_batch64_s": training_step(BATCH),
        "train_full_s": training_step(FULL),
        "forecast_one_s": forecasts(1),
        "forecasts_10000_s": forecasts(MANY),
    }
    figures["limit_s"] = limit(FULL)
    figures["experiment_s"] = experiment()
    theirs = peer()
    ratios = {key: theirs[key] / ours[key] if key in theirs else None for key in ours}
    figures |= {
        **ours,
        **{f"torchdiffeq_{key}": theirs.get(key) for key in ours},
        "train_full_ratio": ratios["train_full_s"],
        "train_batch64_ratio": ratios["train_batch64_s"],
        "forecast_ratio": ratios["forecasts_10000_s"],
        "forecast_one_ms": 1e3 * ours["forecast_one_s"],
        "limit_ratio": ours["train_full_s"] / figures["limit_s"],
    }
    for name, value in figures.items():
        print(f"{name:32} {'not measured' if value is None else f'{value:.4g}'}")
    print(json.dumps({"benchmark": "aphyn_speed", "cores": os.cpu_count(), **figures}))


if __name__ == "__main__":
    main()
