"""The calibration coupon and the factors that it gives."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from heartwright.anatomy.mesh import certify, section
from heartwright.data import InputError
from heartwright.printing.compensation import Compensation, compensated, from_lengths
from heartwright.printing.coupon import coupon, features

LENGTHS = [feature for feature in features() if feature.kind == "length"]


def test_the_coupon_is_one_sound_body_of_the_stated_size():
    solid = coupon()
    found = certify(solid)
    assert found.valid
    assert (found.bodies, found.cavities) == (1, 0)
    np.testing.assert_allclose(solid.bounds, [[0, 0, 0], [60, 40, 18]], atol=1e-9)


def width(loop: np.ndarray) -> float:
    x, y = loop[:, 0], loop[:, 1]
    return 2 * np.sqrt(abs(x @ np.roll(y, -1) - y @ np.roll(x, -1)) / 2 / np.pi)


def test_holes_and_pins_have_their_diameters():
    solid, up = coupon(), np.array([0.0, 0.0, 1.0])
    holes = [f.nominal_mm for f in features() if f.kind == "hole"]
    plate = section(solid, np.array([0, 0, 1.5]), up)
    assert sorted(map(width, plate))[: len(holes)] == pytest.approx(sorted(holes), abs=0.002)
    above = sorted(map(width, section(solid, np.array([0, 0, 6.0]), up)))
    for feature in features():
        if feature.kind == "pin":
            assert np.min(np.abs(np.array(above) - feature.nominal_mm)) < 0.002


def test_steps_and_walls_have_their_lengths():
    solid = coupon()
    for feature in features():
        if feature.kind in ("length", "wall"):
            axis = "xyz".index(feature.axis)
            edges = np.unique(solid.vertices[:, axis].round(6))
            assert np.abs(np.subtract.outer(edges, edges) - feature.nominal_mm).min() < 1e-6


def test_no_turn_brings_the_coupon_onto_itself():
    solid = coupon()
    offset = solid.vertices - solid.vertices.mean(axis=0)
    third = (offset**3).mean(axis=0)
    assert (np.abs(third) > 1).all()


@given(scale=st.tuples(*[st.floats(0.95, 1.05)] * 3), growth=st.floats(-0.2, 0.2))
def test_lengths_tell_scale_from_growth(scale, growth):
    measured = {f.name: scale["xyz".index(f.axis)] * f.nominal_mm + 2 * growth for f in LENGTHS}
    found = from_lengths(measured)
    np.testing.assert_allclose(found.factors, 1 / np.array(scale), rtol=1e-9)
    assert found.growth_mm == pytest.approx(growth, abs=1e-9)
    assert found.residual_mm == pytest.approx(0, abs=1e-9)


def test_compensation_undoes_the_printer():
    solid = coupon()
    factors = Compensation(1 / 1.004, 1 / 0.997, 1 / 1.01)
    printed = compensated(solid, factors).vertices * [1.004, 0.997, 1.01]
    np.testing.assert_allclose(np.ptp(printed, axis=0), [60, 40, 18], atol=1e-9)


@pytest.mark.parametrize(
    ("measured", "match"),
    [
        ({}, "length along x"),
        ({"x60": 60.0}, "two or more"),
        ({"x61": 60.0}, "no feature x61"),
        ({"x60": float("nan"), "x30": 30.0}, "no size"),
        ({"x60": 30.0, "x30": 30.0}, "do not rise"),
        ({f.name: 2 * f.nominal_mm for f in LENGTHS}, "no printer's"),
    ],
)
def test_measures_that_cannot_be_used(measured, match):
    with pytest.raises(InputError, match=match):
        from_lengths(measured)
