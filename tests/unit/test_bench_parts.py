"""Parts of the bench that need no deployment."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from heartwright.bench import (
    BY_SITE,
    Blood,
    Elastic,
    Uncertainty,
    annular_strain,
    compression_range,
    orifice_ml_s,
    slit_ml_s,
)
from heartwright.bench.cells import Cells, widest_way
from heartwright.bench.gap import sectors
from heartwright.bench.ring import Elasticity, compliance
from heartwright.bench.tolerance import share
from heartwright.data import InputError
from heartwright.planning.devices import AORTIC_VALVE, APPENDAGE, FAMILIES

TURN = 2 * np.pi * np.arange(180) / 180


def test_a_uniform_squeeze_meets_stiffness_one():
    frame = compliance(Elasticity(), stations=7, angles=30, step_mm=1.0)
    force = np.ones((7, 30))
    moved = frame.along @ (frame.softness * (frame.along.T @ force @ frame.around))
    assert moved @ frame.around.T == pytest.approx(force)


@given(st.integers(2, 12))
def test_rings_resist_waves_as_thin_rings_do(waves):
    stiffness = Elasticity(oval=0.3).by_waves()
    assert stiffness[waves] == pytest.approx(0.3 * (waves**2 - 1) ** 2 / 9)


def test_an_orifice_and_a_slit_in_numbers_worked_by_hand():
    """60 mmHg is 7999 Pa: √(2 · 7999 / 1060) is 3.885 m/s, and 1 mm² · 1 m/s is 1 mL/s."""
    assert orifice_ml_s(10.0, Blood(discharge=0.6)) == pytest.approx(0.6 * 10 * 3.885, rel=1e-3)
    truth = 10 * 0.2**3 * 7999.3 / (12 * 3.5e-3 * 8) / 1000
    assert slit_ml_s(10.0, 0.2, 8.0, Blood()) == pytest.approx(truth, rel=1e-3)


@pytest.mark.parametrize("wrong", [{"pressure_mmhg": 0}, {"discharge": 1.2}, {"closed_s": -1}])
def test_blood_that_cannot_be(wrong):
    with pytest.raises(InputError, match="discharge coefficient"):
        Blood(**wrong)


def test_a_ring_that_widens_evenly_is_even():
    found = annular_strain(np.full(180, 10.0), np.full(180, 10.5))
    assert found.arcs == pytest.approx(np.full(12, 0.05))
    assert found.unevenness == pytest.approx(0)
    assert found.local_bulge == pytest.approx(np.zeros(12))
    assert found.radial_bulge_mm == pytest.approx(np.zeros(180), abs=1e-9)


def test_one_arc_that_bulges_is_found():
    after = 10 + 1.0 * np.exp(-(((TURN - TURN[52]) / 0.15) ** 2))
    found = annular_strain(np.full(180, 10.0), after)
    assert found.arcs.argmax() == found.local_bulge.argmax() == 3
    assert found.unevenness > 0.02
    assert found.radial_bulge_mm.argmax() == 52


def test_an_ellipse_has_no_radial_bulge():
    after = 12 * 10 / np.hypot(10 * np.cos(TURN), 12 * np.sin(TURN))
    found = annular_strain(np.full(180, 10.0), after)
    assert found.radial_bulge_mm == pytest.approx(np.zeros(180), abs=1e-9)
    with pytest.raises(InputError, match="7 arcs"):
        annular_strain(np.ones(180), np.ones(180), arcs=7)


@pytest.mark.parametrize(
    ("width", "grade"),
    [(0, "none"), (0.1, "below 3 mm"), (3, "3 to 5 mm"), (5, "3 to 5 mm"), (5.1, "above 5 mm")],
)
def test_widths_are_graded_as_published(width, grade):
    assert BY_SITE[APPENDAGE][0].grade(width) == grade


@pytest.mark.parametrize(
    ("volume", "extent", "grades"),
    [(29, 0.09, ("mild", "mild")), (30, 0.1, ("moderate", "moderate")), (60, 0.3, ("severe",) * 2)],
)
def test_volumes_and_extents_are_graded_as_published(volume, extent, grades):
    by_volume, _, by_extent = BY_SITE[AORTIC_VALVE]
    assert (by_volume.grade(volume), by_extent.grade(extent)) == grades


def test_the_compression_of_a_row_is_the_rule_of_its_family():
    assert compression_range(FAMILIES["WATCHMAN FLX"], 27) == pytest.approx((0.1, 0.3))


def test_sectors_are_half_open():
    assert sectors(np.radians([0, 29.9, 30, 359.9, 360])).tolist() == [0, 0, 1, 11, 0]


def test_offsets_have_the_spread_that_was_asked_for():
    doubt = Uncertainty(print_mm=0.3, segmentation_mm=0.4, samples=400, seed=1)
    drawn = doubt.offsets((12, 40), step_mm=1.0, turn_mm=1.5)
    assert drawn.std(axis=0) == pytest.approx(np.full((12, 40), 0.5), rel=0.2)
    np.testing.assert_array_equal(drawn, doubt.offsets((12, 40), step_mm=1.0, turn_mm=1.5))
    even = Uncertainty(print_mm=0.3, spread="uniform", samples=400).offsets(
        (3, 8), step_mm=1.0, turn_mm=1.0
    )
    assert np.abs(even).max() <= 0.3
    assert np.ptp(even, axis=(1, 2)).max() == 0


def test_a_share_s_error_is_never_zero():
    assert share(np.zeros(96, bool)).standard_error == pytest.approx(np.sqrt(0.02 * 0.98 / 100))


@pytest.mark.parametrize("wrong", [{"print_mm": -1}, {"samples": 0}, {"wave_mm": 0}])
def test_tolerances_that_cannot_be(wrong):
    with pytest.raises(InputError, match="tolerances"):
        Uncertainty(**wrong)


def test_a_wall_without_stiffness_is_refused():
    with pytest.raises(InputError, match="modulus and thickness"):
        Elastic(0.0, 2.0)


def test_the_widest_way_is_as_wide_as_its_narrowest_place():
    """Two ways of five cubes between two walls of cubes: one is 2 wide in its middle, one 3."""
    index = [(x, y, z) for x in (0, 2) for y in (0,) for z in range(5)]
    ends = [(1, 0, 0), (1, 0, 4)]
    clearance = np.array([9, 9, 2, 9, 9, 9, 9, 3, 9, 9, 9, 9], float)
    z = np.array([*index, *ends])[:, 2]
    cells = Cells(np.array([*index, *ends]), clearance, (z == 4).astype(int) - (z == 0))
    assert widest_way(cells) == pytest.approx(3, abs=2e-3)
    assert widest_way(cells.chosen(z != 2)) is None
