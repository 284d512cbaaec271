"""What a camera does not show: gaps, frames of 3.7 ms, and an unknown offset and gain."""

from dataclasses import replace

import jax.numpy as jnp
import numpy as np
import pytest

from heartwright.data import InputError, TraceSet
from heartwright.electro.cells import MitchellSchaeffer
from heartwright.electro.hybrid import Published, Settings, forecast, learn
from heartwright.electro.hybrid.fitted import mean_trace
from heartwright.electro.hybrid.identify import identify
from heartwright.electro.hybrid.newton.equations import normal_equations, squares
from heartwright.electro.hybrid.posing import posed
from heartwright.samples.pacing import paced

DT, FRAME = 0.1, 37  # ms; solver steps of a camera's frame
TRUE = {"tau_in": 0.25, "tau_out": 5.0, "tau_close": 90.0}
ALONE = Settings(excitation=(), per_trace=(), residual="none")
CAMERA = ("offset", "gain")


def beats(closing=(90.0,), *, noise=0.02, seed=0, frames=60):
    """Mitchell–Schaeffer traces at the solver's step, a whole number of frames long."""
    samples = frames * FRAME
    clean = np.concatenate(
        [
            paced(
                MitchellSchaeffer(**{**TRUE, "tau_close": tau}),
                [[0.0]],
                duration_ms=samples * DT,
                amplitude=1.0,
                pulse_ms=1.0,
                dt_ms=DT,
                sample_ms=DT,
            )[:, :samples]
            for tau in closing
        ]
    ).astype(float)
    return observed(clean, DT, noise=noise, seed=seed)


def observed(clean, step_ms, *, noise=0.02, seed=0):
    values = clean + np.random.default_rng(seed).normal(0, noise, clean.shape)
    names = tuple(f"trace {n}" for n in range(len(clean)))
    lengths = np.full(len(clean), clean.shape[1])
    return TraceSet(values, step_ms, lengths, names, prepared=True, clean=clean)


def filmed(traces, *, seed=0):
    """The same through a camera: means over its frames, 30 % of them and one stretch missing."""
    clean = traces.clean.reshape(len(traces), -1, FRAME).mean(axis=2)
    film = observed(clean, FRAME * DT, seed=seed)
    lost = np.random.default_rng(seed).random(clean.shape) < 0.3
    lost[1, 15:25] = True
    return replace(film, values=np.where(lost, np.nan, film.values))


def stained(traces, *, seed=0):
    """The same with an offset and a gain of each trace's own."""
    random, shape = np.random.default_rng(seed), (len(traces), 1)
    offset, gain = random.uniform(-0.1, 0.1, shape), random.uniform(0.8, 1.2, shape)
    return replace(traces, values=offset + gain * traces.values, clean=offset + gain * traces.clean)


@pytest.mark.slow
def test_a_camera_with_gaps_teaches_almost_what_every_sample_does():
    closing = (80.0, 87.0, 93.0, 100.0)
    settings = replace(ALONE, per_trace=("tau_close",), rounds=12)
    whole = learn(beats(closing), settings=settings)
    film = learn(filmed(beats(closing)), settings=settings)
    assert np.isfinite(film.mean_trace).all()
    film = replace(film, mean_trace=whole.mean_trace, header={**film.header, "sample_ms": DT})
    unseen = beats((84.0, 96.0), seed=5)
    errors = [forecast(fit, unseen, given_ms=150.0).scores["mse_clean"] for fit in (whole, film)]
    assert errors[1] < errors[0] + 2e-4
    assert errors[1] < 0.1 * forecast(whole, unseen).scores["mean_trace_mse_clean"]


@pytest.mark.slow
def test_intervals_from_a_camera_with_gaps_cover_the_truth():
    """20 runs of 3 correlated intervals: 95 % of 60, give or take."""
    runs = [identify(filmed(beats((90.0,) * 4), seed=seed), settings=ALONE) for seed in range(20)]
    hits = np.mean([[run.of(name).covers(x) for name, x in TRUE.items()] for run in runs])
    assert hits >= 0.85
    for name, truth in TRUE.items():
        assert np.median([run.of(name).value for run in runs]) == pytest.approx(truth, rel=0.03)


@pytest.mark.slow
def test_time_constants_are_found_where_offset_and_gain_are_not_known():
    traces = stained(beats((90.0,) * 6, frames=50))
    found = identify(traces, settings=replace(ALONE, camera=CAMERA))
    biased = identify(traces, settings=ALONE)
    for name, truth in TRUE.items():
        assert found.of(name).value == pytest.approx(truth, rel=0.03)
    assert found.noise == pytest.approx(0.02, rel=0.15)
    assert abs(biased.of("tau_in").value / TRUE["tau_in"] - 1) > 0.15
    assert abs(biased.of("tau_close").value / TRUE["tau_close"] - 1) > 0.1


