"""Learning and forecasting on traces that Mitchell–Schaeffer made itself."""

from dataclasses import replace

import equinox as eqx
import jax.numpy as jnp
import numpy as np
import optax
import pytest

from heartwright.data import ConvergenceError, Fit, InputError, TraceSet
from heartwright.data.model_file import read_fit, write_fit
from heartwright.electro.cells import MitchellSchaeffer
from heartwright.electro.hybrid import Hybrid, Published, Settings, descent, forecast, learn
from heartwright.electro.hybrid import loss as loss_module
from heartwright.electro.hybrid.checkpoint import Checkpoint
from heartwright.electro.hybrid.examples import currents, examples
from heartwright.electro.hybrid.loss import Terms, counted, terms
from heartwright.electro.hybrid.rollout import rollout
from heartwright.electro.hybrid.variables import initial_variables

DT = 0.2
TRUTH = {"tau_in": 0.4, "tau_out": 7.0, "tau_close": 60.0}


def beats(samples=1000):
    """Short action potentials (APD90 about 130 ms) from different first samples."""
    first = jnp.linspace(0.0, 0.1, 4)
    start = jnp.stack([first, jnp.ones_like(first)])
    states = rollout(Hybrid(MitchellSchaeffer(**TRUTH)), start, currents(samples, DT), DT).states
    values = np.asarray(states[:, 0].T, dtype=float)
    lengths = np.array([samples, samples - 50, samples - 100, samples])
    values[np.arange(samples) >= lengths[:, None]] = np.nan
    return TraceSet(values, DT, lengths, ("a", "b", "c", "d"), prepared=True)


@pytest.fixture(scope="module")
def traces():
    return beats()


@pytest.fixture(scope="module")
def fit(traces):
    seen = []
    settings = Published(epochs=3, dt_ms=DT)
    fit = learn(
        traces, validation=traces, settings=settings, progress=lambda *step: seen.append(step)
    )
    assert seen == [(1, 3), (2, 3), (3, 3)]
    return fit


def test_a_fit_carries_what_others_need(fit):
    assert set(fit.parameters) == {"tau_in", "tau_out", "tau_open", "tau_close", "v_gate"}
    assert fit.parameters["v_gate"] == 0.13
    assert fit.parameters["tau_open"] == 120.0
    assert fit.learned == ("tau_in", "tau_out", "tau_close")
    assert len(fit.leaves) == 16
    assert all(isinstance(leaf, np.ndarray) for leaf in fit.leaves)
    assert fit.step_ms == DT
    assert fit.header["train_mse"] == pytest.approx(fit.header["validation_mse"])
    assert fit.header["horizon_ms"] == pytest.approx(1.3 * 125, abs=25)


def test_learning_learns_and_lambda_never_decreases(fit):
    history = fit.header["history"]
    assert fit.header["train_mse"] == pytest.approx(min(history["trajectory"]), rel=1e-4)
    assert history["trajectory"][-1] < history["trajectory"][0]
    assert (np.diff(history["weight"]) >= 0).all()
    assert history["weight"][0] == 1.0


def test_the_same_seed_gives_the_same_fit(fit, traces):
    again = learn(traces, settings=Published(epochs=3, dt_ms=DT))
    assert again.parameters == fit.parameters
    for one, other in zip(again.leaves, fit.leaves, strict=True):
        np.testing.assert_array_equal(one, other)


@pytest.mark.slow
def test_identical_runs_leave_identical_files(traces, tmp_path, monkeypatch):
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "0")
    paths = [tmp_path / name for name in ("one.model", "other.model")]
    for path in paths:
        write_fit(learn(traces, settings=Published(epochs=1, dt_ms=DT)), path)
    assert paths[0].read_bytes() == paths[1].read_bytes()
    assert np.isfinite(forecast(read_fit(paths[0]), traces).scores["mse"])


@pytest.mark.slow
def test_learning_and_forecasting_mean_the_same_by_the_residual_s_norm(traces):
    whole_ms = traces.values.shape[1] * DT
    fit = learn(traces, settings=Published(epochs=2, dt_ms=DT, horizon_ms=whole_ms))
    scores = forecast(fit, traces).scores
    assert scores["residual_norm"] == pytest.approx(fit.header["residual_norm"], rel=1e-4)
    assert scores["mse"] == pytest.approx(fit.header["train_mse"], rel=1e-4)


@pytest.mark.slow
def test_a_forecast_that_blows_up_names_its_trace(fit, traces):
    values = traces.values.copy()
    values[2, 0] = -80.0
    with pytest.raises(ConvergenceError, match="trace c blew up; are the traces one beat"):
        forecast(fit, replace(traces, values=values))


