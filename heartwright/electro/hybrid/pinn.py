"""A physics-informed network that recovers parameters, in the manner of EP-PINNs: a comparator.

Herrero Martin et al. 2022, doi:10.3389/fcvm.2021.768419. One network a trace, t → (v, h), and the
parameters that all traces share minimise

    mean (v − ṽ)² + λ · mean (1 + t / 1 ms) [(1 ms · r_v)² + (10 ms · r_h)²]

with r the residual of Mitchell & Schaeffer's equations at collocation points: Adam first, then
L-BFGS. Nothing is integrated, so the equations hold only as well as λ asks; and a larger λ than
here made L-BFGS stall far from its minimum, with parameters further off.

What is ours: time is seen on three clocks, because the upstroke takes 1 ms of 400; the stimulus'
own share of v, and h(0) = 1, are built in; the parameters stay where they start until the networks
have found the traces, because before that they run away to where v = 0 solves the equations; r_h
sees a switch at v_gate that is 0.03 wide, because a smooth network has no kinks.

One action potential with 5 % noise gives tau_in within about 10 %, tau_out within 7 % and tau_close
within 3 %, all of them too long: the networks round off what is sharp.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import optax
from jax.flatten_util import ravel_pytree
from jaxtyping import Array, Float

from heartwright.data import ConvergenceError, InputError, Progress, TraceSet, silent
from heartwright.electro.cells import MitchellSchaeffer
from heartwright.electro.cells.cell import Scalar, State
from heartwright.electro.hybrid.bounds import bounded, unbounded
from heartwright.electro.hybrid.examples import check_prepared
from heartwright.electro.hybrid.physics import check_learnable
from heartwright.electro.hybrid.published import STIMULUS, STIMULUS_MS
from heartwright.electro.hybrid.residual.layer import Layer, initial_chain, initial_layer

WIDTH, DEPTH = 24, 2
CLOCKS_MS = (0.5, 20.0)  # log(1 + t / clock): one for the upstroke, one for the plateau
SWITCH = 0.03  # width of the switch at v_gate in r_h
COLLOCATION = 200  # points, half of them even in time, half even on the first clock
EARLY_MS = 10.0  # until here every sample is compared, then means over a millisecond
FINDING, ASKING = 0.01, 0.1  # λ before the parameters move, and then
H_TIME_MS = 10.0  # r_h counts that much more than r_v, which lives on 1 ms
LEARNING_RATE = 5e-3
MEMORY = 50  # steps that L-BFGS remembers

Numbers = dict[str, Float[Array, ""]]  # unbounded, see `bounds`
Loss = Callable[[Any], Float[Array, ""]]
Carry = tuple[Any, Any]  # unknowns, and the optimiser's memory


class Clocked(eqx.Module):
    """t → (v, h) for one trace."""

    hidden: tuple[Layer, ...]
    head: Layer

    def __call__(self, t: Scalar, end: float) -> State:
        """The state `t` ms after onset of a record that ends at `end`."""
        clocks = [jnp.log1p(t / clock) / jnp.log1p(end / clock) for clock in CLOCKS_MS]
        x = 4 * jnp.stack([t / end, *clocks]) - 2
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
    """What physics-informed networks make of traces."""

    parameters: Mapping[str, float]  # ms, the learned ones
    misfit: tuple[float, ...]  # mean (v − ṽ)² before the parameters move, and at the end
    residual: tuple[float, ...]  # what λ weighs, at the same moments


def recover(
    traces: TraceSet,
    *,
    learned: tuple[str, ...] = ("tau_in", "tau_out", "tau_close"),
    seed: int = 0,
    epochs: int = 1000,
    progress: Progress = silent,
) -> Recovery:
    """Estimate Mitchell–Schaeffer's time constants from action potentials by a PINN.

    Args:
        traces: prepared; each stimulated at its onset by J = 1/ms for 1 ms, as in the paper.
        learned: which time constants; the others keep Mitchell & Schaeffer's values.
        seed: of the networks' first weights.
        epochs: steps of Adam, then of L-BFGS; then twice as many with moving parameters.
        progress: told before and after the parameters move.

    Raises:
        InputError: traces that are not prepared, parameters that cannot be learned, no epochs.
        ConvergenceError: the loss stopped being a number.
    """
    _check(traces, learned, epochs)
    with jax.enable_x64(True):  # L-BFGS ends early on the noise of single precision
        problem = _problem(traces)
        start = MitchellSchaeffer()
        numbers = {name: unbounded(start.bounds[name], getattr(start, name)) for name in learned}
        finding = eqx.Partial(_loss_of_networks, problem, FINDING, numbers)
        networks = _adam(finding, _initial_networks(seed, len(traces)), epochs)
        networks = _quasi_newton(finding, networks, epochs)
        before = terms(problem, networks, numbers)
        progress(2 * epochs, 4 * epochs)
        asking = eqx.Partial(_loss, problem, ASKING)
        networks, numbers = _quasi_newton(asking, (networks, numbers), 2 * epochs)
        progress(4 * epochs, 4 * epochs)
        return _recovery(numbers, before, terms(problem, networks, numbers))


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


def _loss(problem: Problem, weight: float, unknowns: tuple[Clocked, Numbers]) -> Float[Array, ""]:
    misfit, residual = terms(problem, *unknowns)
    return misfit + weight * residual


def _loss_of_networks(
    problem: Problem, weight: float, numbers: Numbers, networks: Clocked
) -> Float[Array, ""]:
    return _loss(problem, weight, (networks, numbers))


def _physics(numbers: Numbers) -> MitchellSchaeffer:
    bounds = MitchellSchaeffer.bounds
    return MitchellSchaeffer(**{name: bounded(bounds[name], u) for name, u in numbers.items()})


def _residual(network: Clocked, physics: MitchellSchaeffer, t: Scalar, end: float) -> State:
    """(r_v, r_h) at one time, as the loss weighs them, 1."""
    (v, h), slope = jax.jvp(lambda t: network(t, end), (t,), (jnp.ones_like(t),))
    stimulus = jnp.where(t < STIMULUS_MS, STIMULUS, 0.0)
    excited = jax.nn.sigmoid((v - physics.v_gate) / SWITCH)
    dv = physics.rates(jnp.stack([v, h]), stimulus)[0]
    dh = (1 - excited) * (1 - h) / physics.tau_open - excited * h / physics.tau_close
    return jnp.sqrt(1 + t) * jnp.array([1.0, H_TIME_MS]) * (slope - jnp.stack([dv, dh]))


def _check(traces: TraceSet, learned: tuple[str, ...], epochs: int) -> None:
    check_prepared(traces, traces.step_ms)
    check_learnable(MitchellSchaeffer(), learned)
    if not learned or epochs < 1:
        raise InputError("a network recovers nothing without a parameter and an epoch; give both.")


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


@eqx.filter_jit
def _adam(loss: Loss, start: Clocked, steps: int) -> Clocked:
    """Where `steps` steps of Adam lead, all of them compiled as one."""
    optimiser = optax.adam(optax.cosine_decay_schedule(LEARNING_RATE, steps))

    def step(carry: Carry, _: None) -> tuple[Carry, None]:
        networks, state = carry
        updates, state = optimiser.update(jax.grad(loss)(networks), state)
        return (eqx.apply_updates(networks, updates), state), None

    return jax.lax.scan(step, (start, optimiser.init(start)), None, length=steps)[0][0]


@eqx.filter_jit
def _quasi_newton(loss: Loss, start: Any, steps: int) -> Any:
    """Where `steps` iterations of L-BFGS lead, all of them compiled as one."""
    flat, unflatten = ravel_pytree(start)
    optimiser = optax.lbfgs(memory_size=MEMORY)

    def of_flat(x: Float[Array, "unknown"]) -> Float[Array, ""]:
        return loss(unflatten(x))

    value_and_slope = optax.value_and_grad_from_state(of_flat)

    def step(carry: Carry, _: None) -> tuple[Carry, None]:
        x, state = carry
        value, slope = value_and_slope(x, state=state)
        update, state = optimiser.update(slope, state, x, value=value, grad=slope, value_fn=of_flat)
        return (x + update, state), None

    return unflatten(jax.lax.scan(step, (flat, optimiser.init(flat)), None, length=steps)[0][0])


def _recovery(numbers: Numbers, *moments: tuple[Float[Array, ""], Float[Array, ""]]) -> Recovery:
    misfit, residual = (tuple(map(float, term)) for term in zip(*moments, strict=True))
    if not np.isfinite([*misfit, *residual]).all():
        raise ConvergenceError(
            "the network's loss stopped being a number; are the traces one beat each on [0, 1]?"
        )
    physics = _physics(numbers)
    values = {name: float(getattr(physics, name)) for name in numbers}
    return Recovery(values, misfit, residual)
