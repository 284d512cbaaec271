"""Forecasts that first ask what the given samples say of each trace, and how surely."""

from functools import partial
from typing import NamedTuple

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Float

from heartwright.data import Fit, TraceSet
from heartwright.electro.hybrid.fitted import system_of
from heartwright.electro.hybrid.newton.assimilate import Known, Posterior, assimilate
from heartwright.electro.hybrid.newton.equations import BLOCK, Observed, Values, squares
from heartwright.electro.hybrid.newton.frames import frames_of, steps_a_sample
from heartwright.electro.hybrid.newton.prior import Normal
from heartwright.electro.hybrid.newton.spread import deviations
from heartwright.electro.hybrid.posing import lanes_of
from heartwright.electro.hybrid.residual import NoResidual
from heartwright.electro.hybrid.traces_system import EXCITATION, TracesSystem
from heartwright.electro.parallel import blocks, on_all_cores

ADAPTING = 3  # rounds in which the prior moves to where these beats start
QUIETEST = 0.01  # standard deviation of a sample: no model is better than this at every instant

Samples = Float[np.ndarray, "trace time"]


class Foretold(NamedTuple):
    """What a fit foretells of traces, at their own samples."""

    voltage: Samples
    residual: Float[np.ndarray, "acting trace time"]  # 1/ms
    alone: Samples  # the same without its residual
    deviation: Samples | None  # standard deviation of the voltage, by Laplace


def foretell(fit: Fit, traces: TraceSet, *, given_ms: float) -> Foretold:
    """Assimilate the samples before `given_ms` (the first one, at least), then run on."""
    system, shared, prior = system_of(fit)
    known = Known(system, shared)
    own = _posterior(known, prior, fit, traces, given_ms)
    lanes = lanes_of(traces)
    per_sample = steps_a_sample(traces, fit.step_ms)
    blank = _blank(traces)

    def run(rows: np.ndarray) -> tuple[Values, ...]:
        some = jax.tree.map(lambda x: x[rows], lanes)
        empty = Observed(*(x[:, rows] for x in blank))
        at = jnp.asarray(own.mean[rows], jnp.float32)
        run_on = partial(squares, frame=per_sample, dt=fit.step_ms)
        ran = run_on(known, jnp.zeros(0), at, some, empty)
        bare = run_on(_alone(known), jnp.zeros(0), at, some, empty)
        spread = deviations(
            known,
            at,
            jnp.asarray(own.covariance[rows], jnp.float32),
            some,
            frames=len(empty.values),
            frame=per_sample,
            dt=fit.step_ms,
        )
        return ran.path, ran.residual_path, bare.path, spread

    parts = on_all_cores(run, blocks(len(traces)))
    samples = traces.values.shape[1]
    path, residual, alone, spread = (
        np.concatenate([np.asarray(x, np.float64) for x in piece], axis=1)[:samples]
        for piece in zip(*parts, strict=True)
    )
    return Foretold(path.T, np.moveaxis(residual, -1, 0).swapaxes(1, 2), alone.T, spread.T)


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


def _blank(traces: TraceSet) -> Observed:
    """Frames of nothing: a run to the end of the traces."""
    samples = -(-traces.values.shape[1] // BLOCK) * BLOCK
    return Observed(*(jnp.zeros((samples, len(traces)), jnp.float32),) * 3)