def test_a_forecast_is_the_sum_of_its_parts(fit, traces):
    foretold = forecast(fit, traces)
    first = traces.values[:, :1]
    whole = first + foretold.physics + foretold.residual
    np.testing.assert_allclose(whole, foretold.prediction, atol=1e-6)
    np.testing.assert_allclose(foretold.prediction[:, 0], traces.values[:, 0], atol=1e-7)
    assert (np.isfinite(foretold.prediction) == traces.there).all()


def test_the_physics_part_is_what_the_physics_adds_along_the_prediction(fit, traces):
    foretold = forecast(fit, traces)
    v = foretold.prediction[0]
    physics = {name: fit.parameters[name] for name in ("tau_in", "tau_out", "tau_close")}
    h, added, total = 1.0, [0.0], 0.0
    for n, voltage in enumerate(v[:-1]):
        stimulus = 1.0 if n < round(1 / DT) else 0.0
        total += DT * (
            h * voltage**2 * (1 - voltage) / physics["tau_in"]
            - voltage / physics["tau_out"]
            + stimulus
        )
        h += DT * ((1 - h) / 120.0 if voltage < 0.13 else -h / physics["tau_close"])
        added.append(total)
    np.testing.assert_allclose(foretold.physics[0], added, atol=2e-3)


def test_a_forecast_uses_nothing_but_the_first_sample(fit, traces):
    values = np.where(traces.there, 0.5, np.nan)
    values[:, 0] = traces.values[:, 0]
    other = forecast(fit, replace(traces, values=values))
    np.testing.assert_array_equal(other.prediction, forecast(fit, traces).prediction)


def test_scores_compare_with_recording_truth_and_baselines(fit, traces):
    noisy = traces.values + np.random.default_rng(0).normal(0, 0.05, traces.values.shape)
    noisy[:, 0] = traces.values[:, 0]
    scores = forecast(fit, replace(traces, values=noisy, clean=traces.values)).scores
    assert scores["mse"] == pytest.approx(scores["mse_clean"] + 0.05**2, rel=0.2)
    assert scores["mean_trace_mse"] < scores["physics_alone_mse"]
    assert scores["apd90_error_ms"] is not None
    assert forecast(fit, traces).scores["mse_clean"] is None


@pytest.mark.slow
def test_a_trace_that_does_not_repolarise_has_no_apd_error(fit):
    assert forecast(fit, beats(samples=400)).scores["apd90_error_ms"] is None


def test_physics_only_has_no_residual(traces):
    settings = Published(epochs=2, dt_ms=DT, physics_only=True, learned=("tau_close",))
    fit = learn(traces, settings=settings)
    assert fit.leaves == ()
    assert fit.header["model"] == {"physics": "mitchell_schaeffer", "residual": None}
    assert fit.header["residual_norm"] == 0.0
    assert fit.parameters["tau_in"] == pytest.approx(0.3)
    foretold = forecast(fit, traces)
    np.testing.assert_array_equal(foretold.prediction, foretold.physics_alone)


@pytest.mark.slow
def test_learning_that_runs_away_goes_on_more_slowly_and_says_so(traces, monkeypatch):
    real, calls = descent.evaluate, []

    def once_no_number(*arguments):
        calls.append(1)
        found = real(*arguments)
        return found._replace(trajectory=found.trajectory * np.nan) if len(calls) == 2 else found

    monkeypatch.setattr(descent, "evaluate", once_no_number)
    fit = learn(traces, settings=Published(epochs=3, dt_ms=DT, physics_only=True))
    assert fit.header["history"]["backed_off"] == [2]
    assert len(fit.header["history"]["loss"]) == 3
    assert np.isfinite(fit.header["history"]["loss"]).all()


@pytest.mark.slow
def test_learning_that_never_is_a_number_ends_in_a_sentence(traces, monkeypatch):
    nothing = Terms(jnp.array(jnp.nan), jnp.array(0.0))
    monkeypatch.setattr(descent, "evaluate", lambda *_: nothing)
    with pytest.raises(ConvergenceError, match=r"epoch 1, .*one beat each"):
        learn(traces, settings=Published(epochs=1, dt_ms=DT, physics_only=True))


def test_a_published_learning_that_was_killed_ends_at_the_same_bits(traces, tmp_path):
    settings, path = Published(epochs=3, dt_ms=DT), tmp_path / "m.partial"
    whole = learn(traces, settings=settings)

    def kill(done, _total):
        if done == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        learn(traces, settings=settings, checkpoint=path, progress=kill)
    again = learn(traces, settings=settings, checkpoint=path)
    assert not path.exists()
    assert again.header == whole.header
    for one, other in zip(again.leaves, whole.leaves, strict=True):
        np.testing.assert_array_equal(one, other)