@pytest.mark.slow
def test_a_gain_that_all_traces_share_is_told_from_how_long_they_last():
    """With slow frames and unknown onsets the mean gain must move together with the cells."""
    closing = (85.0, 87.0, 88.0, 89.0, 91.0, 92.0, 93.0, 95.0)
    clean = 1.1 * beats(closing).clean.reshape(8, -1, FRAME).mean(axis=2)
    ours = replace(ALONE, camera=CAMERA, excitation=("onset",), common=())
    ours = replace(ours, per_trace=("tau_close",))
    found = identify(observed(clean, FRAME * DT), settings=ours)
    for name, truth in TRUE.items():
        assert found.of(name).value == pytest.approx(truth, rel=0.05)


@pytest.mark.slow
def test_a_forecast_is_on_the_scale_of_what_is_observed():
    settings = replace(ALONE, camera=CAMERA, rounds=12)
    fit = learn(stained(beats((90.0,) * 6, frames=50)), settings=settings)
    unseen = stained(beats((90.0,) * 2, seed=7, frames=50), seed=7)
    one, more = (forecast(fit, unseen, given_ms=ms) for ms in (0.0, 20.0))
    np.testing.assert_allclose(
        one.prediction[:, :1] + one.physics + one.residual, one.prediction, atol=1e-12
    )
    assert more.scores["mse_clean"] < 1e-4 < 0.1 * one.scores["mse_clean"]
    assert np.nanmax(more.deviation) < np.nanmax(one.deviation)


@pytest.mark.slow
def test_a_camera_that_changes_nothing_changes_nothing(float64):
    traces = beats((80.0, 100.0), frames=10)
    small = Settings(residual="none", horizon_ms=20.0)
    plain, without = posed(traces, None, small)
    shown, with_camera = posed(traces, None, replace(small, camera=CAMERA))

    def run(problem, point):
        at = jnp.asarray(point.shared), jnp.asarray(point.own), problem.lanes, problem.observed
        clock = {"frame": problem.frame, "dt": DT}
        return (
            squares(problem.system, *at, **clock),
            normal_equations(problem.system, *at, penalty=jnp.ones(1), **clock),
        )

    (path, arrow), (path_shown, arrow_shown) = run(plain, without), run(shown, with_camera)
    np.testing.assert_allclose(path_shown.path, path.path, rtol=1e-12)
    np.testing.assert_allclose(path_shown.misfit, path.misfit, rtol=1e-12)
    np.testing.assert_allclose(arrow_shown.A, arrow.A, rtol=1e-9, atol=1e-12)
    kept = without.own.shape[1]
    np.testing.assert_allclose(arrow_shown.C[:, :kept, :kept], arrow.C, rtol=1e-9, atol=1e-12)
    offset = kept  # the derivative by an offset is 1 in every measured frame
    weights = np.asarray(plain.observed.weights).sum(0)
    np.testing.assert_allclose(arrow_shown.C[:, offset, offset], weights, rtol=1e-6)


def test_gaps_weigh_nothing_but_the_residual_counts_there():
    traces = beats((80.0, 100.0), frames=10)
    broken = traces.values.copy()
    broken[0, 50:100], broken[1, 203] = np.nan, np.nan
    gapped = replace(traces, values=broken)
    whole, holed = (posed(t, None, ALONE)[0].observed for t in (traces, gapped))
    np.testing.assert_array_equal(holed.inside, whole.inside)
    np.testing.assert_array_equal(holed.weights[10:20, 0], 0)
    assert float(holed.weights[40, 1]) == pytest.approx(0.8)
    assert float(whole.weights.sum() - holed.weights.sum()) == pytest.approx(10.2)
    frame = np.delete(traces.values[1, 200:205], 3).mean()
    assert float(holed.values[40, 1]) == pytest.approx(frame, rel=1e-5)


def test_the_mean_trace_goes_straight_where_no_trace_was_measured():
    traces = beats((80.0, 100.0), frames=10)
    values = traces.values.copy()
    values[:, 50:60], values[0, 100] = np.nan, np.nan
    mean = mean_trace(replace(traces, values=values))
    np.testing.assert_allclose(np.diff(mean[49:61]), (mean[60] - mean[49]) / 11, rtol=1e-9)
    assert mean[100] == traces.values[1, 100]


def test_a_horizon_in_which_nothing_was_measured_is_refused():
    traces = beats((80.0, 100.0), frames=10)
    late = replace(traces, values=np.where(traces.times < 25, np.nan, traces.values))
    with pytest.raises(InputError, match="no trace was measured within the 20 ms"):
        learn(late, settings=replace(ALONE, horizon_ms=20.0))


def test_the_published_preset_refuses_gaps():
    film = filmed(beats((90.0,) * 2))
    with pytest.raises(InputError, match="gaps, which only the default preset"):
        learn(film, settings=Published(dt_ms=film.step_ms))


def test_what_no_camera_has_is_refused():
    with pytest.raises(InputError, match="choose from offset, gain"):
        Settings(camera=("zoom",))
