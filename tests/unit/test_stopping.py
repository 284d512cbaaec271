"""Learning that backs off, that stops early, and that goes on to the same bits."""

from dataclasses import replace
from functools import cache
from importlib import import_module

import jax.numpy as jnp
import numpy as np
import pytest

from heartwright.data import ConvergenceError, InputError, TraceSet, silent
from heartwright.electro.cells import MitchellSchaeffer
from heartwright.electro.hybrid import Hybrid, Settings, learn, stopping
from heartwright.electro.hybrid.checkpoint import Checkpoint
from heartwright.electro.hybrid.examples import currents
from heartwright.electro.hybrid.newton.fit import Point, Problem
from heartwright.electro.hybrid.newton.prior import Normal
from heartwright.electro.hybrid.posing import posed
from heartwright.electro.hybrid.rollout import rollout
from heartwright.electro.hybrid.stopping import EVERY, LOST, settled

DT = 0.1
ALONE = Settings(residual="none", excitation=(), per_trace=(), rounds=4, horizon_ms=30.0)


@cache
def clean(samples):
    start = jnp.array([[0.0, 0.02, 0.0], [1.0, 1.0, 1.0]])
    run = rollout(Hybrid(MitchellSchaeffer(tau_in=0.25)), start, currents(samples, DT), DT)
    return np.asarray(run.states[:, 0].T, float)


def beats(*, noise=0.02, seed=0, step_ms=DT, samples=400):
    values = clean(samples) + np.random.default_rng(seed).normal(0, noise, (3, samples))
    return TraceSet(values, step_ms, np.full(3, samples), ("a", "b", "c"), prepared=True)


# What is kept, with rounds and errors made up

NOWHERE = Normal(np.zeros(0), np.zeros((0, 0)))
FIRST = Point(np.zeros(1), np.zeros((1, 0)), NOWHERE, noise=1.0, penalty=np.ones(1))
VALLEY = (9.0, 5.0, 3.0, 4.0, 4.0, 6.0, 7.0, 7.0, 8.0, 8.0, 8.0, 8.0)  # errors, look by look


def made_up(_problem, point):
    """Rounds that always gain something; each point carries its own number."""
    while True:
        number = point.round + 1
        history = {"gained": (0.1,) * number}
        point = replace(point, round=number, shared=np.full(1, float(number)), history=history)
        yield point


@pytest.fixture
def follow(monkeypatch):
    monkeypatch.setattr(stopping, "rounds", made_up)
    anything, _ = posed(beats(), None, ALONE)

    def run(errors=VALLEY, *, most=80, path=None, progress=silent):
        looks = []

        def look(point):
            looks.append(point.round)
            return errors[(point.round - 1) // EVERY]

        kept = Checkpoint(path, "print")
        found = settled(
            anything, FIRST, most=most, kept=kept, progress=progress, look=look if errors else None
        )
        return found, looks

    return run


def test_the_best_round_is_kept_and_learning_ends_when_it_is_long_ago(follow):
    found, looks = follow()
    assert found.round == found.shared[0] == 3 * EVERY
    assert looks == list(range(EVERY, 3 * EVERY + LOST + 1, EVERY))


def test_the_last_round_is_looked_at_too(follow):
    found, looks = follow((9.0, 8.0, 7.0), most=2 * EVERY + 1)
    assert found.round == looks[-1] == 2 * EVERY + 1


def test_without_validation_the_last_round_is_kept(follow):
    found, looks = follow((), most=7)
    assert (found.round, looks) == (7, [])


def test_errors_that_are_no_numbers_choose_nothing(follow):
    found, _ = follow((np.nan,) * 4, most=3 * EVERY)
    assert found.round == 3 * EVERY


@pytest.mark.parametrize("killed", [1, EVERY, 3 * EVERY + 2, 3 * EVERY + LOST])
def test_wherever_it_was_killed_the_same_round_is_kept(follow, tmp_path, killed):
    path = tmp_path / "m.partial"

    def kill(done, _total):
        if done == killed:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        follow(path=path, progress=kill)
    found, _ = follow(path=path)
    assert found.round == found.shared[0] == 3 * EVERY


# The same with real fits


@pytest.mark.slow
def test_validation_chooses_a_round_and_a_killed_learning_ends_at_the_same_bits(
    tmp_path, monkeypatch
):
    monkeypatch.setattr(stopping, "EVERY", 1)
    traces, unseen = beats(), beats(seed=1)
    plain = learn(traces, settings=ALONE)
    whole = learn(traces, validation=unseen, settings=ALONE)
    assert "validation_chose" not in plain.header
    assert 1 <= whole.header["validation_chose"] <= ALONE.rounds
    assert len(whole.header["history"]["gained"]) == whole.header["validation_chose"]
    path = tmp_path / "m.partial"

    def kill(done, _total):
        if done == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        learn(traces, validation=unseen, settings=ALONE, checkpoint=path, progress=kill)
    with pytest.raises(InputError, match="belongs to other traces or settings"):
        learn(traces, validation=beats(seed=2), settings=ALONE, checkpoint=path)
    again = learn(traces, validation=unseen, settings=ALONE, checkpoint=path)
    assert not path.exists()
    assert again.header == whole.header
    assert again.parameters == whole.parameters


def test_validation_traces_of_another_kind_are_refused_before_learning():
    with pytest.raises(InputError, match=r"every 0.2 ms but the fit learned from"):
        learn(beats(), validation=beats(step_ms=0.2), settings=ALONE)
    minmax = replace(beats(), scale="minmax")
    with pytest.raises(InputError, match="scaled by plateau but the fit learned from"):
        learn(minmax, validation=replace(beats(), scale="plateau"), settings=ALONE)


@pytest.mark.slow
def test_a_step_that_leaves_no_number_is_taken_back_and_counted(monkeypatch):
    real, calls = Problem.run, []

    def once_no_number(self, at):
        calls.append(1)
        found = real(self, at)
        return found._replace(misfit=found.misfit * np.nan) if len(calls) == 2 else found

    monkeypatch.setattr(Problem, "run", once_no_number)
    fit = learn(beats(), settings=ALONE)
    assert fit.header["backed_off"] == [1]
    assert fit.header["history"]["not_a_number"] == [1, 0, 0, 0]
    assert fit.header["history"]["refused"][0] == 1
    assert np.isfinite(fit.header["train_mse"])


@pytest.mark.slow
def test_the_physics_rounds_before_the_residual_count_as_round_0(monkeypatch):
    real, calls = Problem.run, []

    def once_no_number(self, at):
        calls.append(1)
        found = real(self, at)
        return found._replace(misfit=found.misfit * np.nan) if len(calls) == 3 else found

    monkeypatch.setattr(Problem, "run", once_no_number)
    settings = replace(ALONE, residual="resnet", width=2, depth=1, rounds=2)
    module = import_module("heartwright.electro.hybrid.learn")
    monkeypatch.setattr(module, "_typical_error", lambda *_: 1.0)
    assert learn(beats(), settings=settings).header["backed_off"] == [0]


@pytest.mark.slow
def test_an_absurd_start_ends_in_one_sentence():
    coarse = beats(step_ms=20.0, samples=40)
    with pytest.raises(ConvergenceError, match=r"runs away where learning starts.* 20 ms"):
        learn(coarse, settings=replace(ALONE, dt_ms=20.0, horizon_ms=None))
