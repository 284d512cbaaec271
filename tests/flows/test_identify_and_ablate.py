"""The verbs that say what traces know: identify, ablate, and the words of learn and forecast."""

import json
from dataclasses import replace

import numpy as np
import pytest

from heartwright.cli.app import run
from heartwright.data import TraceSet
from heartwright.data.model_file import read_fit
from heartwright.data.netcdf import write_traces
from heartwright.electro.cells import MitchellSchaeffer
from heartwright.electro.hybrid.newton.fit import Problem
from heartwright.flows import ablate_residual, learn_model
from heartwright.samples.pacing import paced

DT = 0.1
ALONE = ("--uncoupled", "--residual", "none")


def beats(tau_close, *, seed):
    """Three beats of 150 ms, one stretch of one of them not measured."""
    cell = MitchellSchaeffer(tau_close=tau_close)
    clock = {"duration_ms": 150.0, "pulse_ms": 1.0, "dt_ms": DT, "sample_ms": DT}
    clean = np.repeat(paced(cell, [[0.0]], amplitude=1.0, **clock)[:, :1500], 3, axis=0)
    values = clean + np.random.default_rng(seed).normal(0, 0.02, clean.shape)
    values[1, 600:700] = np.nan
    return TraceSet(values, DT, np.full(3, 1500), ("a", "b", "c"), prepared=True)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("traces")
    write_traces(beats(70.0, seed=0), folder / "long.nc")
    write_traces(beats(50.0, seed=1), folder / "short.nc")
    return folder


@pytest.fixture
def verb(capfd):
    """Run a verb with --json: its one object, and what it said besides."""

    def call(*arguments):
        capfd.readouterr()
        code = run([str(a) for a in arguments] + ["--json"])
        out, err = capfd.readouterr()
        assert code == 0, err
        return json.loads(out), " ".join(err.split())

    return call


@pytest.mark.slow
def test_identify_tells_two_groups_apart(verb, folder):
    how = ("--against", folder / "short.nc", *ALONE)
    found, _ = verb("identify", folder / "long.nc", *how)
    assert found["traces"] == 6
    for name, truth in {
        "tau_in": 0.3,
        "tau_out": 6.0,
        "tau_close of group 0": 70.0,
        "tau_close of group 1": 50.0,
    }.items():
        assert found[name]["value"] == pytest.approx(truth, rel=0.05)
        assert found[name]["lower"] < found[name]["value"] < found[name]["upper"]
    assert found["noise"] == pytest.approx(0.02, rel=0.05)
    assert not found["residual_asked_for"]


@pytest.mark.slow
def test_identify_without_offset_and_gain(verb, folder, tmp_path):
    traces = beats(70.0, seed=0)
    stains = np.array([[0.05], [-0.05], [0.0]]) + np.array([[1.1], [0.9], [1.0]]) * traces.values
    write_traces(replace(traces, values=stains), tmp_path / "stained.nc")
    found, _ = verb("identify", tmp_path / "stained.nc", *ALONE, "--camera")
    assert found["tau_close"]["value"] == pytest.approx(70.0, rel=0.1)
    assert found["noise"] == pytest.approx(0.02, rel=0.1)


def test_identify_refuses_what_is_no_parameter(capfd, folder):
    assert run(["identify", str(folder / "long.nc"), "--parameters", "speed"]) == 2
    assert "speed cannot be learned; choose from tau_in" in capfd.readouterr().err


BARE = "none: physics alone"


@pytest.mark.slow
@pytest.mark.parametrize("kept", [(BARE,), ("mlp", BARE)])
def test_ablate_compares_variants_on_unseen_traces(verb, folder, monkeypatch, kept):
    real = ablate_residual.variants

    def some(settings):
        every = real(replace(settings, width=2, depth=1, excitation=(), per_trace=()))
        return {name: every[name] for name in kept}

    monkeypatch.setattr(ablate_residual, "variants", some)
    paths = (folder / "long.nc", "--validate", folder / "short.nc")
    table, _ = verb("ablate", *paths, "--rounds", 2)
    assert tuple(table) == kept
    for row in table.values():
        assert row.keys() >= {"weights", "mse", "residual_norm", "tau_close", "seconds"}
        assert 0 < row["mse"] < 0.5
    assert table[BARE]["weights"] == 0


def test_every_variant_that_is_compared_can_be_learned():
    from heartwright.electro.hybrid import Settings

    every = ablate_residual.variants(Settings())
    assert {"resnet", "mlp", "gated", "fourier"} < every.keys()
    assert every["network alone"].physics == "none"
    assert every[BARE].residual == "none"


@pytest.mark.slow
def test_learn_says_that_it_backed_off_and_what_validation_chose(
    verb, folder, tmp_path, monkeypatch
):
    real, calls = Problem.run, []

    def once_no_number(self, at):
        calls.append(1)
        found = real(self, at)
        return found._replace(misfit=found.misfit * np.nan) if len(calls) == 2 else found

    monkeypatch.setattr(Problem, "run", once_no_number)
    model, paths = tmp_path / "m.model", (folder / "long.nc", "--validate", folder / "short.nc")
    found, said = verb("learn", *paths, "--physics-only", "--rounds", 2, "-o", model)
    assert found["backed_off"] == [1]
    assert "Learning ran away in round 1: the step there left no number" in said
    assert found["validation_chose"] == read_fit(model).header["validation_chose"]
    assert f"The validation traces chose round {found['validation_chose']}" in said


def test_the_words_name_rounds_epochs_and_the_physics_alone():
    ours = {"method": "gauss-newton", "backed_off": [0, 5], "history": {}}
    (sentence,) = learn_model._remarks(ours)
    assert "ran away in the rounds of the physics alone, round 5: " in sentence
    (sentence,) = learn_model._remarks({"history": {"backed_off": [2]}})
    assert "ran away in epoch 2: " in sentence
    assert list(learn_model._remarks({"backed_off": [], "history": {}})) == []
