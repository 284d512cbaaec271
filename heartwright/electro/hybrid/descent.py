"""Adam on the variables, epoch by epoch."""

import copy
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field, replace
from functools import cache
from typing import Any

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import optax
from jaxtyping import Array, Float, Integer

from heartwright.data import ConvergenceError, Progress
from heartwright.electro.hybrid.checkpoint import Checkpoint
from heartwright.electro.hybrid.examples import Examples
from heartwright.electro.hybrid.loss import Terms, counted, mean_over_blocks, next_weight, terms
from heartwright.electro.hybrid.model import Hybrid
from heartwright.electro.hybrid.published import CLIP, STEPS_PER_EPOCH, Published
from heartwright.electro.hybrid.rollout import Currents
from heartwright.electro.hybrid.variables import Variables

SLOWEST = 1e-3  # pace at which backing off ends

_terms = eqx.filter_jit(terms)


def evaluate(model: Hybrid, observed: Examples, stimulus: Currents, dt_ms: float) -> Terms:
    """Both terms of the loss over any number of traces, as means."""
    return mean_over_blocks(lambda block: _terms(model, block, stimulus, dt_ms), observed)


@dataclass
class History:
    """One entry an epoch, taken at its end over all training traces, as the losses are written."""

    loss: list[float] = field(default_factory=list)
    trajectory: list[float] = field(default_factory=list)
    residual: list[float] = field(default_factory=list)
    weight: list[float] = field(default_factory=list)  # λ during the epoch
    backed_off: list[int] = field(default_factory=list)  # epochs that ran away and were repeated

    def add(self, reached: Terms, weight: float) -> None:
        """Note an epoch."""
        self.loss.append(float(reached.total(weight)))
        self.trajectory.append(float(reached.trajectory))
        self.residual.append(float(reached.residual))
        self.weight.append(weight)

    @property
    def at_its_best(self) -> bool:
        """Whether the last epoch has the lowest trajectory loss so far."""
        return self.trajectory[-1] == min(self.trajectory)


@dataclass
class Training:
    """What moves from epoch to epoch."""

    variables: Variables
    optimiser: optax.OptState
    best: Variables
    weight: float  # λ
    random: np.random.Generator
    pace: float = 1.0  # × every step; halved where learning ran away
    history: History = field(default_factory=History)

    def packed(self) -> tuple[dict[str, np.ndarray], dict[str, Any]]:
        """Arrays, and what JSON holds to the last bit."""
        leaves = jax.tree.leaves((self.variables, self.optimiser, self.best))
        arrays = {f"leaf{n:03d}": np.asarray(leaf) for n, leaf in enumerate(leaves)}
        rest = {"weight": self.weight, "pace": self.pace, "history": asdict(self.history)}
        return arrays, rest | {"random": self.random.bit_generator.state}

    def unpacked(self, arrays: Mapping[str, np.ndarray], rest: Mapping[str, Any]) -> "Training":
        """The inverse of `packed`, for learning that began like this one."""
        tree = jax.tree.structure((self.variables, self.optimiser, self.best))
        leaves = [jnp.asarray(arrays[name]) for name in sorted(arrays)]
        variables, optimiser, best = jax.tree.unflatten(tree, leaves)
        random = np.random.default_rng()
        random.bit_generator.state = rest["random"]
        history = History(**rest["history"])
        return Training(variables, optimiser, best, rest["weight"], random, rest["pace"], history)


class Descent(eqx.Module):
    """What stays the same from step to step."""

    optimiser: optax.GradientTransformation
    stimulus: Currents
    dt_ms: float

    def step(
        self,
        variables: Variables,
        state: optax.OptState,
        batch: Examples,
        *,
        weight: Float[Array, ""],
        pace: Float[Array, ""],
        count: Float[Array, ""] | float = 1.0,
    ) -> tuple[Variables, optax.OptState]:
        """Variables and optimiser after one step of Adam down the mean loss times `count`."""
        gradient = mean_over_blocks(lambda block: self._gradient(variables, block, weight), batch)
        gradient = jax.tree.map(lambda part: count * part, gradient)
        return self._moved(variables, state, gradient, pace)

    @eqx.filter_jit
    def _gradient(
        self, variables: Variables, block: Examples, weight: Float[Array, ""]
    ) -> Variables:
        def loss(variables: Variables) -> Float[Array, ""]:
            return terms(variables.model(), block, self.stimulus, self.dt_ms).total(weight)

        return eqx.filter_grad(loss)(variables)

    @eqx.filter_jit
    def _moved(
        self,
        variables: Variables,
        state: optax.OptState,
        gradient: Variables,
        pace: Float[Array, ""],
    ) -> tuple[Variables, optax.OptState]:
        updates, state = self.optimiser.update(gradient, state)
        updates = jax.tree.map(lambda update: pace * update, updates)
        return eqx.apply_updates(variables, updates), state


