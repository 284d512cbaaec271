"""A physics-informed network that recovers parameters, in the manner of EP-PINNs: a comparator.

Herrero Martin et al. 2022, doi:10.3389/fcvm.2021.768419. One network a trace, t → (v, h), and the
parameters that all traces share minimise

    mean (v − ṽ)² + λ · mean [(1 ms + t) · 1/ms · (T₁ r_v)² + (T₂ r_h)²],   T₁ = 1 ms, T₂ = 10 ms

with r the residual of Mitchell & Schaeffer's equations at collocation points: Adam first, then
L-BFGS, with a λ that grows. Nothing is integrated, so the equations hold only about as well as λ
asks for. What is ours: time is seen on three clocks, because the upstroke takes 1 ms of 400; the
stimulus' own share of v and h(0) = 1 are built in; the parameters stay where they start until Adam
has found the traces, because before they would run away; r_h sees the switch at v_gate 0.02 wide,
because a smooth network has no kinks.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import optax
from jax.flatten_util import ravel_pytree
from jaxtyping import Array, Float
from scipy.optimize import minimize

from heartwright.data import ConvergenceError, Progress, TraceSet, silent
from heartwright.electro.cells import MitchellSchaeffer
from heartwright.electro.cells.cell import Scalar, State
from heartwright.electro.hybrid.bounds import bounded, unbounded
from heartwright.electro.hybrid.examples import check_prepared
from heartwright.electro.hybrid.residual.layer import Layer, initial_chain, initial_layer
from heartwright.electro.hybrid.published import STIMULUS, STIMULUS_MS

WIDTH, DEPTH = 24, 2
CLOCKS_MS = (0.5, 20.0)  # log(1 + t / clock): one for the upstroke, one for the plateau
SWITCH = 0.02  # width of the switch at v_gate in r_h
COLLOCATION = 200  # points, half of them even in time, half even on the first clock
EARLY_MS = 10.0  # until here every sample is compared, then means over a millisecond
FINDING, ASKING = 0.01, (0.1, 1.0, 10.0)  # λ of Adam, and of L-BFGS round after round
LEARNING_RATE = 5e-3
REPORT = 100  # Adam steps between two words to `progress`
H_TIME_MS = 10.0

Numbers = dict[str, Float[Array, ""]]  # unbounded, see `bounds`


class Clocked(eqx.Module):
    """t → (v, h) for one trace."""

    hidden: tuple[Layer, ...]
    head: Layer

    def __call__(self, t: Scalar, end: float) -> State:
        """The state `t` ms after onset of a record that ends at `end`."""
        x = jnp.stack([2 * t / end, *(2 * _log_clock(t, c) / _log_clock(end, c) for c in CLOCKS_MS)])
        x = 2 * (x - 1)
        for layer in self.hidden:
            x = jnp.tanh(layer(x))
        v, closing = self.head(x)
        return jnp.stack([v + STIMULUS * jnp.minimum(t, STIMULUS_MS), 1 - closing * t / end])


class Problem(NamedTuple):
    """What is compared where."""

    times: Float[Array, "piece"]  # ms
    values: Float[Array, "trace piece"]  # v, means over each piece
    weights: Float[Array, "trace piece"]  # share of all samples that a piece holds; they add to 1
    collocation: Float[Array, "point"]  # ms
    end_ms: float


@dataclass(frozen=True)
class Recovery:
    """What a physics-informed network makes of traces."""

    parameters: Mapping[str, float]  # ms, the learned ones
    misfit: tuple[float, ...]  # mean (v − ṽ)² after Adam, and after each round of L-BFGS
    residual: tuple[float, ...]  # the λ term over λ at the same moments


def recover(
    traces: TraceSet,
    *,
    learned: tuple[str, ...] = ("tau_in", "tau_out", "tau_close"),
    seed: int = 0,
    epochs: int = 2000,
    progress: Progress = silent,
) -> Recovery:
    """Estimate Mitchell–Schaeffer's parameters from action potentials by a PINN.

    Args:
        traces: prepared; each stimulated at its onset by J = 1/ms for 1 ms, as everywhere here.
        learned: which time constants; the others keep Mitchell & Schaeffer's values.
        seed: of the networks' first weights.
        epochs: steps of Adam, and at most as many of L-BFGS in each of three rounds.
        progress: told now and then.

    Raises:
        InputError: traces that are not prepared.
        ConvergenceError: the loss stopped being a number.
    """
    check_prepared(traces, traces.step_ms)
    with jax.enable_x64(True):  # L-BFGS ends early on the noise of single precision
        problem = _problem(traces)
        defaults = MitchellSchaeffer()
        numbers = {
            name: unbounded(defaults.bounds[name], getattr(defaults, name)) for name in learned
        }
        networks = _initial_networks(seed, len(traces))
        networks = _adam(problem, networks, numbers, epochs=epochs, progress=progress)
        reached = [terms(problem, networks, numbers)]
        networks, _ = _lbfgs(problem, networks, {}, numbers, weight=FINDING, steps=epochs)
        for n, weight in enumerate(ASKING, start=2):
            networks, numbers = _lbfgs(problem, networks, numbers, {}, weight=weight, steps=epochs)
            reached.append(terms(problem, networks, numbers))
            progress(n * epochs, 4 * epochs)
            if os.environ.get("V"): print(weight, _recovery(numbers,reached))
        return _recovery(numbers, reached)


@eqx.filter_jit
def terms(
    problem: Problem, networks: Clocked, numbers: Numbers
) -> tuple[Float[Array, ""], Float[Array, ""]]:
    """The misfit, and the equations' mean square, of all traces."""
    physics = _physics(numbers)

    def of_one(network: Clocked) -> tuple[Float[Array, "piece"], Float[Array, "point 2"]]:
        v = jax.vmap(lambda t: network(t, problem.end_ms)[0])(problem.times)
        return v, jax.vmap(lambda t: _residual(network, physics, t, problem.end_ms))(
            problem.collocation
        )

    v, residual = jax.vmap(of_one)(networks)
    misfit = (problem.weights * (v - problem.values) ** 2).sum()
    return misfit, (residual**2).mean(axis=(0, 1)).sum()


