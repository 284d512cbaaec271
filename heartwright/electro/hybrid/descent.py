"""Adam on the variables, epoch by epoch."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache

import equinox as eqx
import jax.numpy as jnp
import numpy as np
import optax
from jaxtyping import Array, Float, Integer

from heartwright.data import ConvergenceError, Progress
from heartwright.electro.hybrid.examples import Examples
from heartwright.electro.hybrid.loss import Terms, mean_over_blocks, next_weight, terms
from heartwright.electro.hybrid.model import Hybrid
from heartwright.electro.hybrid.published import CLIP, STEPS_PER_EPOCH, Published
from heartwright.electro.hybrid.rollout import Currents
from heartwright.electro.hybrid.variables import Variables

_terms = eqx.filter_jit(terms)


def evaluate(model: Hybrid, observed: Examples, stimulus: Currents, dt_ms: float) -> Terms:
    """Both terms of the loss over any number of traces."""
    return mean_over_blocks(lambda block: _terms(model, block, stimulus, dt_ms), observed)


@dataclass
class History:
    """One entry an epoch, taken at its end over all training traces."""

    loss: list[float] = field(default_factory=list)
    trajectory: list[float] = field(default_factory=list)
    residual: list[float] = field(default_factory=list)
    weight: list[float] = field(default_factory=list)  # λ during the epoch

    def add(self, reached: Terms, weight: float) -> None:
        """Note an epoch.

        Raises:
            ConvergenceError: its loss is not a number.
        """
        loss = float(reached.total(weight))
        if not np.isfinite(loss):
            raise ConvergenceError(
                f"the loss stopped being a number in epoch {len(self.loss) + 1}; "
                f"are the traces one beat each on [0, 1]? If so, another seed may help."
            )
        self.loss.append(loss)
        self.trajectory.append(float(reached.trajectory))
        self.residual.append(float(reached.residual))
        self.weight.append(weight)

    @property
    def at_its_best(self) -> bool:
        """Whether the last epoch has the lowest trajectory loss so far."""
        return self.trajectory[-1] == min(self.trajectory)


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
        weight: Float[Array, ""],
    ) -> tuple[Variables, optax.OptState]:
        """Variables and optimiser after one step of Adam."""
        gradient = mean_over_blocks(lambda block: self._gradient(variables, block, weight), batch)
        return self._moved(variables, state, gradient)

    @eqx.filter_jit
    def _gradient(
        self, variables: Variables, block: Examples, weight: Float[Array, ""]
    ) -> Variables:
        def loss(variables: Variables) -> Float[Array, ""]:
            return terms(variables.model(), block, self.stimulus, self.dt_ms).total(weight)

        return eqx.filter_grad(loss)(variables)

    @eqx.filter_jit
    def _moved(
        self, variables: Variables, state: optax.OptState, gradient: Variables
    ) -> tuple[Variables, optax.OptState]:
        updates, state = self.optimiser.update(gradient, state)
        return eqx.apply_updates(variables, updates), state


def descend(
    variables: Variables,
    training: Examples,
    stimulus: Currents,
    *,
    settings: Published,
    progress: Progress,
) -> tuple[Variables, History]:
    """Minimise λ · L_traj + ‖F_dl‖²; the variables of the best epoch, and the history.

    Raises:
        ConvergenceError: the loss stopped being a number.
    """
    traces = len(training.values)
    steps = settings.epochs * _steps_per_epoch(settings, traces)
    optimiser = _optimiser(settings.learning_rate, steps)
    descent = Descent(optimiser, stimulus, settings.dt_ms)
    state = optimiser.init(eqx.filter(variables, eqx.is_array))
    random = np.random.default_rng(settings.seed)
    history, best, weight = History(), variables, settings.lambda_0
    for epoch in range(settings.epochs):
        for batch in _batches(random, settings, traces):
            variables, state = descent.step(
                variables, state, training.take(batch), jnp.asarray(weight)
            )
        history.add(evaluate(variables.model(), training, stimulus, settings.dt_ms), weight)
        best = variables if history.at_its_best else best
        weight = next_weight(weight, settings.gamma, history.trajectory[-1])
        progress(epoch + 1, settings.epochs)
    return best, history


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
