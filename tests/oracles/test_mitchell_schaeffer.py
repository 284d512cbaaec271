"""Mitchell–Schaeffer against its own asymptotics and its closed-form front."""

import jax.numpy as jnp
import numpy as np
import pytest

from heartwright.electro.cells import MitchellSchaeffer
from heartwright.electro.measures import apd
from heartwright.electro.tissue import Stimulus, Tissue, simulate

AIRY = 2.33811  # magnitude of the first zero of the Airy function
ONE = np.ones((1, 1), dtype=bool)
pytestmark = pytest.mark.usefixtures("float64")


def duration_at_the_gate(h: float) -> float:
    cell = MitchellSchaeffer(rest=jnp.array([0.0, h]))
    simulation = simulate(
        cell,
        Tissue(ONE, spacing_mm=1.0, diffusivity=0.0),
        [Stimulus(ONE, 1.0, start_ms=0.0, duration_ms=0.5)],
        duration_ms=400.0,
        dt_ms=0.01,
        activation_level=cell.v_gate,
        sample_ms=0.1,
    )
    return float(apd(simulation.potential.T, 0.1, level=1 - cell.v_gate, rest=0.0, peak=1.0)[0])


@pytest.mark.parametrize("h", [1.0, 0.8, 0.6])
def test_duration_is_the_passage_through_the_fold(h):
    """τ_close ln(h/h_min) to the fold of the slow manifold, and an Airy passage past it."""
    cell = MitchellSchaeffer()
    leading = cell.tau_close * np.log(h / (4 * cell.tau_in / cell.tau_out))
    fold = AIRY * (cell.tau_out**2 * cell.tau_close) ** (1 / 3)
    assert duration_at_the_gate(h) == pytest.approx(leading + fold, rel=0.015)


@pytest.mark.parametrize(("h", "duration"), [(1.0, 284.69), (0.8, 251.22), (0.6, 208.06)])
def test_duration_is_that_of_an_independent_integration(h, duration):
    """Runge–Kutta 4 at 0.005 ms from v = 0.2 (the upstroke itself takes 0.2 ms)."""
    assert duration_at_the_gate(h) == pytest.approx(duration, abs=0.5)


def front_speed(spacing_mm: float, diffusivity: float) -> float:
    """Speed of a front with h frozen at 1, mm/ms, between 8 and 16 mm of a 20 mm cable."""
    cell = MitchellSchaeffer(tau_open=1e12, tau_close=1e12)
    mask = np.ones((round(20 / spacing_mm), 1), dtype=bool)
    start = np.zeros_like(mask)
    start[: round(2 / spacing_mm)] = True
    simulation = simulate(
        cell,
        Tissue(mask, spacing_mm, diffusivity),
        [Stimulus(start, 1.0, start_ms=0.0, duration_ms=1.0)],
        duration_ms=40.0,
        dt_ms=0.2 * spacing_mm**2,
        activation_level=0.5,
    )
    first, last = round(8 / spacing_mm), round(16 / spacing_mm)
    return 8 / float(simulation.activation[last] - simulation.activation[first])


@pytest.mark.slow
def test_front_speed_converges_to_the_closed_form_with_second_order():
    """c = √(D h / 2τ_in) (v₂ − 2v₁), the Nagumo front, with dt ∝ dx²."""
    cell, diffusivity = MitchellSchaeffer(), 0.3
    root = np.sqrt(1 - 4 * cell.tau_in / cell.tau_out)
    v1, v2 = (1 - root) / 2, (1 + root) / 2
    exact = np.sqrt(diffusivity / (2 * cell.tau_in)) * (v2 - 2 * v1)
    spacings = np.array([0.2, 0.1, 0.05])
    errors = np.array([abs(front_speed(dx, diffusivity) / exact - 1) for dx in spacings])
    assert exact == pytest.approx(0.5951, abs=1e-4)
    assert errors[-1] < 0.01
    assert np.polyfit(np.log(spacings), np.log(errors), 1)[0] == pytest.approx(2, abs=0.1)
