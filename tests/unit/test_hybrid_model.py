"""Physics plus residual, bounds, loss terms and masks."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from heartwright.data import InputError, TraceSet
from heartwright.electro.cells import MitchellSchaeffer
from heartwright.electro.hybrid import Hybrid, Published, initial_residual
from heartwright.electro.hybrid.bounds import PACE, bounded, unbounded
from heartwright.electro.hybrid.examples import currents, examples
from heartwright.electro.hybrid.fitted import _within
from heartwright.electro.hybrid.loss import next_weight, terms
from heartwright.electro.hybrid.rollout import rollout
from heartwright.electro.hybrid.variables import initial_variables

DT = 0.1


def start(*voltages):
    return jnp.stack([jnp.array(voltages), jnp.ones(len(voltages))])


def test_no_residual_is_the_physics_to_the_last_bit():
    physics = MitchellSchaeffer()
    states = jax.random.uniform(jax.random.key(0), (50, 2))
    for stimulus in (0.0, 1.0):
        rates = jax.vmap(lambda s, j=stimulus: Hybrid(physics=physics).rates(s, j))(states)
        np.testing.assert_array_equal(
            rates, jax.vmap(lambda s, j=stimulus: physics.rates(s, j))(states)
        )


@pytest.mark.slow
def test_a_zero_residual_is_the_physics_to_the_last_bit_over_a_whole_beat():
    zero = jax.tree.map(jnp.zeros_like, initial_residual(seed=0))
    physics = MitchellSchaeffer()
    runs = [
        rollout(model, start(0.0, 0.05), currents(3500, DT), DT).states
        for model in (Hybrid(physics=physics), Hybrid(physics=physics, residual=zero))
    ]
    np.testing.assert_array_equal(*runs)


@pytest.mark.slow
def test_the_rollout_is_the_cell_s_own_step_again_and_again():
    model = Hybrid(physics=MitchellSchaeffer(), residual=initial_residual(seed=1))
    state = jnp.array([0.02, 1.0])
    trajectory = rollout(model, state[:, None], currents(20, DT), DT)
    for n in range(20):
        np.testing.assert_allclose(trajectory.states[n, :, 0], state, rtol=1e-5)
        state = model.step(state, 1.0 if n < 10 else 0.0, DT)


def test_the_residual_starts_as_almost_nothing_from_orthogonal_weights():
    residual = initial_residual(seed=0)
    for block in residual.blocks:
        for layer in (block.first, block.second):
            np.testing.assert_allclose(layer.weight @ layer.weight.T, np.eye(8), atol=1e-5)
    states = jax.random.uniform(jax.random.key(1), (100, 2))
    assert float(jnp.abs(jax.vmap(residual)(states)).max()) < 1e-3


@given(name=st.sampled_from(list(MitchellSchaeffer.bounds)), number=st.floats(-0.5, 0.5))
@settings(max_examples=50, deadline=None)
def test_parameters_stay_between_their_bounds_and_come_back(name, number):
    with jax.enable_x64(True):
        lower, upper = MitchellSchaeffer.bounds[name]
        value = float(bounded(MitchellSchaeffer.bounds[name], jnp.asarray(number)))
        assert lower < value < upper
        assert float(unbounded(MitchellSchaeffer.bounds[name], value)) == pytest.approx(
            number, abs=1e-6 / PACE
        )


def test_learning_starts_at_the_paper_s_parameters():
    learned = ("tau_in", "tau_out", "tau_open", "tau_close")
    physics = initial_variables(Published(learned=learned)).model().physics
    values = [float(getattr(physics, name)) for name in learned]
    np.testing.assert_allclose(values, [0.3, 6.0, 120.0, 150.0], rtol=1e-4)


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"learned": ("v_gate",)}, "hard switch"),
        ({"learned": ("tau",)}, "choose from tau_in"),
        ({"learned": (), "physics_only": True}, "nothing is left"),
        ({"epochs": 0}, "epochs must be positive"),
        ({"learning_rate": -1.0}, "learning_rate must be positive"),
        ({"learning_rate": np.nan}, "learning_rate must be positive"),
        ({"gamma": -1.0}, "gamma must be 0 or positive"),
        ({"seed": -1}, "seed must not be negative"),
        ({"horizon_ms": 0.1}, "holds no step"),
    ],
)
def test_settings_that_cannot_be_used_are_refused(wrong, sentence):
    with pytest.raises(InputError, match=sentence):
        Published(**wrong)


@given(st.lists(st.floats(0, 1), min_size=1), st.floats(0, 100))
def test_lambda_never_decreases(trajectories, gamma):
    weights = [1.0]
    for trajectory in trajectories:
        weights.append(next_weight(weights[-1], gamma, trajectory))
    assert (np.diff(weights) >= 0).all()


def some_traces(lengths, garbage=np.nan, samples=64):
    random = np.random.default_rng(0)
    values = random.uniform(size=(len(lengths), 64))
    padded = np.full((len(lengths), samples), garbage)
    for row, trace, length in zip(padded, values, lengths, strict=True):
        row[:length] = trace[:length]
    names = tuple(f"t{n}" for n in range(len(lengths)))
    return TraceSet(padded, DT, np.array(lengths), names, prepared=True)


@given(
    lengths=st.lists(st.integers(2, 64), min_size=3, max_size=3),
    garbage=st.floats(),
    samples=st.integers(64, 100),
)
@settings(max_examples=50, deadline=None)
def test_what_lies_behind_a_trace_s_end_changes_nothing(lengths, garbage, samples):
    one = examples(some_traces(lengths), 64)
    other = examples(some_traces(lengths, garbage, samples), 64)
    for a, b in zip(one, other, strict=True):
        np.testing.assert_array_equal(a, b)


def test_both_terms_are_means_over_samples_that_exist():
    traces = some_traces([64, 32])
    model = Hybrid(physics=MitchellSchaeffer(), residual=initial_residual(seed=0))
    both = examples(traces, 64)
    run = rollout(model, both.start, currents(64, DT), DT)
    v, added = (np.asarray(a.T, dtype=float) for a in (run.states[:, 0], run.residual[:, 0]))
    reached = terms(model, both, currents(64, DT), DT)
    misses = np.nanmean((v - traces.values) ** 2)
    assert float(reached.trajectory) == pytest.approx(misses, rel=1e-5)
    squares = (added**2)[traces.there].mean()
    assert float(reached.residual) == pytest.approx(squares, rel=1e-5)


@pytest.mark.parametrize("number", [-np.inf, -3.0, 0.0, 3.0, np.inf])
def test_a_parameter_at_its_bound_is_kept_where_its_unbounded_number_is_finite(number):
    """Single precision rounds a value next to a bound over it, and readers would refuse that."""
    bounds = MitchellSchaeffer.bounds["tau_in"]
    value = np.asarray(bounded(bounds, jnp.array([number], jnp.float32)), float)
    (kept,) = _within(bounds, value)
    assert bounds[0] < kept < bounds[1]
    assert np.isfinite(float(unbounded(bounds, kept)))
    assert kept == pytest.approx(value[0], rel=2e-4)
