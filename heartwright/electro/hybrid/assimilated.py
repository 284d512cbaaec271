"""Forecasts that first ask what the given samples say of each trace, and how surely."""

from typing import NamedTuple

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Float

from heartwright.data import Fit, TraceSet
from heartwright.electro.hybrid.fitted import system_of
from heartwright.electro.hybrid.newton.assimilate import Known, Posterior, assimilate
from heartwright.electro.hybrid.newton.course import course
from heartwright.electro.hybrid.newton.equations import BLOCK, Values
from heartwright.electro.hybrid.newton.frames import frames_of, steps_a_sample
from heartwright.electro.hybrid.newton.prior import Normal
from heartwright.electro.hybrid.newton.spread import deviations
from heartwright.electro.hybrid.posing import lanes_of
from heartwright.electro.hybrid.residual import NoResidual
from heartwright.electro.hybrid.traces_system import EXCITATION, TracesSystem
from heartwright.electro.parallel import blocks, on_all_cores

ADAPTING = 3  # rounds in which the prior moves to where these beats start
QUIETEST = 0.03  # standard deviation of a sample: no nearer is a model throughout an upstroke

Samples = Float[np.ndarray, "trace time"]
Rates = Float[np.ndarray, "acting trace time"]


class Foretold(NamedTuple):
    """What a fit foretells of traces, at their own samples."""

    measured: Samples  # the potential on the scale of the observations
    gain: Float[np.ndarray, "trace"]  # of that scale; 1 unless a camera's is estimated
    potential: Samples  # v itself
    known: Rates  # rates that the residual completes, 1/ms
    residual: Rates  # what it adds to them, 1/ms
    alone: Samples  # what is measured of the same without its residual
    deviation: Samples | None = None  # standard deviation of what is measured, by Laplace


def foretell(fit: Fit, traces: TraceSet, *, given_ms: float) -> Foretold:
    """Assimilate the samples before `given_ms` (the first one, at least), then run on."""
    system, shared, prior = system_of(fit)
    known = Known(system, shared)
    own = _posterior(known, prior, fit, traces, given_ms)
    lanes = lanes_of(traces)
    samples = traces.values.shape[1]
    clock = {
        "frames": -(-samples // BLOCK) * BLOCK,
        "frame": steps_a_sample(traces, fit.step_ms),
        "dt": fit.step_ms,
    }

    def run(rows: np.ndarray) -> tuple[Values, ...]:
        some = jax.tree.map(lambda x: x[rows], lanes)
        at = jnp.asarray(own.mean[rows], jnp.float32)
        ran = course(known, jnp.zeros(0), at, some, **clock)
        bare = course(_alone(known), jnp.zeros(0), at, some, **clock)
        covariance = jnp.asarray(own.covariance[rows], jnp.float32)
        spread = deviations(known, at, covariance, some, **clock)
        return *ran, bare.seen, spread

    parts = on_all_cores(run, blocks(len(traces)))
    potential, path, rates, residual, alone, spread = (
        np.concatenate([np.asarray(x, np.float64) for x in piece], axis=1)[:samples]
        for piece in zip(*parts, strict=True)
    )
    return Foretold(
        path.T, system.gains(own.mean), potential.T, rates.T, residual.T, alone.T, spread.T
    )


def _posterior(
    known: Known, prior: Normal, fit: Fit, traces: TraceSet, given_ms: float
) -> Posterior:
    """What the given samples say of each trace."""
    given_ms = max(given_ms, traces.step_ms)
    per_sample = steps_a_sample(traces, fit.step_ms)
    seen = frames_of(traces, frame=per_sample, dt_ms=fit.step_ms, horizon_ms=given_ms)
    noise = max(float(fit.header["noise"]), QUIETEST)
    seen = seen._replace(weights=seen.weights / np.float32(noise**2))
    started = sum(name in EXCITATION for name in fit.header["own"])
    lanes = lanes_of(traces)

    def under(prior: Normal) -> Posterior:
        return assimilate(known, lanes, seen, prior, frame=per_sample, dt=fit.step_ms)

    posterior = under(prior)
    for _ in range(ADAPTING if given_ms > traces.step_ms else 0):
        prior = prior.elsewhere(posterior.mean, posterior.covariance, started)
        posterior = under(prior)
    return posterior


def _alone(known: Known) -> Known:
    """The same system without its residual."""
    system = known.system
    assert isinstance(system, TracesSystem)
    blank = system.blank._replace(residual=NoResidual())
    bare = eqx.tree_at(lambda s: s.blank, system, blank)
    return Known(bare, known.shared[: system.weights.start])
