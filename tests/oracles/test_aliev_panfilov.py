"""Aliev–Panfilov against an independent integration, and its own symmetries."""

from dataclasses import replace

import numpy as np
import pytest
from scipy.integrate import solve_ivp

from heartwright.electro.cells import AbstractCell, AlievPanfilov
from heartwright.electro.measures import apd
from heartwright.samples.pacing import paced

PULSE = 0.2  # 1/ms for 1 ms
pytestmark = pytest.mark.usefixtures("float64")


def ours(cell: AbstractCell, pulse: float, dt_ms: float = 0.01) -> np.ndarray:
    """Potential every ms for 600 ms."""
    return paced(
        cell,
        [[0.0]],
        duration_ms=600.0,
        amplitude=pulse,
        pulse_ms=1.0,
        dt_ms=dt_ms,
        sample_ms=1.0,
    )


def independent(pulse: float) -> np.ndarray:
    """The paper's equations in its own unit of time, by an adaptive eighth-order method."""

    def rates(t: float, y: np.ndarray, current: float) -> list[float]:
        u, w = y
        du = -8 * u * (u - 0.15) * (u - 1) - u * w + current
        return [du, (0.002 + 0.2 * w / (u + 0.3)) * (-w - 8 * u * (u - 0.15 - 1))]

    unit, tight = 12.9, {"method": "DOP853", "rtol": 1e-11, "atol": 1e-13}
    on = solve_ivp(rates, (0, 1 / unit), [0, 0], args=(pulse * unit,), **tight)
    times = np.arange(1, 601) / unit
    off = solve_ivp(rates, (1 / unit, times[-1]), on.y[:, -1], t_eval=times, args=(0,), **tight)
    return np.append(0.0, off.y[0])[None]


@pytest.mark.parametrize("pulse", [0.14, 0.2, 1.0])
def test_a_beat_is_that_of_an_independent_integration_with_first_order(pulse):
    exact = independent(pulse)
    coarse, fine = (np.abs(ours(AlievPanfilov(), pulse, dt) - exact).max() for dt in (0.02, 0.01))
    assert fine < 2e-3
    assert coarse / fine == pytest.approx(2, abs=0.1)


def test_an_action_potential_lasts_some_25_units_of_time():
    """The paper's unit of 12.9 ms makes 330 ms of it."""
    duration = apd(ours(AlievPanfilov(), PULSE), 1.0)[0]
    assert duration / 12.9 == pytest.approx(25.6, abs=0.2)
    assert duration == pytest.approx(330.7, abs=0.5)


def test_it_fires_just_above_its_threshold():
    cell = AlievPanfilov()
    assert ours(cell, cell.a - 0.005).max() < cell.a
    assert ours(cell, cell.a + 0.01).max() > 0.98


def test_the_unit_of_time_stretches_a_beat_and_nothing_else():
    cell = AlievPanfilov()
    v = ours(cell, PULSE)
    slow = paced(
        replace(cell, tau=2 * cell.tau),
        [[0.0]],
        duration_ms=1200.0,
        amplitude=PULSE / 2,
        pulse_ms=2.0,
        dt_ms=0.02,
        sample_ms=2.0,
    )
    np.testing.assert_allclose(slow, v, atol=1e-12)


def test_three_numbers_show_in_the_potential_where_the_model_has_four():
    cell = AlievPanfilov()
    other = replace(cell, k=3 * cell.k, epsilon=3 * cell.epsilon, tau=3 * cell.tau)
    np.testing.assert_allclose(ours(other, PULSE), ours(cell, PULSE), atol=1e-12)