def descend(
    variables: Variables,
    training: Examples,
    stimulus: Currents,
    *,
    settings: Published,
    kept: Checkpoint,
    progress: Progress,
) -> tuple[Variables, History]:
    """Minimise λ · L_traj + ‖F_dl‖²; the variables of the best epoch, and the history.

    An epoch after which the loss is not a number is repeated from where it began at half the pace.

    Raises:
        ConvergenceError: the loss stopped being a number, however slowly it went.
    """
    steps = settings.epochs * _steps_per_epoch(settings, len(training.values))
    optimiser = _optimiser(settings.learning_rate, steps)
    descent = Descent(optimiser, stimulus, settings.dt_ms)
    state = optimiser.init(eqx.filter(variables, eqx.is_array))
    random = np.random.default_rng(settings.seed)
    at = Training(variables, state, variables, settings.lambda_0, random)
    saved = kept.load()
    at = at if saved is None else at.unpacked(*saved)
    while len(at.history.loss) < settings.epochs:
        at = _epoch(descent, at, training, settings)
        kept.save(*at.packed())
        progress(len(at.history.loss), settings.epochs)
    return at.best, at.history


def _epoch(descent: Descent, at: Training, training: Examples, settings: Published) -> Training:
    """One epoch on; the same point at half the pace, where it ran away."""
    variables, state, random = at.variables, at.optimiser, copy.deepcopy(at.random)
    weight, pace = jnp.asarray(at.weight), jnp.asarray(at.pace)
    for rows in _batches(random, settings, len(training.values)):
        batch = training.take(rows)
        variables, state = descent.step(
            variables,
            state,
            batch,
            weight=weight,
            pace=pace,
            count=counted(settings.losses, batch),
        )
    reached = evaluate(variables.model(), training, descent.stimulus, settings.dt_ms)
    reached = reached.times(counted(settings.losses, training))
    history = copy.deepcopy(at.history)
    if not np.isfinite(float(reached.total(at.weight))):
        return _backed_off(at)
    history.add(reached, at.weight)
    best = variables if history.at_its_best else at.best
    grown = next_weight(at.weight, settings.gamma, history.trajectory[-1])
    return Training(variables, state, best, grown, random, at.pace, history)


def _backed_off(at: Training) -> Training:
    """Half the pace from the same point.

    Raises:
        ConvergenceError: it is slow enough already.
    """
    epoch = len(at.history.loss) + 1
    if at.pace < SLOWEST:
        raise ConvergenceError(
            f"the loss stopped being a number in epoch {epoch}, however small the steps; "
            f"are the traces one beat each on [0, 1]? If so, another seed may help."
        )
    history = replace(at.history, backed_off=[*at.history.backed_off, epoch])
    return replace(at, pace=at.pace / 2, history=history)


@cache  # the same object again, so that the compiled step is found again
def _optimiser(learning_rate: float, steps: int) -> optax.GradientTransformation:
    falling = optax.cosine_decay_schedule(learning_rate, steps)
    return optax.chain(optax.clip_by_global_norm(CLIP), optax.adam(falling))


def _steps_per_epoch(settings: Published, traces: int) -> int:
    return max(STEPS_PER_EPOCH, -(-traces // settings.batch_size))


def _batches(
    random: np.random.Generator, settings: Published, traces: int
) -> Iterator[Integer[np.ndarray, "batch"]]:
    """Batches of one size, in random order, until every trace was seen and the epoch is full."""
    size = min(settings.batch_size, traces)
    order = random.permutation(traces)
    for n in range(_steps_per_epoch(settings, traces)):
        yield np.take(order, np.arange(n * size, (n + 1) * size), mode="wrap")
