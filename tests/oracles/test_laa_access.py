"""Ways to the appendage against geometry that can be seen without computing."""

import numpy as np
import pytest

from heartwright.data import InputError, Plane
from heartwright.planning.carm import View
from heartwright.planning.laa.access import _views
from heartwright.planning.transseptal import angle_deg, crossings

LEFT = np.array([1.0, 0, 0])
FOSSA = Plane(np.zeros(3), LEFT)
CAVA = np.array([0.0, 0, -60])


def places(landing: Plane, ostium: Plane | None = None):
    found = crossings(FOSSA, CAVA, ostium or Plane(np.array([40.0, 0, 0]), LEFT), landing)
    return {each.name: each for each in found}, found[0]


def test_the_way_along_the_axis_is_coaxial_and_central():
    by_name, best = places(Plane(np.array([52.0, 0, 0]), LEFT))
    assert len(by_name) == 9
    assert best.name == "central"
    assert best.off_axis_deg == pytest.approx(0, abs=1e-9)
    assert best.off_centre_mm == pytest.approx(0, abs=1e-9)
    assert best.bend_deg == pytest.approx(90)  # up the vein, then to the left


def test_places_lie_five_millimetres_apart_up_and_forwards():
    by_name, _ = places(Plane(np.array([52.0, 0, 0]), LEFT))
    assert by_name["cranial anterior"].point_lps_mm == pytest.approx((0, -5, 5))
    assert by_name["caudal posterior"].point_lps_mm == pytest.approx((0, 5, -5))
    aside = by_name["cranial central"]
    assert aside.off_axis_deg == pytest.approx(np.degrees(np.arctan2(5, 40)))
    assert aside.off_centre_mm == pytest.approx(5 * 12 / 40)


def test_an_axis_that_looks_forwards_and_up_is_met_from_behind_and_below():
    """As in patients: inferior and posterior places are the usual choice (Fukutomi 2022)."""
    axis = np.array([0.8, -0.5, 0.33])
    axis /= np.linalg.norm(axis)
    start = np.array([40.0, -5, 5])
    _, best = places(Plane(start + 12 * axis, axis), Plane(start, axis))
    assert best.name == "caudal posterior"


@pytest.mark.parametrize(
    ("turn_deg", "coaxial"), [(29, True), (31, False)], ids=["within", "beyond"]
)
def test_thirty_degrees_divide(turn_deg, coaxial):
    turn = np.radians(turn_deg)
    axis = np.array([np.cos(turn), -np.sin(turn), 0])
    start = np.array([40.0, 0, 0])
    by_name, _ = places(Plane(start + 12 * axis, axis), Plane(start, axis))
    assert by_name["central"].coaxial == coaxial
    assert by_name["central"].off_axis_deg == pytest.approx(turn_deg)


def test_the_circle_through_vein_septum_and_landing_zone():
    """Three corners of a right triangle lie on a circle around the middle of its longest side."""
    by_name, _ = places(Plane(np.array([80.0, 0, 0]), LEFT))
    assert by_name["central"].bend_radius_mm == pytest.approx(np.hypot(60, 80) / 2)


@pytest.mark.parametrize(
    ("axis", "curve"),
    [([1.0, 0, 0.4], "single"), ([0.8, -0.6, 0], "anterior"), ([0.8, 0.6, 0], "double")],
)
def test_the_curves_name_follows_the_plane_of_the_way(axis, curve):
    axis = np.array(axis) / np.linalg.norm(axis)
    start = np.array([40.0, 0, 0])
    by_name, _ = places(Plane(start + 12 * axis, axis), Plane(start, axis))
    assert by_name["central"].curve == curve


def test_a_fossa_in_the_ostium_is_refused():
    with pytest.raises(InputError, match="appendage's ostium"):
        crossings(
            Plane(np.array([40.0, 0, 0]), LEFT),
            CAVA,
            Plane(np.array([40.0, 0, 0]), LEFT),
            Plane(np.array([52.0, 0, 0]), LEFT),
        )


@pytest.mark.parametrize("seed", range(5))
def test_views_show_the_axis_unshortened_and_are_reached(seed):
    axis = np.random.default_rng(seed).standard_normal(3)
    axis /= np.linalg.norm(axis)
    views = [View(**angles) for angles in _views(axis).values()]
    assert len(views) == 2
    for view in views:
        assert view.reachable
        assert angle_deg(view.direction, axis) == pytest.approx(90, abs=1e-6)