def test_sums_are_means_times_the_samples_and_lambda_grows_by_them(traces, fit):
    settings = Published(epochs=3, dt_ms=DT, losses="sum")
    summed = learn(traces, settings=settings)
    history, steps = summed.header["history"], round(summed.header["horizon_ms"] / DT)
    samples = np.minimum(traces.lengths, steps).sum()
    assert min(history["trajectory"]) == pytest.approx(
        samples * summed.header["train_mse"], rel=1e-4
    )
    grown = np.diff(history["weight"])
    np.testing.assert_allclose(grown, 10 * np.array(history["trajectory"][:-1]), rtol=1e-6)
    assert history["weight"][-1] > 100 * fit.header["history"]["weight"][-1]


@pytest.mark.slow
def test_a_step_down_the_sums_is_the_same_from_two_blocks_as_from_all_at_once(traces, monkeypatch):
    settings = Published(dt_ms=DT, losses="sum", physics_only=True)
    observed, stimulus = examples(traces, 256), currents(256, DT)
    start = initial_variables(settings)

    def loss(variables):
        added = terms(variables.model(), observed, stimulus, DT)
        return added.times(counted("sum", observed)).total(3.0)

    whole = eqx.filter_grad(loss)(start).parameters
    plain = optax.sgd(1.0)
    rows = np.arange(len(traces))
    monkeypatch.setattr(loss_module, "blocks", lambda *_, **__: [rows[:1], rows[1:]])
    down = descent.Descent(plain, stimulus, DT)
    moved, _ = down.step(
        start,
        plain.init(start.parameters),
        observed,
        weight=jnp.array(3.0),
        pace=jnp.array(1.0),
        count=counted("sum", observed),
    )
    for name, slope in whole.items():
        moved_by = start.parameters[name] - moved.parameters[name]
        assert float(moved_by) == pytest.approx(float(slope), rel=1e-3)


@pytest.mark.slow
def test_without_closing_only_the_residual_ends_the_plateau(traces, tmp_path):
    settings = Published(epochs=1, dt_ms=DT, closing=False, learned=("tau_in", "tau_out"))
    write_fit(learn(traces, settings=settings), tmp_path / "m.model")
    fit = read_fit(tmp_path / "m.model")
    assert fit.header["model"]["physics"] == "unclosed_mitchell_schaeffer"
    assert set(fit.parameters) == {"tau_in", "tau_out", "tau_open", "v_gate"}
    foretold = forecast(fit, traces)
    last = foretold.physics_alone[0, -1]
    plateau = 0.5 + np.sqrt(0.25 - fit.parameters["tau_in"] / fit.parameters["tau_out"])
    assert last == pytest.approx(plateau, abs=1e-4)  # where both currents are equal, h = 1
    assert np.isfinite(foretold.scores["mse"])


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"closing": False}, "its term is left out"),
        ({"losses": "median"}, "mean or sum"),
        ({"learned": ("v_gate",)}, "hard switch"),
        ({"learned": ("a",)}, "cannot be learned"),
    ],
)
def test_readings_that_there_are_not_are_refused(asked, said):
    with pytest.raises(InputError, match=said):
        Published(**asked)


@pytest.mark.parametrize(
    "other", [{"losses": "sum"}, {"closing": False, "learned": ("tau_in", "tau_out")}]
)
def test_a_checkpoint_tells_the_readings_apart(traces, other):
    one, two = (Checkpoint.of(None, traces, Published(dt_ms=DT, **how)) for how in ({}, other))
    assert one.fingerprint != two.fingerprint


def test_traces_that_cannot_be_used_are_refused(fit, traces):
    with pytest.raises(InputError, match="not prepared"):
        learn(replace(traces, prepared=False))
    with pytest.raises(InputError, match="not prepared"):
        forecast(fit, replace(traces, prepared=False))
    with pytest.raises(InputError, match=r"every 0.2 ms but the model steps 0.1 ms"):
        learn(traces, settings=Published())
    with pytest.raises(InputError, match=r"every 0.2 ms, which is no whole number"):
        learn(traces, settings=Settings(dt_ms=0.15))
    alien: Fit = replace(fit, leaves=fit.leaves[:-1])
    with pytest.raises(InputError, match="do not suit"):
        forecast(alien, traces)


@pytest.mark.parametrize("change", [{"physics": "fitzhugh_nagumo"}, {"residual": None}])
def test_a_fit_of_another_model_is_refused(fit, traces, change):
    header = {**fit.header, "model": {**fit.header["model"], **change}}
    with pytest.raises(InputError, match=r"another model|are not those of"):
        forecast(replace(fit, header=header), traces)


@pytest.mark.slow
@pytest.mark.parametrize(("physics_only", "within"), [(True, 0.05), (False, 0.15)])
def test_time_constants_are_recovered_where_physics_is_the_truth(traces, physics_only, within):
    fit = learn(traces, settings=Published(dt_ms=DT, physics_only=physics_only))
    assert fit.header["train_mse"] < 2e-5
    assert fit.header["residual_norm"] < 2e-5
    for name, value in TRUTH.items():
        assert fit.parameters[name] == pytest.approx(value, rel=within)
