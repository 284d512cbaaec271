"""Paced cells: the loop, the two protocols' layout, and what they refuse."""

import numpy as np
import pytest

from heartwright.data import ConvergenceError, InputError
from heartwright.electro.cells import (
    AlievPanfilov,
    FitzHughNagumo,
    MitchellSchaeffer,
    TenTusscher2006,
)
from heartwright.electro.measures import restitution
from heartwright.electro.tissue import Stimulus, Tissue, simulate
from heartwright.samples.pacing import dynamic, paced, s1s2

CLOCK = {"dt_ms": 0.02, "sample_ms": 0.1}
MS = {"cell": MitchellSchaeffer(), "amplitude": 1.0}


@pytest.fixture(scope="module")
def sample():
    return s1s2(intervals_ms=(350, 500), s1_ms=600.0, s1_beats=4, noise=0.05, seed=3, **MS)


@pytest.fixture(scope="module")
def steady():
    return dynamic(cycle_lengths_ms=(350, 600), beats=6, **MS)


def test_one_pulse_is_what_the_tissue_makes_of_one_node(float64):
    cell, one = MitchellSchaeffer(), np.ones((1, 1), dtype=bool)
    simulation = simulate(
        cell,
        Tissue(one, spacing_mm=1.0, diffusivity=0.0),
        [Stimulus(one, 0.7, start_ms=5.0, duration_ms=1.0)],
        duration_ms=400.0,
        activation_level=0.5,
        **CLOCK,
    )
    v = paced(cell, [[5.0]], duration_ms=400.0, amplitude=0.7, pulse_ms=1.0, **CLOCK)
    np.testing.assert_allclose(v[0], simulation.potential[:, 0], atol=1e-12)


def test_trains_do_not_know_of_each_other():
    trains = [[0.0, 300.0], [], [10.0], [0.0, 350.0, 700.0]]
    options = {"duration_ms": 800.0, "amplitude": 1.0, "pulse_ms": 1.0, **CLOCK}
    together = paced(MitchellSchaeffer(), trains, **options)
    alone = [paced(MitchellSchaeffer(), [train], **options)[0] for train in trains]
    assert together.shape == (4, 8001)
    assert not together[1].any()
    np.testing.assert_array_equal(together, alone)


def test_a_trace_runs_from_the_last_s1_until_half_a_second_behind_s2(sample):
    traces = sample
    assert traces.names == ("S2 at 350 ms", "S2 at 500 ms")
    np.testing.assert_array_equal(traces.lengths, [8501, 10001])
    np.testing.assert_array_equal(sample.onsets_ms, [[0, 350], [0, 500]])
    np.testing.assert_array_equal(np.isfinite(traces.clean), traces.there)
    np.testing.assert_array_equal(np.isfinite(traces.values), traces.there)
    assert (traces.prepared, traces.unit, traces.step_ms) == (True, "1", 0.1)


def test_one_scale_for_the_whole_set(sample, steady):
    for traces in (sample, steady):
        assert np.nanmax(traces.clean) == 1
        assert traces.clean[:, 0].min() == 0
        assert np.nanmin(traces.clean) > -0.01


def test_sharing_the_s1_train_changes_nothing():
    """Against each whole train on its own."""
    ours = s1s2(intervals_ms=(350, 500), s1_ms=600.0, s1_beats=4, **MS)
    whole = paced(
        MitchellSchaeffer(),
        [[0.0, 600.0, 1200.0, 1800.0, 1800.0 + interval] for interval in (350.0, 500.0)],
        duration_ms=1800.0 + 1000.0,
        amplitude=1.0,
        pulse_ms=1.0,
        dt_ms=0.01,
        sample_ms=0.1,
    )[:, 18_000:]
    scaled = (whole - whole[0, 0]) / (whole.max() - whole[0, 0])
    there = ours.there
    np.testing.assert_allclose(ours.clean[there], scaled[there], atol=1e-5)


def test_a_later_s2_makes_a_longer_beat(sample):
    di, apd = restitution(sample.clean, 0.1, sample.onsets_ms, rest=0.0)
    assert di[1] - di[0] == pytest.approx(150, abs=0.01)
    assert apd[1] > apd[0] + 30


def test_dynamic_pacing_keeps_the_last_two_whole_cycles(steady):
    np.testing.assert_array_equal(steady.onsets_ms, [[0, 350], [0, 600]])
    np.testing.assert_array_equal(steady.lengths, [7001, 12001])
    assert steady.names == ("every 350 ms", "every 600 ms")


def test_steady_pacing_repeats_its_beat(steady):
    """At 600 ms, where Mitchell–Schaeffer does not alternate: DI + APD is the cycle length."""
    di, apd = restitution(steady.clean, 0.1, steady.onsets_ms, rest=0.0)
    assert di[1] + apd[1] == pytest.approx(600, abs=0.1)


