"""Errors of public planners that ours must not make (`planning.md`, 7.3)."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from heartwright.data import Diameters
from heartwright.planning.devices import FAMILIES, fits

FLX, SAPIEN = FAMILIES["WATCHMAN FLX"], FAMILIES["SAPIEN 3"]
OVAL = Diameters(d_min_mm=15, d_max_mm=25, d_mean_mm=20, d_perimeter_mm=20.4, d_area_mm=19.4)


def sizes(family, diameter_mm: float) -> list[float]:
    section = Diameters(*[diameter_mm] * 5)
    return [candidate.size_mm for candidate in fits(family, section)]


def annulus(area_mm2: float) -> Diameters:
    return Diameters(*[2 * np.sqrt(area_mm2 / np.pi)] * 5)


@pytest.mark.parametrize(
    ("diameter", "expected"),
    [(14, [20]), (17, [20, 24]), (20, [24, 27]), (23, [27, 31]), (25, [31, 35]), (30, [35, 40])],
)
def test_flx_sizes_at_everyday_diameters(diameter, expected):
    assert sizes(FLX, diameter) == expected


@pytest.mark.parametrize("family", FAMILIES.values(), ids=FAMILIES)
def test_every_size_is_answered_not_only_the_first_and_the_last(family):
    """A loop variable reset in each pass left one planner with 20 and 35 mm only."""
    narrow, wide = (family.by.circle_mm(limit) for limit in family.limits)
    answered = {size for d in np.linspace(narrow, wide, 200) for size in sizes(family, d)}
    assert answered == {size.size_mm for size in family.sizes}


def test_flx_does_not_use_the_bands_of_watchman_2_5():
    assert sizes(FLX, 15.0) == [20]  # below the 16.8 mm where the 2.5 begins
    assert sizes(FLX, 31.4) == [35, 40]  # above the 30.4 mm where it ends
    assert {21, 30, 33}.isdisjoint(size.size_mm for size in FLX.sizes)
    assert sizes(FAMILIES["WATCHMAN 2.5"], 15.0) == []


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("WATCHMAN FLX", 25, [31, 35]),  # the largest diameter, not the mean (24, 27)
        ("WATCHMAN 2.5", 25, [30]),
        ("Amplatzer Amulet", 20, [25]),  # the mean, not the largest (28, 31)
        ("SAPIEN 3", np.pi / 4 * 19.4**2, [20]),  # the area, not the perimeter's circle
        ("Evolut", np.pi * 20.4, [26]),  # the perimeter, not the area's circle (23)
    ],
)
def test_an_oval_is_sized_by_the_family_s_own_measure(name, value, expected):
    candidates = fits(FAMILIES[name], OVAL)
    assert [c.size_mm for c in candidates] == expected
    assert all(c.measured == pytest.approx(value) for c in candidates)


@settings(max_examples=50)
@given(diameter=st.floats(1, 80))
def test_only_sizes_that_are_made_are_recommended(diameter):
    """One planner multiplied the ostium by 1.15 and recommended 25.3 mm."""
    for family in FAMILIES.values():
        assert set(sizes(family, diameter)) <= {size.size_mm for size in family.sizes}
    assert sizes(FLX, 22.0) == [27, 31]


@pytest.mark.parametrize(
    ("area_mm2", "expected"),
    [
        (260, []),  # public bands, by perimeter: 254–330, 330–434, 434–552, 552–683 mm²
        (273, [20]),
        (335, [20]),
        (341, [20, 23]),
        (432, [26]),
        (543, [26, 29]),
        (550, [29]),
        (683, [29]),
        (690, []),
    ],
)
def test_sapien_uses_the_areas_of_its_instructions(area_mm2, expected):
    assert [c.size_mm for c in fits(SAPIEN, annulus(area_mm2))] == expected


@pytest.mark.parametrize(
    ("name", "perimeter_mm", "expected"),
    [
        ("Evolut", 56.4, []),
        ("Evolut", 62.8, [23, 26]),
        ("Evolut", 94.2, [34]),
        ("Evolut", 94.3, []),
        ("CoreValve", 75.0, [29]),
        ("CoreValve", 83.0, [29, 31]),
        ("CoreValve", 91.2, []),
    ],
)
def test_self_expanding_valves_use_the_perimeter(name, perimeter_mm, expected):
    section = Diameters(*[perimeter_mm / np.pi] * 5)
    assert [c.size_mm for c in fits(FAMILIES[name], section)] == expected