def _loss(
    problem: Problem, networks: Clocked, numbers: Numbers, weight: Scalar
) -> Float[Array, ""]:
    misfit, residual = terms(problem, networks, numbers)
    return misfit + weight * residual


def _physics(numbers: Numbers) -> MitchellSchaeffer:
    bounds = MitchellSchaeffer().bounds
    return MitchellSchaeffer(**{name: bounded(bounds[name], u) for name, u in numbers.items()})


def _residual(network: Clocked, physics: MitchellSchaeffer, t: Scalar, end: float) -> State:
    """(r_v, r_h) at one time, as the loss weighs them, 1."""
    (v, h), slope = jax.jvp(lambda t: network(t, end), (t,), (jnp.ones_like(t),))
    stimulus = jnp.where(t < STIMULUS_MS, STIMULUS, 0.0)
    excited = jax.nn.sigmoid((v - physics.v_gate) / SWITCH)
    dv = physics.rates(jnp.stack([v, h]), stimulus)[0]
    dh = (1 - excited) * (1 - h) / physics.tau_open - excited * h / physics.tau_close
    return jnp.stack([jnp.sqrt(1 + t), H_TIME_MS]) * (slope - jnp.stack([dv, dh]))


def _log_clock(t: Scalar, clock_ms: float) -> Scalar:
    return jnp.log1p(t / clock_ms)


