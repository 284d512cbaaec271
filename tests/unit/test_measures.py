"""Activation and duration on traces whose answer is known."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from heartwright.electro.measures import activation_time, apd


def trapezoid(up: float, plateau: float, down: float, *, step: float = 0.5) -> np.ndarray:
    """Rest for 10 ms, a straight upstroke, a plateau at 1, a straight return, rest for 10 ms."""
    corners = np.cumsum([0.0, 10.0, up, plateau, down, 10.0])
    times = np.arange(0, corners[-1], step)
    return np.interp(times, corners, [0, 0, 1, 1, 0, 0])


@given(
    up=st.floats(1, 30),
    plateau=st.floats(5, 100),
    down=st.floats(2, 200),
    level=st.floats(0.2, 0.9),
)
def test_duration_of_a_trapezoid_is_exact(up, plateau, down, level):
    """Fractions of the ramps: the crossing of 1 − level lies in both."""
    v = trapezoid(up, plateau, down, step=0.01)[None]
    expected = up * level + plateau + down * level
    assert apd(v, 0.01, level=level)[0] == pytest.approx(expected, abs=0.02)


def test_duration_does_not_depend_on_scale_and_offset():
    v = np.stack([trapezoid(2, 50, 40), 130 * trapezoid(2, 50, 40) - 90])
    durations = apd(v, 0.5)
    assert durations[0] == pytest.approx(durations[1])


def test_given_rest_and_peak_replace_the_extremes():
    v = np.array([[0.0, 1.0, 2.0, 2.0, 2.0, 1.0, 0.0]])
    assert apd(v, 1.0, level=0.5)[0] == pytest.approx(4.0)
    assert apd(v, 1.0, level=0.5, rest=1.0, peak=2.0)[0] == pytest.approx(3.0)


def test_padding_behind_the_end_changes_nothing():
    v = trapezoid(2, 50, 40)
    padded = np.append(v, np.full(30, np.nan))
    assert apd(padded[None], 0.5)[0] == apd(v[None], 0.5)[0]


@pytest.mark.parametrize(
    "trace",
    [
        [0.0, 0.5, 1.0, 1.0, 0.8],  # does not repolarise
        [1.0, 1.0, 0.5, 0.0, 0.0],  # has begun already
        [0.0, 1.0, 1.0, np.nan, np.nan],  # ends on the plateau
        [np.nan] * 5,
        [0.3] * 5,
    ],
)
def test_an_incomplete_action_potential_has_no_duration(trace):
    assert np.isnan(apd(np.array([trace]), 1.0)[0])


def test_activation_is_interpolated_and_first():
    v = np.array([[0.0, 0.0, 1.0, 0.0, 1.0], [0.0, 0.1, 0.2, 0.1, 0.0]])
    times = activation_time(v, 2.0, level=0.25)
    assert times[0] == pytest.approx(2.5)
    assert np.isnan(times[1])
