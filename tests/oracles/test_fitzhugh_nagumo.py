"""FitzHugh–Nagumo (Rogers–McCulloch) against an independent integration and its exact front."""

from dataclasses import replace

import numpy as np
import pytest
from scipy.integrate import solve_ivp

from heartwright.electro.cells import AbstractCell, FitzHughNagumo
from heartwright.electro.measures import apd
from heartwright.electro.tissue import Stimulus, Tissue, simulate
from heartwright.samples.pacing import paced

pytestmark = pytest.mark.usefixtures("float64")


def ours(
    cell: AbstractCell, pulse: float, *, pulse_ms: float = 1.0, dt_ms: float = 0.01
) -> np.ndarray:
    """Potential every ms for 600 ms."""
    return paced(
        cell,
        [[0.0]],
        duration_ms=600.0,
        amplitude=pulse,
        pulse_ms=pulse_ms,
        dt_ms=dt_ms,
        sample_ms=1.0,
    )


def independent(pulse: float, pulse_ms: float) -> np.ndarray:
    """The equations as Cloherty, Dokos & Lovell 2006 print them, adaptive eighth order."""

    def rates(t: float, y: np.ndarray, current: float) -> list[float]:
        v, u = y
        dv = 0.26 * v * (v - 0.13) * (1 - v) - 0.1 * v * u + current
        return [dv, 0.013 * (v - 1.0 * u)]

    tight = {"method": "DOP853", "rtol": 1e-11, "atol": 1e-13}
    during, after = np.arange(0, pulse_ms + 1), np.arange(pulse_ms, 601)
    on = solve_ivp(rates, (0, pulse_ms), [0, 0], t_eval=during, args=(pulse,), **tight)
    off = solve_ivp(rates, (pulse_ms, 600), on.y[:, -1], t_eval=after, args=(0,), **tight)
    return np.append(on.y[0], off.y[0, 1:])[None]


@pytest.mark.parametrize(("pulse", "pulse_ms"), [(0.2, 1.0), (1.0, 1.0), (0.03, 20.0)])
def test_a_beat_is_that_of_an_independent_integration_with_first_order(pulse, pulse_ms):
    exact = independent(pulse, pulse_ms)
    coarse, fine = (
        np.abs(ours(FitzHughNagumo(), pulse, pulse_ms=pulse_ms, dt_ms=dt) - exact).max()
        for dt in (0.02, 0.01)
    )
    assert fine < 5e-4
    assert coarse / fine == pytest.approx(2, abs=0.1)


def test_the_published_stimulus_gives_the_published_beat():
    """Cloherty, Dokos & Lovell 2006, figure 1: 0.03 for 20 ms; a peak of 0.9, over in 400 ms."""
    v = ours(FitzHughNagumo(), 0.03, pulse_ms=20.0)
    assert v.max() == pytest.approx(0.909, abs=0.001)
    assert apd(v, 1.0)[0] == pytest.approx(236.5, abs=0.5)
    assert v[0, 400] < 1e-4


def test_the_potential_does_not_undershoot():
    assert ours(FitzHughNagumo(), 0.5).min() >= 0


def test_two_numbers_show_in_the_potential_where_recovery_has_three():
    cell = FitzHughNagumo()
    other = replace(cell, b=2 * cell.b, c_2=cell.c_2 / 2, d=cell.d / 2)
    np.testing.assert_allclose(ours(other, 0.5), ours(cell, 0.5), atol=1e-12)


def front_speed(spacing_mm: float, diffusivity: float) -> float:
    """Speed of a front without recovery, mm/ms, between 22 and 30 mm of a 36 mm cable."""
    mask = np.ones((round(36 / spacing_mm), 1), dtype=bool)
    start = np.zeros_like(mask)
    start[: round(4 / spacing_mm)] = True
    simulation = simulate(
        FitzHughNagumo(b=0.0),
        Tissue(mask, spacing_mm, diffusivity),
        [Stimulus(start, 1.0, start_ms=0.0, duration_ms=1.0)],
        duration_ms=220.0,
        dt_ms=0.2 * spacing_mm**2,
        activation_level=0.5,
    )
    first, last = round(22 / spacing_mm), round(30 / spacing_mm)
    return 8 / float(simulation.activation[last] - simulation.activation[first])


@pytest.mark.slow
def test_front_speed_converges_to_the_closed_form_with_second_order():
    """c = √(D c₁ / 2) (1 − 2a), the front of Nagumo's cubic."""
    cell, diffusivity = FitzHughNagumo(), 0.3
    exact = np.sqrt(diffusivity * cell.c_1 / 2) * (1 - 2 * cell.a)
    coarse, middle, fine = (front_speed(dx, diffusivity) for dx in (1.0, 0.5, 0.25))
    assert np.log2((middle - coarse) / (fine - middle)) == pytest.approx(2, abs=0.2)
    assert (4 * fine - middle) / 3 == pytest.approx(exact, rel=2e-3)