def _problem(traces: TraceSet) -> Problem:
    samples = traces.values.shape[1]
    early, piece = (round(ms / traces.step_ms) for ms in (EARLY_MS, 1.0))
    first = np.r_[: min(early, samples), early : samples : max(1, piece)]
    counts = np.add.reduceat(traces.there.astype(float), first, axis=1)
    sums = np.add.reduceat(np.where(traces.there, traces.values, 0.0), first, axis=1)
    times = np.add.reduceat(traces.times, first) / np.diff(first, append=samples)
    end = samples * traces.step_ms
    even = (np.arange(COLLOCATION // 2) + 0.5) / (COLLOCATION // 2)
    early_ms = CLOCKS_MS[0] * np.expm1(even * np.log1p(end / CLOCKS_MS[0]))
    return Problem(
        times=jnp.asarray(times),
        values=jnp.asarray(sums / np.maximum(counts, 1)),
        weights=jnp.asarray(counts / counts.sum()),
        collocation=jnp.asarray(np.r_[even * end, early_ms]),
        end_ms=end,
    )


def _initial_networks(seed: int, traces: int) -> Clocked:
    """One network, as often as there are traces, along a first axis of every leaf."""
    random = np.random.default_rng(seed)
    hidden = initial_chain(random, 1 + len(CLOCKS_MS), WIDTH, DEPTH)
    network = Clocked(hidden, initial_layer(random, WIDTH, 2))
    return jax.tree.map(lambda leaf: jnp.repeat(leaf[None], traces, axis=0), network)


def _adam(
    problem: Problem, networks: Clocked, numbers: Numbers, *, epochs: int, progress: Progress
) -> Clocked:
    """The networks near the traces; the parameters do not move."""
    optimiser = optax.adam(optax.cosine_decay_schedule(LEARNING_RATE, epochs))

    @eqx.filter_jit
    def some(networks: Clocked, state: optax.OptState, steps: int) -> tuple[Clocked, optax.OptState]:
        def step(carry: tuple[Clocked, optax.OptState], _: None) -> tuple[tuple, None]:
            networks, state = carry
            gradient = jax.grad(lambda n: _loss(problem, n, numbers, FINDING))(networks)
            updates, state = optimiser.update(gradient, state)
            return (eqx.apply_updates(networks, updates), state), None

        return jax.lax.scan(step, (networks, state), None, length=steps)[0]

    state = optimiser.init(networks)
    for done in range(0, epochs, REPORT):
        networks, state = some(networks, state, min(REPORT, epochs - done))
        progress(min(done + REPORT, epochs), 4 * epochs)
    return networks


def _lbfgs(
    problem: Problem, networks: Clocked, numbers: Numbers, fixed: Numbers, *, weight: float, steps: int
) -> tuple[Clocked, Numbers]:
    """Networks and parameters together, as far as `steps` iterations go."""
    flat, unflatten = ravel_pytree((networks, numbers))
    def of(x):
        networks, numbers = unflatten(x)
        return _loss(problem, networks, numbers | fixed, weight)

    slope = jax.jit(jax.value_and_grad(of))

    def value_and_slope(x: np.ndarray) -> tuple[float, np.ndarray]:
        value, gradient = slope(x)
        return float(value), np.asarray(gradient)

    options = {"maxiter": steps, "maxfun": 2 * steps, "maxcor": 60, "ftol": 1e-13, "gtol": 1e-12}
    found = minimize(
        value_and_slope, np.asarray(flat), jac=True, method="L-BFGS-B", options=options
    )
    return unflatten(jnp.asarray(found.x))


def _recovery(
    numbers: Numbers, reached: list[tuple[Float[Array, ""], Float[Array, ""]]]
) -> Recovery:
    misfit, residual = (tuple(map(float, term)) for term in zip(*reached, strict=True))
    if not np.isfinite([*misfit, *residual]).all():
        raise ConvergenceError(
            "the network's loss stopped being a number; are the traces one beat each on [0, 1]?"
        )
    physics = _physics(numbers)
    values = {name: float(getattr(physics, name)) for name in numbers}
    return Recovery(values, misfit, residual)
