"""ten Tusscher–Panfilov 2006 against Chaste: published durations and a reference trace.

Numbers: Chaste, TestIonicModelsLong.hpp and TestIonicModels.hpp; CellML variant.
"""

import equinox as eqx
import numpy as np
import pytest

from heartwright.electro.cells import AbstractCell, TenTusscher2006
from heartwright.electro.cells.cell import State
from heartwright.electro.measures import apd
from heartwright.electro.tissue import Stimulus, Tissue, simulate

ONE = np.ones((1, 1), dtype=bool)
EPI_APD90, FACTORS_APD90 = 300.4789, 329.2048  # ms
pytestmark = pytest.mark.usefixtures("float64")


class ForwardEuler(AbstractCell):
    """Any cell, moved by its rates alone."""

    cell: AbstractCell

    @property
    def rest(self) -> State:
        return self.cell.rest

    def rates(self, state, stimulus):
        return self.cell.rates(state, stimulus)


def trace(cell: AbstractCell, pulse: Stimulus, *, dt_ms: float, sample_ms: float, until_ms: float):
    tissue = Tissue(ONE, spacing_mm=1.0, diffusivity=0.0)
    simulation = simulate(
        cell,
        tissue,
        [pulse],
        duration_ms=until_ms,
        dt_ms=dt_ms,
        activation_level=0.0,
        sample_ms=sample_ms,
    )
    return simulation.potential.T


def apd90(cell: AbstractCell, dt_ms: float) -> float:
    pulse = Stimulus(ONE, 38.0, start_ms=100.0, duration_ms=1.0)
    v = trace(cell, pulse, dt_ms=dt_ms, sample_ms=0.02, until_ms=500.0)
    return float(apd(v, 0.02)[0])


def test_epicardial_duration_by_forward_euler_is_the_published_one():
    assert apd90(ForwardEuler(TenTusscher2006()), 0.001) == pytest.approx(EPI_APD90, abs=0.01)


@pytest.mark.slow
def test_duration_with_scaled_conductances_is_the_published_one():
    cell = TenTusscher2006(g_to=0.294 * 0.165, g_Ks=0.392 * 0.66)
    assert apd90(ForwardEuler(cell), 0.001) == pytest.approx(FACTORS_APD90, abs=0.01)


@pytest.mark.slow
def test_rush_larsen_converges_to_the_published_duration_with_first_order():
    coarse, middle, fine = (apd90(TenTusscher2006(), dt) for dt in (0.02, 0.01, 0.005))
    assert np.log2((middle - coarse) / (fine - middle)) == pytest.approx(1, abs=0.15)
    assert 2 * fine - middle == pytest.approx(EPI_APD90, abs=0.02)


def test_potential_follows_the_reference_trace_within_a_tenth_of_a_millivolt(shared_data):
    reference = np.loadtxt(
        shared_data / "recordings/simulated-chaste/ten_tusscher_model_2006_epi.dat", skiprows=1
    )
    pulse = Stimulus(ONE, 40.0, start_ms=50.0, duration_ms=2.0)
    v = trace(TenTusscher2006(), pulse, dt_ms=0.004, sample_ms=10.0, until_ms=700.0)
    assert np.abs(v[0] - reference[:, 1]).max() < 0.1


def test_currents_at_the_start_add_up_to_the_published_sum():
    cell = TenTusscher2006()
    total = float(sum(eqx.filter_jit(cell.currents)(cell.rest)))
    assert total == pytest.approx(0.0012, abs=1e-4)
    assert float(eqx.filter_jit(cell.rates)(cell.rest, 0.0)[0]) == pytest.approx(-total)


def test_calcium_current_is_continuous_where_its_formula_is_zero_by_zero():
    cell = TenTusscher2006()
    currents = eqx.filter_jit(cell.currents)
    at, beside = (currents(cell.rest.at[0].set(V)).I_CaL for V in (15.0, 15.0 + 1e-6))
    assert float(at) == pytest.approx(float(beside), rel=1e-6)
