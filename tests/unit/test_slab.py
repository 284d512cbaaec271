"""The slab sample: layout, onset, noise, and what it refuses."""

import numpy as np
import pytest

from heartwright.data import InputError
from heartwright.samples.cells import cells
from heartwright.samples.slab import paced_potential, prepared, slab, stimulated

SMALL = {"size": 6, "duration_ms": 10.0}


@pytest.fixture(scope="module")
def sample():
    return slab(**SMALL, noise=0.05, seed=3)


def test_there_is_one_trace_a_pixel_row_by_row(sample):
    assert len(sample) == 36
    assert sample.names[:2] == ("r00c00", "r00c01")
    assert sample.names[-1] == "r05c05"
    assert (sample.prepared, sample.unit, sample.step_ms) == (True, "1", 0.1)


def test_one_scale_for_the_whole_slab(sample):
    assert np.nanmax(sample.clean) == 1
    assert np.nanmin(sample.clean) > -0.01


def test_a_trace_starts_one_sample_before_its_clean_value_exceeds_the_onset(sample):
    assert (sample.clean[:, 0] <= 0.02).all()
    assert (sample.clean[:, 1] > 0.02).all()


def test_traces_end_together_so_lengths_follow_activation(sample):
    lengths = sample.lengths.reshape(6, 6)
    assert lengths[0, 0] == 101
    assert lengths[-1, -1] < lengths[0, 0]
    assert (lengths == lengths.T).all()
    np.testing.assert_array_equal(np.isfinite(sample.clean), sample.there)
    np.testing.assert_array_equal(np.isfinite(sample.values), sample.there)


def test_noise_is_gaussian_with_the_stated_deviation(sample):
    noise = (sample.values - sample.clean)[sample.there]
    assert noise.std() == pytest.approx(0.05, rel=0.05)
    assert abs(noise.mean()) < 0.005


def test_the_seed_decides_the_noise_and_nothing_else(sample):
    again, other = slab(**SMALL, seed=3), slab(**SMALL, seed=4)
    np.testing.assert_array_equal(sample.values, again.values)
    np.testing.assert_array_equal(sample.clean, other.clean)
    assert not np.array_equal(sample.values, other.values, equal_nan=True)


def test_the_record_says_how_it_was_made(sample):
    assert sample.provenance.parameters == {"stimulus": "corner", "noise": 0.05, **SMALL}
    assert sample.provenance.seed == 3
    for fact in ("0.154 mm²/ms", "52.0 pA/pF", "0.25 mm", "rows 0–3 and columns 0–3", "0.02"):
        assert fact in sample.notes


def test_the_paper_s_centre_is_rows_and_columns_10_to_13():
    rows, columns = np.nonzero(stimulated("centre", 24))
    assert (rows.min(), rows.max(), columns.min(), columns.max()) == (10, 13, 10, 13)


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"size": 3}, "too small"),
        ({"noise": -0.1}, "noise"),
        ({"noise": np.nan}, "noise"),
        ({"seed": -1}, "seed must not be negative"),
        ({"size": 100_000}, "smaller or shorter"),
        ({"duration_ms": 1e12}, "smaller or shorter"),
        ({"duration_ms": np.inf}, "smaller or shorter"),
        ({"size": 6, "duration_ms": 0.0}, "whole number"),
        ({"size": 6, "duration_ms": 3.14159}, "whole number"),
    ],
)
def test_unusable_options_are_refused(options, sentence):
    with pytest.raises(InputError, match=sentence):
        slab(**options)


@pytest.mark.slow
def test_a_pixel_that_does_not_fire_is_an_error_that_names_the_cure(monkeypatch):
    monkeypatch.setattr("heartwright.samples.slab.AMPLITUDE", 1.0)
    with pytest.raises(InputError, match=r"36 of 36 pixels do not fire within 10 ms; .*longer"):
        slab(**SMALL)


def test_traces_of_a_known_potential_are_the_slabs(sample):
    potential = paced_potential(stimulated("corner", 6), duration_ms=10.0)
    again = prepared(potential, stimulus="corner", noise=0.05, seed=3)
    np.testing.assert_array_equal(again.values, sample.values)
    assert again.provenance.parameters == sample.provenance.parameters
    coarse = paced_potential(stimulated("corner", 6), duration_ms=10.0, dt_ms=0.05)
    assert 0.1 < np.abs(coarse[-1] - potential[-1]).max() < 1.0  # mV, at the plateau


def test_uncoupled_cells_have_the_time_constant_that_was_asked_for():
    one = cells(count=3, tau_close=140.0, spread=0.0, noise=0.0)
    np.testing.assert_array_equal(one.values, np.tile(one.clean[0], (3, 1)))
    assert one.values[0, 0] == 0
    h_min, tau_out = 4 * 0.3 / 6, 6.0  # Mitchell & Schaeffer 2003: how long the plateau lasts
    lasting = 140 * np.log(1 / h_min) + 2.33811 * np.cbrt(tau_out**2 * 140)
    above = (one.clean[0] > 0.13).sum() * one.step_ms
    assert above == pytest.approx(lasting, rel=0.02)


def test_cells_spread_and_noise_are_those_asked_for():
    several = cells(count=20, tau_close=100.0, spread=0.05, noise=0.05, seed=1)
    assert (several.values - several.clean).std() == pytest.approx(0.05, rel=0.02)
    lasting = (several.clean > 0.13).sum(axis=1)
    assert 0.02 < np.log(lasting).std() < 0.08
    with pytest.raises(InputError, match="give positive numbers"):
        cells(count=0, tau_close=100.0)
