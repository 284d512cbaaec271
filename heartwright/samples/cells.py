"""Uncoupled cells whose equations and time constants are known: the truth of identification."""

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

from heartwright.data import InputError, Provenance, TraceSet
from heartwright.electro.cells import MitchellSchaeffer
from heartwright.electro.hybrid.published import STIMULUS, STIMULUS_MS

SAMPLE_MS = 0.1  # the clock of training and forecast
FINE = 10  # steps of the simulation a sample


def cells(
    *,
    count: int,
    tau_close: float,
    spread: float = 0.05,
    duration_ms: float = 400.0,
    noise: float = 0.05,
    seed: int = 0,
) -> TraceSet:
    """One beat each of Mitchell–Schaeffer cells, stimulated from the first sample by the paper's J.

    The other time constants are the published ones. The logarithm of a cell's τ_close is spread
    about that of `tau_close` with the standard deviation `spread`, centred over the cells, so that
    their geometric mean is `tau_close`. `noise` is the standard deviation of Gaussian noise;
    `clean` keeps the truth without it.

    Args:
        count: of cells.
        tau_close: ms.
        spread: 1, of one cell from another.
        duration_ms: of each beat, from its stimulus on.
        noise: 1, of the normalised potential.
        seed: of spread and noise.

    Raises:
        InputError: there is no cell, or a number cannot be used.
    """
    if count < 1 or not (tau_close > 0 and duration_ms > 1 and spread >= 0 and noise >= 0):
        raise InputError(
            f"{count} cells with τ_close {tau_close} ms over {duration_ms} ms, spread {spread} and "
            f"noise {noise} cannot be simulated; give positive numbers."
        )
    random = np.random.default_rng(seed)
    away = spread * random.standard_normal(count)
    taus = tau_close * np.exp(away - away.mean())
    clean = np.asarray(_beats(jnp.asarray(taus, float), round(duration_ms / SAMPLE_MS)), float)
    asked = {"tau_close": tau_close, "spread": spread, "duration_ms": duration_ms, "noise": noise}
    return TraceSet(
        values=clean + random.normal(0, noise, clean.shape),
        step_ms=SAMPLE_MS,
        lengths=np.full(count, clean.shape[1]),
        names=tuple(f"cell {n + 1}" for n in range(count)),
        prepared=True,
        clean=clean,
        scale="plateau",
        notes=(
            f"Simulated: {count} uncoupled Mitchell–Schaeffer cells, τ_close {tau_close:g} ms in "
            f"the geometric mean, the logarithm's standard deviation {spread:g}; forward Euler at "
            f"{SAMPLE_MS / FINE:g} ms. Gaussian noise, standard deviation {noise:g}."
        ),
        provenance=Provenance.of(parameters={"count": count, **asked}, seed=seed),
    )


@eqx.filter_jit
def _beats(taus: Float[Array, "cell"], samples: int) -> Float[Array, "cell sample"]:
    """V at every sample."""
    dt = SAMPLE_MS / FINE

    def step(state: Array, n: Array) -> tuple[Array, Array]:
        current = jnp.where(n < round(STIMULUS_MS / dt), STIMULUS, 0.0)
        rates = jax.vmap(lambda x, tau: MitchellSchaeffer(tau_close=tau).rates(x, current))
        return state + dt * rates(state, taus), state[:, 0]

    rest = jnp.tile(MitchellSchaeffer().rest, (len(taus), 1))
    v = jax.lax.scan(step, rest, jnp.arange(samples * FINE), unroll=FINE)[1]
    return v[::FINE].T
