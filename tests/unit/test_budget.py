"""The residual's budget, against residuals that are known functions."""

from dataclasses import replace

import jax.numpy as jnp
import numpy as np
import pytest

from heartwright.data import TraceSet
from heartwright.data.learned import Fit
from heartwright.electro.cells import MitchellSchaeffer
from heartwright.electro.hybrid import Hybrid, Settings, forecast, initial_residual
from heartwright.electro.hybrid.budget import budget, budget_of, phases
from heartwright.electro.hybrid.examples import currents
from heartwright.electro.hybrid.fitted import described, leaves_of
from heartwright.electro.hybrid.newton.fit import Problem
from heartwright.electro.hybrid.physics import parameters_of
from heartwright.electro.hybrid.posing import posed
from heartwright.electro.hybrid.residual import Architecture
from heartwright.electro.hybrid.rollout import rollout

DT, SAMPLES = 0.1, 1800
BIAS = (-2e-4, 3e-5)  # 1/ms, added to dv/dt and dh/dt
PHYSICS = MitchellSchaeffer(tau_close=60.0)


def constant():
    """A residual that is the same everywhere: a head without weights."""
    blank = initial_residual(Architecture(acting=2, width=2, depth=1), seed=0, head_gain=0.0)
    leaves = [np.zeros_like(leaf) for leaf in leaves_of(Hybrid(PHYSICS, blank))]
    leaves[-1] = np.array(BIAS, np.float32)
    return blank, tuple(leaves)


@pytest.fixture(scope="module")
def fit():
    blank, leaves = constant()
    return Fit(
        parameters=parameters_of(PHYSICS),
        learned=("tau_close",),
        leaves=leaves,
        mean_trace=np.zeros(SAMPLES),
        step_ms=DT,
        header={"model": described(Hybrid(PHYSICS, blank))},
    )


@pytest.fixture(scope="module")
def traces():
    start = jnp.array([[0.0, 0.02], [1.0, 1.0]])
    run = rollout(Hybrid(PHYSICS), start, currents(SAMPLES, DT), DT)
    values = np.asarray(run.states[:, 0].T, float)
    lengths = np.array([SAMPLES, SAMPLES - 200])
    return TraceSet(values, DT, lengths, ("a", "b"), prepared=True)


def test_a_constant_residual_s_budget_is_its_square(fit, traces):
    foretold = forecast(fit, traces)
    assert foretold.scores["residual_norm_dv"] == pytest.approx(BIAS[0] ** 2, rel=1e-5)
    assert foretold.scores["residual_norm_dh"] == pytest.approx(BIAS[1] ** 2, rel=1e-5)
    assert foretold.scores["residual_norm"] == pytest.approx(np.square(BIAS).sum(), rel=1e-5)
    assert foretold.budget.keys() == {"dv/dt", "dh/dt"}
    for bias, every in zip(BIAS, foretold.budget.values(), strict=True):
        assert list(every) == ["whole", "upstroke", "plateau", "repolarisation", "rest"]
        for share in every.values():
            assert share["mean_square"] == pytest.approx(bias**2, rel=1e-5)


def test_it_is_held_against_the_physics_own_rates(fit, traces):
    """What the prediction moves by, less the residual, is what the physics does."""
    foretold = forecast(fit, traces)
    rates = np.diff(foretold.prediction, axis=1) / DT - BIAS[0]
    potential, there = foretold.prediction[:, :-1], traces.there[:, 1:]
    for name, mask in phases(np.nan_to_num(potential), there).items():
        expected = BIAS[0] ** 2 / np.mean(rates[mask] ** 2)
        assert foretold.budget["dv/dt"][name]["over_physics"] == pytest.approx(expected, rel=0.02)


def test_phases_part_the_beat():
    level = np.array([[0, 0.2, 0.8, 0.95, 1, 0.7, 0.5, 0.3, 0.1, 0.05, 0.9, 0.0]])
    there = np.arange(12)[None] < 11
    names = {name: np.flatnonzero(mask[0]).tolist() for name, mask in phases(level, there).items()}
    assert names == {
        "whole": list(range(11)),
        "upstroke": [0, 1, 2],
        "plateau": [3, 4, 5, 10],
        "repolarisation": [6, 7],
        "rest": [8, 9],
    }


def test_a_phase_without_samples_and_physics_that_rest_have_no_number():
    one, nothing = np.ones((1, 1, 4)), np.zeros((1, 1, 4))
    found = budget(np.ones((1, 4)), np.ones((1, 4), bool), known=nothing, residual=one)
    assert found["dv/dt"]["plateau"] == {"mean_square": 1.0, "over_physics": None}
    assert found["dv/dt"]["rest"] == {"mean_square": None, "over_physics": None}


def test_learning_counts_as_forecasting_does(traces):
    """The frames of learning hold five samples each; a constant is the same in both."""
    _, leaves = constant()
    settings = Settings(
        acting=2, width=2, depth=1, inputs="state", excitation=(), per_trace=(), horizon_ms=100.0
    )
    problem, point = posed(traces, None, settings)
    shared = point.shared.copy()
    shared[problem.weights] = np.concatenate([np.ravel(leaf) for leaf in leaves])
    assert isinstance(problem, Problem)
    found = budget_of(problem, replace(point, shared=shared))
    for bias, every in zip(BIAS, found.values(), strict=True):
        assert every["whole"]["mean_square"] == pytest.approx(bias**2, rel=1e-5)
        assert every["upstroke"]["over_physics"] < every["plateau"]["over_physics"]


def test_physics_alone_has_no_budget(traces):
    bare = Fit(
        parameters=parameters_of(PHYSICS),
        learned=("tau_close",),
        leaves=(),
        mean_trace=np.zeros(SAMPLES),
        step_ms=DT,
        header={"model": described(Hybrid(PHYSICS))},
    )
    foretold = forecast(bare, traces)
    assert foretold.budget == {}
    assert "residual_norm_dv" not in foretold.scores
