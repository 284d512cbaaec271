"""What residuals see, how they are described, and that fits and forecasts keep them."""

import json

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from heartwright.data import Fit, InputError
from heartwright.electro.cells import MitchellSchaeffer
from heartwright.electro.hybrid import Architecture, Hybrid, initial_residual
from heartwright.electro.hybrid.examples import Examples, currents
from heartwright.electro.hybrid.fitted import described, leaves_of, model_of
from heartwright.electro.hybrid.loss import terms
from heartwright.electro.hybrid.physics import parameters_of
from heartwright.electro.hybrid.residual.inputs import resolved
from heartwright.electro.hybrid.residual.layer import FEW, initial_layer
from heartwright.electro.hybrid.rollout import rollout

REST = (0.0, 1.0)


@pytest.mark.parametrize("few", [1, FEW])
def test_few_points_are_summed_to_what_many_are_multiplied_to(few):
    layer = initial_layer(np.random.default_rng(0), 8, 5)
    points = jnp.asarray(np.random.default_rng(1).standard_normal((8, FEW + 1)))
    many = layer(points)
    np.testing.assert_allclose(layer(points[:, :few]), many[:, :few], rtol=1e-5, atol=1e-6)
    np.testing.assert_allclose(layer(points[:, 0]), many[:, 0], rtol=1e-5, atol=1e-6)


def test_resolved_inputs_tell_apart_what_lies_near_rest():
    h = np.array([0.0, 0.9, 0.99, 0.999, 1.0])
    seen = np.array([resolved(jnp.array([0.5, value]), REST) for value in h])
    np.testing.assert_allclose(seen[:, 0], 0.0)
    np.testing.assert_allclose(seen[:, 1], 2 * h - 1, rtol=1e-6)
    np.testing.assert_allclose(seen[:, 2], np.log(np.hypot(1 - h, 1e-3)) / 3 + 1, rtol=1e-3)
    assert (np.diff(seen[:, 2]) < -0.1).all()


@pytest.mark.parametrize("beyond", [-0.1, 0.0, 1e-8, 1e-3, 0.1])
def test_resolved_inputs_are_smooth_through_rest_and_beyond(beyond, float64):
    @jax.jit
    def last(x):
        return resolved(jnp.array([0.0, 1.0 + x]), REST)[2]

    step = 1e-7
    slope = (last(beyond + step) - last(beyond - step)) / (2 * step)
    np.testing.assert_allclose(jax.grad(last)(beyond), slope, rtol=1e-3, atol=1e-3)


def test_physics_of_more_states_have_more_inputs():
    architecture = Architecture(inputs="resolved", rest=(0.0, 1.0, 1.0))
    assert architecture.see(jnp.array([0.1, 0.5, 0.5])).shape == (architecture.seen,) == (5,)


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"kind": "transformer"}, "no residual 'transformer'; choose from resnet"),
        ({"inputs": "voltage"}, "no residual's input 'voltage'; choose from state"),
        ({"acting": 3}, "acting must be 1 to 2, not 3"),
        ({"acting": 2, "rest": (0.0,)}, "acting must be 1 to 1, not 2"),
        ({"width": 0}, "width must be 1 to 1024, not 0"),
        ({"depth": 65}, "depth must be 1 to 64, not 65"),
    ],
)
def test_networks_that_cannot_be_built_are_refused(wrong, sentence):
    with pytest.raises(InputError, match=sentence):
        Architecture(**wrong)


@pytest.mark.parametrize(
    "change",
    [
        {"rest": None},
        {"rest": ["one"]},
        {"width": "8"},
        {"width": 8.5},
        {"blocks": 3},
        {"kind": ["mlp"]},
    ],
)
def test_descriptions_of_something_else_are_refused(change):
    with pytest.raises(InputError):
        Architecture.of({**Architecture().described(), **change})


@pytest.mark.parametrize("kind", ["resnet", "mlp", "gated", "fourier", "none"])
def test_a_fit_keeps_its_residual_through_json(kind):
    architecture = Architecture(kind, "resolved", 2, width=4, depth=2)
    model = Hybrid(MitchellSchaeffer(), initial_residual(architecture, seed=1, head_gain=1.0))
    fit = Fit(
        parameters=parameters_of(model.physics),
        learned=(),
        leaves=leaves_of(model),
        mean_trace=np.zeros(3),
        step_ms=0.1,
        header={"model": json.loads(json.dumps(described(model)))},
    )
    again = model_of(fit)
    state = jnp.array([0.3, 0.9])
    np.testing.assert_array_equal(again.rates(state, 0.0), model.rates(state, 0.0))


def louder(seed=0):
    """A residual on both rates that does something."""
    return initial_residual(Architecture(inputs="resolved", acting=2), seed=seed, head_gain=0.01)


def beat(residual, steps=600):
    model = Hybrid(MitchellSchaeffer(), residual)
    start = jnp.array([[0.02, 0.05], [1.0, 1.0]])
    return model, start, rollout(model, start, currents(steps, 0.1), 0.1)


@pytest.mark.slow
def test_a_residual_on_dh_dt_acts_on_h_and_is_kept_beside_that_on_dv_dt():
    model, _, run = beat(louder())
    assert run.residual.shape == (600, 2, 2)
    physics = jax.vmap(model.physics.rates, in_axes=(1, None), out_axes=1)(run.states[300], 0.0)
    moved = (run.states[301] - run.states[300]) / 0.1
    np.testing.assert_allclose(moved - physics, run.residual[300], atol=1e-5)


@pytest.mark.slow
def test_the_loss_adds_up_what_acts_on_either_rate():
    model, start, run = beat(louder())
    observed = Examples(jnp.zeros((2, 600)).at[:, 0].set(start[0]), jnp.ones((2, 600)))
    reached = terms(model, observed, currents(600, 0.1), 0.1)
    each = (np.asarray(run.residual, dtype=float) ** 2).mean(axis=(0, 2))
    assert float(reached.residual) == pytest.approx(each.sum(), rel=1e-5)


@pytest.mark.slow
@pytest.mark.usefixtures("float64")
def test_the_gradient_through_a_residual_on_both_rates_is_that_of_central_differences():
    start, current = jnp.array([[0.02, 0.05], [1.0, 1.0]]), currents(100, 0.1)

    @jax.jit
    def loss(gain):
        residual = jax.tree.map(lambda leaf: gain * leaf, louder())
        run = rollout(Hybrid(MitchellSchaeffer(), residual), start, current, 0.1)
        return (run.states[:, 0] ** 3).sum() + (run.residual**2).sum()

    step = 1e-6
    slope = (loss(1 + step) - loss(1 - step)) / (2 * step)
    assert float(jax.jit(jax.grad(loss))(1.0)) == pytest.approx(float(slope), rel=1e-6)
