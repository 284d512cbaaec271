"""Fields against the tissue they come from: derivative, forecast, and what is recovered."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from heartwright.data.movie import Movie
from heartwright.electro.cells import MitchellSchaeffer
from heartwright.electro.hybrid.bounds import unbounded
from heartwright.electro.hybrid.field import FieldSettings, forecast_field, learn_field
from heartwright.electro.hybrid.field.frames import around, given_frames, observed
from heartwright.electro.hybrid.field.system import FieldSystem, Lane, Shared, diffusivities
from heartwright.electro.hybrid.newton.equations import normal_equations, squares
from heartwright.electro.hybrid.residual import Architecture, initial_residual
from heartwright.electro.tissue import Stimulus, Tissue, simulate

TRUTH = {"tau_in": 0.25, "tau_out": 5.0, "tau_close": 100.0}
D, SPACING, SIZE, DT = 0.12, 0.25, 10, 0.05


def tissue_movie(corner, *, duration_ms=250.0):
    """A Mitchell–Schaeffer sheet, paced on 4 × 4 pixels; every 0.1 ms."""
    region = np.zeros((SIZE, SIZE), bool)
    region[corner[0] : corner[0] + 4, corner[1] : corner[1] + 4] = True
    ran = simulate(
        MitchellSchaeffer(**TRUTH),
        Tissue(np.ones_like(region), SPACING, D),
        [Stimulus(region, 0.5, start_ms=0.0, duration_ms=1.0)],
        duration_ms=duration_ms,
        dt_ms=0.01,
        activation_level=0.5,
        sample_ms=0.1,
    )
    return Movie(ran.potential.reshape(-1, SIZE, SIZE), 0.1, SPACING)


@pytest.fixture(scope="module")
def movies():
    return tissue_movie((0, 0)), tissue_movie((6, 2))


@pytest.fixture(scope="module")
def physical(movies):
    return learn_field(movies[:1], settings=FieldSettings(residual="none"))


@pytest.mark.slow
def test_the_derivative_of_the_coupled_path_is_that_of_reverse_mode(movies, float64):
    """Forward sensitivities through diffusion, start and network, against `jax.grad`."""
    network = initial_residual(
        Architecture(kind="mlp", inputs="resolved", acting=2, width=3, depth=1),
        seed=0,
        head_gain=0.01,
    )
    first = Shared(
        unbounded(diffusivities(SPACING, DT), 0.15), {"tau_in": jnp.array(0.01)}, network
    )
    first = jax.tree.map(lambda leaf: jnp.asarray(leaf, float), first)
    cell = MitchellSchaeffer(rest=jnp.array([0.0, 1.0]))
    system = FieldSystem(cell, first, SPACING, 1.0, 0.1, DT)
    given, own = given_frames(movies[0], 3, 1.0), jnp.zeros((SIZE**2, 0))
    lanes = Lane(jnp.asarray(given, float), jnp.zeros((SIZE**2, 1)))
    seen = observed(
        movies[0], np.arange(SIZE**2), first=20, frame=2, dt=DT, horizon_ms=2.0, weight=1.0
    )
    seen = jax.tree.map(lambda x: x.astype(float), seen)
    run = {"frame": 2, "dt": DT, "spread": around(movies[0])}
    arrow = normal_equations(
        system, system.flat(first), own, lanes, seen, penalty=jnp.zeros(2), **run
    )
    slope = jax.grad(lambda flat: squares(system, flat, own, lanes, seen, **run).misfit.sum() / 2)(
        system.flat(first)
    )
    np.testing.assert_allclose(arrow.a, -slope, rtol=1e-9, atol=1e-12 * np.abs(slope).max())


@pytest.mark.slow
def test_the_physics_and_its_diffusivity_are_recovered_from_a_movie(physical):
    """Euler at 0.05 ms explains a movie made at 0.01 ms: D is 3.7 % high, the others 0.3 % off."""
    for name, value in TRUTH.items():
        assert physical.parameters[name] == pytest.approx(value, rel=0.02)
    assert physical.header["field"]["diffusivity_mm2_ms"] == pytest.approx(D, rel=0.05)


@pytest.mark.slow
def test_the_forecast_of_an_unseen_site_is_what_the_tissue_does(movies, physical):
    forecast = forecast_field(physical, movies[1])
    assert forecast.prediction.shape == (247, SIZE, SIZE)
    assert forecast.scores["missed"] == 0
    assert forecast.scores["activation_error_ms"] < 0.05
    assert forecast.scores["relative_l2"] < 0.01


@pytest.mark.slow
def test_the_residual_goes_to_zero_where_the_physics_is_true(movies, physical):
    """F_dl is what the physics lacks, so where the physics is true it is (almost) nothing."""
    settings = FieldSettings(width=4, depth=1)
    fit = learn_field(movies[:1], settings=settings)
    for name, value in TRUTH.items():
        assert fit.parameters[name] == pytest.approx(value, rel=0.02)
    assert fit.header["history"]["residual"][-1] < 1e-6  # mean F², 1/ms²; physics: about 1e-2


@pytest.mark.slow
def test_learning_from_movies_that_was_killed_ends_at_the_same_bits(movies, tmp_path):
    settings, path = FieldSettings(width=2, depth=1, rounds=3), tmp_path / "m.partial"
    whole = learn_field(movies[:1], settings=settings)
    for last in (2, 5):  # in the rounds of the physics, and in those of the residual
        calls = []

        def kill(*step, calls=calls, last=last):
            calls.append(step)
            if len(calls) == last:
                raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            learn_field(movies[:1], settings=settings, checkpoint=path, progress=kill)
        again = learn_field(movies[:1], settings=settings, checkpoint=path)
        assert not list(tmp_path.iterdir())
        assert again.header == whole.header
        for one, other in zip(again.leaves, whole.leaves, strict=True):
            np.testing.assert_array_equal(one, other)
