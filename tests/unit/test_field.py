"""Movies, and learning from them: shapes, frames, refusals."""

from dataclasses import replace

import numpy as np
import pytest

from heartwright.data import Fit, InputError
from heartwright.data.movie import Movie
from heartwright.electro.hybrid.field import FieldSettings, forecast_field, learn_field
from heartwright.electro.hybrid.field.frames import given_frames, measured_inflow, observed
from heartwright.samples.movies import movie, square


def ramp(frames=50, step_ms=1.0):
    """A movie that is linear in time and in the column."""
    t, _, x = np.ogrid[:frames, :4, :5]
    return Movie(t * 0.01 + x * 0.1 + np.zeros((1, 4, 1)), step_ms, 0.25)


def test_a_movie_has_a_clock_and_is_its_own_truth():
    made = ramp(step_ms=0.5)
    assert made.times[-1] == 24.5
    assert made.truth is made.values


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"step_ms": 0.0}, "step"),
        ({"spacing_mm": np.nan}, "spacing"),
        ({"values": np.zeros((1, 2, 2))}, "two frames"),
        ({"values": np.full((3, 2, 2), np.nan)}, "not numbers"),
    ],
)
def test_a_movie_refuses_what_it_cannot_be(change, words):
    with pytest.raises(InputError, match=words):
        replace(ramp(), **change)


def test_the_paced_square_lies_on_the_slab():
    assert np.argwhere(square((2, 1), 8)).min(0).tolist() == [2, 1]
    assert square((2, 1), 8).sum() == 16
    with pytest.raises(InputError, match="does not lie on"):
        square((5, 0), 8)


@pytest.mark.slow
def test_a_movie_of_the_slab_says_how_it_was_made():
    made = movie((0, 2), size=6, duration_ms=10.0, noise=0.02, seed=1)
    assert made.values.shape == (11, 6, 6)
    assert (made.truth[0] == 0).all()
    assert made.truth.max() < 1
    assert (made.values - made.truth).std() == pytest.approx(0.02, rel=0.1)
    assert "row 0, column 2" in made.pacing
    assert made.pacing in made.notes
    again = movie((0, 2), size=6, duration_ms=10.0)
    np.testing.assert_array_equal(again.values, made.truth)


def test_given_frames_are_the_first_ones_that_far_apart():
    given = given_frames(ramp(step_ms=0.5), 3, 1.0)
    assert given.shape == (20, 3)
    np.testing.assert_allclose(given[0], [0.0, 0.02, 0.04])


def test_inflow_is_what_neighbours_exceed_a_pixel_by():
    inflow = measured_inflow(ramp(), 10).reshape(4, 5, 40)
    np.testing.assert_allclose(inflow[:, 1:-1], 0, atol=1e-6)
    np.testing.assert_allclose(inflow[:, 0], 0.1, rtol=1e-5)  # sealed border
    np.testing.assert_allclose(inflow[:, -1], -0.1, rtol=1e-5)


def test_frames_are_means_of_the_movie_between_its_own_frames():
    seen = observed(ramp(), np.array([0, 7]), first=4, frame=5, dt=0.1, horizon_ms=12.0, weight=3.0)
    assert seen.values.shape == (20, 2)  # 12 ms are two whole blocks of ten frames of 0.5 ms
    np.testing.assert_allclose(seen.values[3], [0.057, 0.257], rtol=1e-5)
    np.testing.assert_allclose(seen.weights, 1.5)


def test_frames_that_the_movie_has_not_are_refused():
    with pytest.raises(InputError, match="a frame every 1 ms"):
        given_frames(ramp(), 3, 0.7)
    with pytest.raises(InputError, match="nothing is left"):
        given_frames(ramp(5), 5, 1.0)


def test_a_residual_learned_on_traces_never_runs_in_tissue():
    fit = Fit({}, (), (), np.zeros(3), 0.1, header={"model": {}})
    with pytest.raises(InputError, match="learned without diffusion"):
        forecast_field(fit, ramp())


def test_a_movie_on_another_grid_is_refused():
    fit = Fit({}, (), (), np.zeros(3), 0.1, header={"field": {"spacing_mm": 0.5}})
    with pytest.raises(InputError, match="resample"):
        forecast_field(fit, ramp())


@pytest.mark.parametrize(
    ("choice", "words"),
    [
        ({"given": 1}, "at least 2 given frames"),
        ({"diffusivity": -1.0}, "diffusivity"),
        ({"dt_ms": 0.0}, "dt_ms"),
        ({"seed": -1}, "seed"),
        ({"learned": ("v_gate",)}, "hard switch"),
        ({"residual": "magic"}, "magic"),
    ],
)
def test_settings_refuse_what_cannot_be_used(choice, words):
    with pytest.raises(InputError, match=words):
        FieldSettings(**choice)


def test_movies_must_suit_each_other():
    with pytest.raises(InputError, match="at least one"):
        learn_field([])
    with pytest.raises(InputError, match="step_ms"):
        learn_field([ramp(), ramp(step_ms=0.5)])
    with pytest.raises(InputError, match="length"):
        learn_field([ramp(50), ramp(60)])
    with pytest.raises(InputError, match="ends less than"):
        learn_field([ramp(10)])
    with pytest.raises(InputError, match="allow a diffusivity"):
        learn_field([ramp()], settings=FieldSettings(dt_ms=0.2))
    with pytest.raises(InputError, match="no pixel has fired"):
        learn_field([ramp()])
