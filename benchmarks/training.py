"""How fast learning and forecasting run: the paper's horizon of 350 ms at 0.1 ms.

Prints a table and, on the last line, one JSON object. A training step is the loss over the whole
horizon, its gradient and Adam. The named peers, run in this very process: for training the same
scan differentiated by `jax.grad`, unchecked and with √n checkpoints; for a forecast
`scipy.integrate.solve_ivp` (LSODA, rtol 1e-6) on the same right-hand side, one trace at a time.
"""

import json
import os
import time
from collections.abc import Callable
from typing import Any

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import optax
from scipy.integrate import solve_ivp

from heartwright.electro.hybrid import Hybrid, Published
from heartwright.electro.hybrid.descent import Descent
from heartwright.electro.hybrid.examples import Examples, currents
from heartwright.electro.hybrid.rollout import Trajectory, rollout
from heartwright.electro.hybrid.variables import Variables, initial_variables

DT, STEPS, STRETCH = 0.1, 3520, 55  # STRETCH: between checkpoints
REPEATS = 5
STIMULUS = currents(STEPS, DT)
START = initial_variables(Published())


def best_seconds(run: Callable[[], Any]) -> float:
    """Best wall time of a call, the compiling first one left out."""
    jax.block_until_ready(run())
    times = []
    for _ in range(REPEATS):
        start = time.perf_counter()
        jax.block_until_ready(run())
        times.append(time.perf_counter() - start)
    return min(times)


def observed(traces: int) -> Examples:
    """Traces that look like action potentials, and differ."""
    fall = np.linspace(150.0, 300.0, traces)[:, None]
    values = 1 / (1 + np.exp((np.arange(STEPS) * DT - fall) / 20))
    values[:, 0] = np.linspace(0.0, 0.1, traces)
    return Examples(jnp.asarray(values, float), jnp.ones((traces, STEPS)))


def training_step(traces: int) -> float:
    """Seconds of one compiled training step."""
    descent = Descent(optax.adam(1e-3), STIMULUS, DT)
    state = descent.optimiser.init(eqx.filter(START, eqx.is_array))
    batch, weight = observed(traces), jnp.asarray(1.0)
    return best_seconds(lambda: descent.step(START, state, batch, weight))


def plain_step(traces: int, *, checkpoints: bool) -> float:
    """The peer: the loss's gradient, taken by JAX through the scan."""
    batch = observed(traces)

    @eqx.filter_jit
    @eqx.filter_grad
    def gradient(variables: Variables) -> jax.Array:
        model = variables.model()
        rates_of = jax.vmap(model.rates_and_residual, in_axes=(1, None), out_axes=1)

        def advance(state: jax.Array, current: jax.Array) -> tuple[jax.Array, Trajectory]:
            rates, added = rates_of(state, current)
            return state + DT * rates, Trajectory(state, added)

        def stretch(state: jax.Array, part: jax.Array) -> tuple[jax.Array, Trajectory]:
            return jax.lax.scan(advance, state, part)

        kept = jax.checkpoint(stretch) if checkpoints else stretch
        found = jax.lax.scan(kept, batch.start, STIMULUS.reshape(-1, STRETCH))[1]
        voltage = found.states.reshape(STEPS, 2, traces)[:, 0]
        return jnp.mean((voltage.T - batch.values) ** 2) + jnp.mean(found.residual**2)

    return best_seconds(lambda: gradient(START))


def forecasts_per_second(traces: int) -> float:
    """Forecasts of 350 ms in a second, many at once."""
    run, start, model = eqx.filter_jit(rollout), observed(traces).start, START.model()
    return traces / best_seconds(lambda: run(model, start, STIMULUS, DT))


def peer_forecasts_per_second() -> float:
    """The peer: LSODA on the same rates, compiled, one trace at a time."""
    rates = eqx.filter_jit(Hybrid.rates)
    model = START.model()

    def run() -> Any:
        return solve_ivp(
            lambda t, state: np.asarray(rates(model, jnp.asarray(state), float(t < 1.0))),
            (0.0, STEPS * DT),
            [0.0, 1.0],
            method="LSODA",
            rtol=1e-6,
            max_step=1.0,
        ).y

    return 1 / best_seconds(run)


def main() -> None:
    """Measure and print."""
    figures = {
        "training_step_64_s": training_step(64),
        "training_step_576_s": training_step(576),
        "plain_grad_64_s": plain_step(64, checkpoints=False),
        "checkpointed_grad_64_s": plain_step(64, checkpoints=True),
        "forecasts_per_s": forecasts_per_second(1000),
        "scipy_lsoda_forecasts_per_s": peer_forecasts_per_second(),
    }
    figures["speedup_over_plain_grad"] = figures["plain_grad_64_s"] / figures["training_step_64_s"]
    figures["speedup_over_checkpointed_grad"] = (
        figures["checkpointed_grad_64_s"] / figures["training_step_64_s"]
    )
    for name, value in figures.items():
        print(f"{name:32} {value:.4g}")
    print(json.dumps({"benchmark": "training", "cores": os.cpu_count(), **figures}))


if __name__ == "__main__":
    main()
