"""Restitution on traces whose answer is known, and on Mitchell–Schaeffer's own formula."""

import numpy as np
import pytest

from heartwright.data import InputError
from heartwright.electro.cells import MitchellSchaeffer
from heartwright.electro.measures import restitution
from heartwright.samples.pacing import paced

STEP = 0.5


def two_beats(
    first: float, gap: float, second: float, *, height: float = 1.0, lowest: float = 0.0
) -> np.ndarray:
    """Rest for 10 ms, then two triangles with an upstroke of 1 ms, `gap` ms between their feet."""
    corners = np.cumsum([0.0, 10.0, 1.0, first, gap, 1.0, second, 50.0])
    shape = np.interp(np.arange(0, corners[-1], STEP), corners, [0, 0, 1, 0, 0, 1, 0, 0])
    return lowest + height * shape


ONSETS = np.array([[10.0, 10 + 1 + 100 + 60.0]])


@pytest.mark.parametrize("level", [0.3, 0.5, 0.9])
def test_interval_and_duration_of_triangles_are_exact(level):
    di, apd = restitution(two_beats(100, 60, 80)[None], STEP, ONSETS, level=level)
    assert apd[0] == pytest.approx(level * 81)
    assert di[0] == pytest.approx(161 - level * 101)


def test_scale_and_offset_do_not_matter_and_neither_does_padding():
    plain = two_beats(100, 60, 80)
    other = two_beats(100, 60, 80, height=130, lowest=-85)
    padded = np.append(np.stack([plain, other]), np.full((2, 40), np.nan), axis=1)
    onsets = np.repeat(ONSETS, 2, axis=0)
    for pair in restitution(padded, STEP, onsets):
        assert pair[0] == pytest.approx(pair[1])
    np.testing.assert_allclose(
        np.ravel(restitution(padded, STEP, onsets))[::2],
        np.ravel(restitution(plain[None], STEP, ONSETS)),
    )


def test_given_rest_and_peak_replace_the_extremes():
    v = two_beats(100, 60, 80)[None]
    _, apd = restitution(v, STEP, ONSETS, level=0.5, rest=0.5, peak=1.0)
    assert apd[0] == pytest.approx(0.25 * 81)


def test_only_the_last_two_pulses_count():
    more = np.concatenate([[[0.0]], ONSETS], axis=1)
    v = two_beats(100, 60, 80)[None]
    np.testing.assert_array_equal(
        restitution(v, STEP, more, rest=0.0), restitution(v, STEP, ONSETS, rest=0.0)
    )


def test_a_beat_that_has_not_ended_leaves_no_interval():
    v = two_beats(100, 60, 80)[None]
    di, apd = restitution(v, STEP, np.array([[10.0, 60.0]]), rest=0.0)
    assert np.isnan(di[0])
    assert np.isfinite(apd[0])


@pytest.mark.parametrize(
    ("onsets", "sentence"),
    [
        ([[10.0]], "two pulses"),
        ([[60.0, 10.0]], "follow each other"),
        ([[10.0, 10.0]], "follow each other"),
        ([[-5.0, 60.0]], "follow each other"),
        ([[10.0, 9000.0]], "follow each other"),
    ],
)
def test_pulses_that_cannot_be_are_refused(onsets, sentence):
    with pytest.raises(InputError, match=sentence):
        restitution(two_beats(100, 60, 80)[None], STEP, np.array(onsets))


def test_mitchell_schaeffer_follows_its_own_restitution(float64):
    """h recovers as 1 − (1 − h_f) exp(−DI / τ_open), and h gives the duration.

    The duration is that of the passage through the fold, τ_close ln(h / h_min) + 2.338 (τ_out²
    τ_close)^⅓, which runs 1 % short; DI and APD are both taken at the gate, where h turns.
    """
    cell = MitchellSchaeffer()
    intervals = np.array([340.0, 380.0, 440.0, 520.0, 640.0, 900.0])
    onsets = np.stack([np.zeros_like(intervals), intervals], axis=1)
    v = paced(
        cell,
        onsets.tolist(),
        duration_ms=1300.0,
        amplitude=1.0,
        pulse_ms=0.5,
        dt_ms=0.01,
        sample_ms=0.1,
    )
    di, apd = restitution(v, 0.1, onsets, level=1 - cell.v_gate, rest=0.0, peak=1.0)
    h_min = 4 * cell.tau_in / cell.tau_out
    fold = 2.33811 * (cell.tau_out**2 * cell.tau_close) ** (1 / 3)
    h_f = h_min * np.exp(-fold / cell.tau_close)
    h = 1 - (1 - h_f) * np.exp(-di / cell.tau_open)
    np.testing.assert_allclose(apd, cell.tau_close * np.log(h / h_min) + fold, rtol=0.02)