def test_noise_is_gaussian_and_the_seed_decides_it(sample):
    traces = sample
    noise = (traces.values - traces.clean)[traces.there]
    assert noise.std() == pytest.approx(0.05, rel=0.05)
    assert traces.values.dtype == np.float32
    again, other = (
        s1s2(intervals_ms=(350, 500), s1_ms=600.0, s1_beats=4, noise=0.05, seed=seed, **MS)
        for seed in (3, 4)
    )
    np.testing.assert_array_equal(traces.values, again.values)
    np.testing.assert_array_equal(traces.clean, other.clean)
    assert not np.array_equal(traces.values, other.values, equal_nan=True)


def test_the_record_says_how_it_was_made(sample):
    record = sample.provenance
    assert record.seed == 3
    assert record.parameters["cell"] == "MitchellSchaeffer"
    assert record.parameters["cell_parameters"]["tau_close"] == 150
    assert record.parameters["onsets_ms"] == [[0, 350], [0, 500]]
    assert (record.parameters["s1_ms"], record.parameters["s1_beats"]) == (600, 4)
    for fact in ("MitchellSchaeffer", "4 S1 pulses every 600 ms", "0.01 ms", "deviation 0.05"):
        assert fact in sample.notes
    record.to_json()


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"intervals_ms": ()}, "needs intervals"),
        ({"intervals_ms": (350, -1)}, "needs intervals"),
        ({"intervals_ms": (np.nan,)}, "needs intervals"),
        ({"intervals_ms": (350.03,)}, "whole number"),
        ({"intervals_ms": (1e8,)}, "fewer or shorter"),
        ({"s1_beats": 0}, "too short"),
        ({"s1_ms": -600.0}, "whole number"),
        ({"noise": -0.1}, "noise"),
        ({"noise": np.inf}, "noise"),
        ({"seed": -1}, "seed"),
        ({"amplitude": np.nan}, "amplitude"),
        ({"intervals_ms": (250,), "s1_beats": 1}, "S2 at 250 ms.*does not answer"),
        ({"amplitude": 0.0}, "amplitude"),
        ({"amplitude": 0.04, "s1_beats": 1}, "does not fire"),
        ({"cell": FitzHughNagumo(), "amplitude": 0.12, "s1_beats": 1}, "does not fire"),
        ({"cell": AlievPanfilov(), "amplitude": 0.14, "s1_beats": 1}, "does not fire"),
    ],
)
def test_unusable_options_are_refused(options, sentence):
    with pytest.raises(InputError, match=sentence):
        s1s2(**{"intervals_ms": (400,), "s1_ms": 600.0, "s1_beats": 2, **MS, **options})


def test_a_train_of_one_beat_is_no_dynamic_pacing():
    with pytest.raises(InputError, match="at least 2"):
        dynamic(cycle_lengths_ms=(400,), beats=1, **MS)


def test_a_step_that_is_too_long_is_an_error_that_says_so():
    with pytest.raises(ConvergenceError, match="shorter"):
        paced(
            MitchellSchaeffer(tau_in=0.001),
            [[0.0]],
            duration_ms=100.0,
            amplitude=50.0,
            pulse_ms=1.0,
            dt_ms=1.0,
            sample_ms=1.0,
        )


@pytest.mark.slow
def test_tp06_is_converged_to_a_tenth_of_a_millisecond(float64):
    """At the step of the samples, where restitution is steepest and where it is flat."""
    onsets = [[0.0, 1000.0, 1000.0 + interval] for interval in (350.0, 400.0, 800.0)]

    def apd(dt_ms: float) -> np.ndarray:
        v = paced(
            TenTusscher2006(),
            onsets,
            duration_ms=2300.0,
            amplitude=52.0,
            pulse_ms=1.0,
            dt_ms=dt_ms,
            sample_ms=0.1,
        )
        return restitution(v, 0.1, np.array(onsets), rest=float(v[0, 0]))[1]

    at_ours, fine = apd(0.01), apd(0.0025)
    limit = fine + (fine - at_ours) / 3
    assert np.abs(at_ours - limit).max() < 0.1


@pytest.mark.slow
def test_restitution_of_tp06_is_steep_where_s2_is_early():
    ours = s1s2()
    di, apd = restitution(ours.clean, 0.1, ours.onsets_ms, rest=0.0)
    assert (np.diff(apd) > 0).all()
    slopes = np.diff(apd) / np.diff(di)
    assert slopes[0] > 1
    assert slopes[-1] < 0.1
    assert apd[[0, 2, -1]] == pytest.approx([184.8, 232.2, 303.9], abs=0.5)
