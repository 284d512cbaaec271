"""Gauss–Newton for trajectories against finite differences, dense algebra and known truths."""

import dataclasses

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from heartwright.data import InputError, TraceSet
from heartwright.electro.cells import MitchellSchaeffer
from heartwright.electro.hybrid import Settings, forecast, learn
from heartwright.electro.hybrid.fitted import system_of
from heartwright.electro.hybrid.newton.arrow import Arrow
from heartwright.electro.hybrid.newton.equations import normal_equations, squares
from heartwright.electro.hybrid.newton.prior import Normal
from heartwright.electro.hybrid.posing import posed
from heartwright.electro.hybrid.pulse import pulses
from heartwright.samples.pacing import paced

DT = 0.1
SMALL = Settings(width=3, depth=1, rounds=4, horizon_ms=20.0, most_traces=4)


def beats(closing=(150.0,), *, noise=0.02, seed=0, samples=4000):
    """Mitchell–Schaeffer traces whose τ_close differ."""
    clean = np.concatenate(
        [
            paced(
                MitchellSchaeffer(tau_close=tau),
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
    values = clean + np.random.default_rng(seed).normal(0, noise, clean.shape)
    lengths = np.full(len(clean), samples)
    names = tuple(f"τ_close {tau}" for tau in closing)
    return TraceSet(values, DT, lengths, names, prepared=True, clean=clean)


@pytest.mark.slow
@pytest.mark.parametrize(("acting", "camera"), [(1, ()), (2, ("offset", "gain"))])
def test_the_gradient_is_that_of_the_discrete_path(float64, acting, camera):
    small = dataclasses.replace(SMALL, acting=acting, camera=camera)
    problem, point = posed(beats((140.0, 160.0), samples=300), None, small)
    random = np.random.default_rng(0)
    shared = point.shared + 0.05 * random.standard_normal(point.shared.shape)
    own = point.own + 0.05 * random.standard_normal(point.own.shape)
    penalty = jnp.full(acting, 0.3)

    def cost(shared, own):
        ran = squares(
            problem.system,
            jnp.asarray(shared),
            jnp.asarray(own),
            problem.lanes,
            problem.observed,
            frame=problem.frame,
            dt=DT,
        )
        frames = np.asarray(ran.residual_path) * np.asarray(problem.observed.inside)[..., None]
        return 0.5 * float(ran.misfit.sum() + (penalty * (frames**2).sum((0, 1))).sum())

    arrow = normal_equations(
        problem.system,
        jnp.asarray(shared),
        jnp.asarray(own),
        problem.lanes,
        problem.observed,
        penalty=penalty,
        frame=problem.frame,
        dt=DT,
    )
    step = 1e-6
    for n in random.choice(len(shared), 6, replace=False):
        aside = step * np.eye(len(shared))[n]
        slope = (cost(shared + aside, own) - cost(shared - aside, own)) / (2 * step)
        assert -float(arrow.a[n]) == pytest.approx(slope, rel=2e-4, abs=1e-7)
    for n in range(own.shape[1]):
        aside = step * np.eye(own.shape[1])[n] * np.array([[1.0], [0.0]])
        slope = (cost(shared, own + aside) - cost(shared, own - aside)) / (2 * step)
        assert -float(arrow.c[0, n]) == pytest.approx(slope, rel=2e-4, abs=1e-7)


@pytest.mark.slow
@settings(max_examples=4)  # each compiles anew
@given(
    shared=st.integers(1, 5),
    own=st.integers(1, 3),
    lanes=st.integers(1, 4),
    seed=st.integers(0, 99),
)
def test_an_arrow_is_solved_as_the_dense_matrix_is(shared, own, lanes, seed):
    random = np.random.default_rng(seed)
    size = shared + lanes * own
    rows = random.standard_normal((3 * size, lanes, shared + own))
    left = random.standard_normal((3 * size, lanes))
    arrow = Arrow.zeros(shared, lanes, own).plus(
        jnp.asarray(rows), jnp.asarray(left), shared=shared
    )
    arrow = arrow.on_host()
    dense = np.zeros((size, size))
    dense[:shared, :shared] = arrow.A
    right = np.concatenate([arrow.a, np.ravel(arrow.c)])
    for lane in range(lanes):
        part = slice(shared + lane * own, shared + (lane + 1) * own)
        dense[:shared, part], dense[part, :shared] = arrow.B[lane], arrow.B[lane].T
        dense[part, part] = arrow.C[lane]
    expected = np.linalg.solve(dense, right)
    step = arrow.solved()
    np.testing.assert_allclose(step.shared, expected[:shared], rtol=1e-6, atol=1e-9)
    np.testing.assert_allclose(step.own.ravel(), expected[shared:], rtol=1e-6, atol=1e-9)


def test_with_a_free_mean_traces_that_agree_say_no_more_than_their_own_mean():
    """Of y = θ + z with z ~ N(μ, 1) and μ free nothing is known of θ; μ fixed, n traces know it."""
    lanes = 4
    ones = np.ones((1, lanes, 2))  # one row a lane, of weight 1, in θ and in z
    arrow = Arrow.zeros(1, lanes, 1).plus(jnp.asarray(ones), jnp.zeros((1, lanes)), shared=1)
    prior = np.array([[1.0]])
    arrow = arrow.on_host().with_prior(prior, np.zeros((lanes, 1)))
    assert arrow.schur() == pytest.approx(np.array([[lanes / 2]]))
    both = arrow.with_free_mean(prior, np.zeros((lanes, 1)), [0]).schur()
    np.testing.assert_allclose(both, lanes / 2 * np.ones((2, 2)), atol=1e-12)
    assert np.linalg.det(both) == pytest.approx(0.0, abs=1e-12)


def test_a_free_mean_steps_to_the_mean_of_what_was_measured():
    """Of y = z with z ~ N(μ, 1/p): the most probable μ is the mean of y, whatever p."""
    measured, precision = np.array([1.0, 2.0, 6.0]), np.array([[50.0]])
    start, mean = np.array([[0.5], [0.0], [0.0]]), np.array([0.25])
    rows, left = np.ones((1, 3, 1)), (measured - start[:, 0])[None]
    arrow = Arrow.zeros(0, 3, 1).plus(jnp.asarray(rows), jnp.asarray(left), shared=0).on_host()
    arrow = arrow.with_prior(precision, start - mean)
    step = arrow.with_free_mean(precision, start - mean, [0]).solved()
    np.testing.assert_allclose(mean + step.shared, measured.mean(), rtol=1e-6)
    np.testing.assert_allclose(start + step.own, (measured[:, None] + 50 * 3.0) / 51, rtol=1e-6)


@given(onset=st.floats(-1, 5), length=st.floats(0.05, 3))
def test_a_pulse_carries_its_charge_however_it_lies_in_the_steps(onset, length):
    shape = {"onsets": jnp.array([onset]), "amplitude": 2.0, "length": length}
    steps = jnp.arange(-20, 100) * 0.1
    total = float(jax.vmap(lambda time: pulses(time, 0.1, **shape))(steps).sum() * 0.1)
    assert total == pytest.approx(2.0 * length, rel=1e-3)


def test_elsewhere_the_tissue_stays_and_what_the_start_tells_of_it_shrinks():
    here = Normal(np.zeros(2), np.array([[0.04, 0.008], [0.008, 0.0025]]))
    random = np.random.default_rng(0)
    seen = np.stack([1.0 + 0.6 * random.standard_normal(500), np.zeros(500)], axis=1)
    there = here.elsewhere(seen, np.zeros((500, 2, 2)), 1)
    assert there.mean == pytest.approx([1.0, 0.0], abs=0.06)
    assert there.covariance[0, 0] == pytest.approx(0.36, rel=0.1)
    assert there.covariance[0, 1] == here.covariance[0, 1]
    assert (np.linalg.eigvalsh(there.covariance) > 0).all()


@pytest.mark.slow
def test_each_traces_own_duration_is_found():
    closing = (130.0, 140.0, 150.0, 160.0, 170.0)
    fit = learn(beats(closing), settings=Settings(residual="none", excitation=(), rounds=25))
    assert fit.parameters["tau_in"] == pytest.approx(0.3, rel=0.03)
    assert fit.parameters["tau_out"] == pytest.approx(6.0, rel=0.03)
    spread = np.sqrt(fit.header["prior"]["covariance"][0][0])
    assert spread == pytest.approx(np.log(closing).std(), rel=0.1)
    assert fit.header["noise"] == pytest.approx(0.02, rel=0.05)


@pytest.mark.slow
def test_a_learning_that_was_killed_ends_at_the_same_bits(tmp_path):
    traces = beats((140.0, 150.0, 160.0), samples=300)
    whole = learn(traces, settings=SMALL)
    path = tmp_path / "m.partial"

    def kill(done, _total):
        if done == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        learn(traces, settings=SMALL, checkpoint=path, progress=kill)
    with pytest.raises(InputError, match="other traces or settings"):
        learn(beats((140.0,), samples=300), settings=SMALL, checkpoint=path)
    again = learn(traces, settings=SMALL, checkpoint=path)
    assert not path.exists()
    assert again.header == whole.header
    assert again.parameters == whole.parameters
    for one, other in zip(again.leaves, whole.leaves, strict=True):
        np.testing.assert_array_equal(one, other)


@pytest.mark.slow
def test_given_samples_sharpen_a_forecast():
    closing = tuple(np.linspace(120, 180, 7))
    fit = learn(beats(closing), settings=Settings(residual="none", excitation=(), rounds=15))
    unseen = beats((125.0, 175.0), seed=5)
    one, more = (forecast(fit, unseen, given_ms=ms) for ms in (0.0, 250.0))
    assert more.scores["mse_clean"] < 0.1 * one.scores["mse_clean"]
    assert np.nanmax(more.deviation) < np.nanmax(one.deviation)


@pytest.mark.slow
def test_traces_on_another_scale_are_refused():
    traces = dataclasses.replace(beats(samples=300), scale="minmax")
    fit = learn(traces, settings=dataclasses.replace(SMALL, residual="none", rounds=1))
    with pytest.raises(InputError, match="scaled by plateau"):
        forecast(fit, dataclasses.replace(traces, scale="plateau"))
    older = {k: v for k, v in fit.header["settings"].items() if k != "camera"}  # before cameras
    system, _, _ = system_of(dataclasses.replace(fit, header={**fit.header, "settings": older}))
    assert system.own == ("onset", "amplitude", "tau_close")
