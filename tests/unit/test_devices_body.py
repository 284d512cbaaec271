"""Bodies: where a device is wide, where it seals, and where its origin lies."""

import numpy as np
import pytest

from heartwright.planning.devices import AORTIC_VALVE, APPENDAGE, FAMILIES
from heartwright.planning.devices.body import holding_stiffness

bodies = pytest.mark.parametrize(
    ("family", "size"),
    [
        pytest.param(family, size, id=f"{family.name} {size.size_mm:g}")
        for family in FAMILIES.values()
        for size in family.sizes
    ],
)


def of(name: str, size_mm: float):
    return FAMILIES[name].body(size_mm)


@bodies
def test_stations_rise_radii_are_finite_and_the_site_is_inside(family, size):
    body = family.body(size.size_mm)
    assert (np.diff(body.z_mm) > 0).all()
    assert np.diff(body.z_mm).max() <= 1.5
    assert (body.r_mm >= 0).all()
    assert np.isfinite(body.r_mm).all()
    assert body.z_mm[0] < 0 < body.z_mm[-1]
    assert body.covered.any()
    assert body.stiffness_n_per_mm > 0
    assert not body.verified


@bodies
def test_a_device_is_as_wide_at_its_site_as_it_is_called(family, size):
    body = family.body(size.size_mm)
    at_site = 2 * np.interp(0.0, body.z_mm, body.r_mm)
    assert at_site == pytest.approx(size.size_mm, rel=0.03)
    assert body.covered[np.argmin(np.abs(body.z_mm))]


@bodies
def test_occluders_are_shut_and_valves_are_open(family, size):
    body = family.body(size.size_mm)
    shut = body.covered & (body.r_mm == 0)
    assert shut.any() == (family.site == APPENDAGE)
    if family.site == AORTIC_VALVE:
        assert body.r_mm.min() > 0.35 * size.size_mm


@pytest.mark.parametrize("family", FAMILIES.values(), ids=FAMILIES)
def test_stiffness_and_size_rise_together(family):
    stiffness = [family.body(size.size_mm).stiffness_n_per_mm for size in family.sizes]
    assert stiffness == sorted(stiffness) or family.name == "Evolut"  # its 34 mm has a wide row


def test_the_amulet_s_disc_lies_on_the_ostium_and_is_wider_than_the_lobe():
    body = of("Amplatzer Amulet", 25)
    disc, waist, lobe = (
        body.r_mm[(body.z_mm >= low) & (body.z_mm <= high)]
        for low, high in ((-12, -10), (-9, -6), (-4, 4))
    )
    assert disc.max() == 16
    assert waist.max() < 4
    assert lobe.max() == 12.5


def test_sapien_is_a_cylinder_skirted_from_its_ventricular_end():
    body = of("SAPIEN 3", 26)
    assert set(body.r_mm) == {13}
    assert np.ptp(body.z_mm) == pytest.approx(20)
    assert np.ptp(body.z_mm[body.covered]) == pytest.approx(10.2, abs=0.5)
    assert body.covered[0]
    assert not body.covered[-1]


def test_evolut_is_an_hourglass():
    body = of("Evolut", 29)
    waist = body.z_mm[np.argmin(body.r_mm)]
    assert 2 * body.r_mm[0] == 29
    assert 2 * body.r_mm.min() == pytest.approx(23, abs=0.01)
    assert 2 * body.r_mm[-1] == 34
    assert 0.4 < (waist - body.z_mm[0]) / np.ptp(body.z_mm) < 0.5


def test_the_open_watchman_ends_open_and_the_flx_ends_shut():
    assert of("WATCHMAN 2.5", 27).r_mm[-1] > 10
    assert of("WATCHMAN FLX", 27).r_mm[-1] == 0


def test_holding_stiffness_balances_pressure_by_friction():
    """20 mmHg on a round 20 mm site is 0.838 N; a quarter of an mm of radius at 0.2 N/N."""
    stiffness = holding_stiffness(20.5, 20.0, pressure_mmhg=20)
    assert 0.2 * stiffness * 0.25 == pytest.approx(0.838, abs=5e-4)
