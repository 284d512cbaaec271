"""The gradient of the whole rollout's loss, against central differences and automatic ones."""

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import pytest
from jax.flatten_util import ravel_pytree

from heartwright.electro.hybrid import Published, initial_residual
from heartwright.electro.hybrid.examples import Examples, currents
from heartwright.electro.hybrid.loss import terms
from heartwright.electro.hybrid.rollout import Trajectory, rollout
from heartwright.electro.hybrid.variables import Variables, initial_variables

DT, STEPS = 0.1, 3500
WEIGHT = 3.0
STEP = 1e-6


def variables():
    """Physics near the paper's, and a residual that does something."""
    residual = initial_residual(seed=0)
    louder = eqx.tree_at(lambda r: r.head.weight, residual, 100 * residual.head.weight)
    settings = Published(learned=("tau_in", "tau_out", "tau_open", "tau_close"))
    return Variables(initial_variables(settings).parameters, louder, settings.physics)


def observed():
    """Three traces of different lengths that no model can meet exactly."""
    t = jnp.arange(STEPS) * DT
    values = jnp.stack([jnp.exp(-t / tau) for tau in (150.0, 200.0, 250.0)])
    weights = jnp.stack([t < end for end in (349.0, 250.0, 300.0)]).astype(float)
    return Examples(values.at[:, 0].set(jnp.array([0.0, 0.02, 0.05])), weights)


def loss_and_sides(flat, unflatten, examples):
    """The loss, and on which side of v_gate each trace is at each step."""
    model, stimulus = unflatten(flat).model(), currents(STEPS, DT)
    trajectory = rollout(model, examples.start, stimulus, DT)
    loss = terms(model, examples, stimulus, DT).total(WEIGHT)
    return loss, trajectory.states[:, 0] < model.physics.v_gate


@pytest.mark.slow
@pytest.mark.usefixtures("float64")
def test_the_gradient_is_that_of_central_differences():
    flat, unflatten = ravel_pytree(variables())
    run = jax.jit(lambda x: loss_and_sides(x, unflatten, observed()))
    gradient = jax.jit(jax.grad(lambda x: loss_and_sides(x, unflatten, observed())[0]))(flat)
    random = np.random.default_rng(0)
    for direction in [*np.eye(len(flat))[:4], *random.normal(size=(6, len(flat)))]:
        unit = jnp.asarray(direction / np.linalg.norm(direction))
        (above, side), (below, other_side) = run(flat + STEP * unit), run(flat - STEP * unit)
        assert (side == other_side).all(), "a trace crosses v_gate in another step"
        slope = float(above - below) / (2 * STEP)
        assert float(gradient @ unit) == pytest.approx(slope, rel=1e-6, abs=1e-9)


@pytest.mark.slow
@pytest.mark.usefixtures("float64")
def test_it_is_the_gradient_that_automatic_differentiation_gives():
    examples = observed()
    stimulus = currents(STEPS, DT)

    def plain(model):
        """The same loop, differentiated by JAX step by step, a checkpoint every 50."""
        rates_of = jax.vmap(model.rates_and_residual, in_axes=(1, None), out_axes=1)

        def advance(state, current):
            rates, added = rates_of(state, current)
            return state + DT * rates, Trajectory(state, added)

        @jax.checkpoint
        def stretch(state, currents):
            return jax.lax.scan(advance, state, currents)

        parts = jax.lax.scan(stretch, examples.start, stimulus.reshape(-1, 50))[1]
        return jax.tree.map(lambda a: a.reshape(STEPS, *a.shape[2:]), parts)

    def objective(run):
        def of(variables):
            trajectory = run(variables.model())
            return (trajectory.states[:, 0] ** 3).sum() + (trajectory.residual**2).sum()

        return jax.jit(jax.grad(of))

    ours = objective(lambda model: rollout(model, examples.start, stimulus, DT))(variables())
    theirs = objective(plain)(variables())
    for a, b in zip(jax.tree.leaves(ours), jax.tree.leaves(theirs), strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-9, atol=1e-9)
