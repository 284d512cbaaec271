"""Laws that every device family keeps, and the errors of public planners that ours must not make.

The errors: `planning.md`, 7.3 (a planner that could only answer 20 or 35 mm; WATCHMAN FLX sized
with the bands of WATCHMAN 2.5 and by the mean diameter; a recommended size of 25.3 mm).
"""

from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from heartwright.data import Diameters
from heartwright.planning.devices import FAMILIES, cautions, fits

families = pytest.mark.parametrize("family", FAMILIES.values(), ids=FAMILIES)
any_diameter = st.floats(1, 80)
FLX = FAMILIES["WATCHMAN FLX"]


def round_ostium(diameter_mm: float) -> Diameters:
    return Diameters(*[diameter_mm] * 5)


def sizes(family, diameter_mm: float) -> list[float]:
    return [candidate.size_mm for candidate in fits(family, round_ostium(diameter_mm))]


@families
def test_sizes_and_their_limits_rise_together(family):
    rows = np.array([(size.size_mm, size.least_mm, size.most_mm) for size in family.sizes])
    assert (np.diff(rows, axis=0) > 0).all()
    assert (rows[:, 1] < rows[:, 2]).all()
    assert (rows[:, 2] < rows[:, 0]).all()


@families
def test_each_row_equals_the_rule_to_rounding(family):
    least, greatest = family.compression
    for size in family.sizes:
        assert size.least_mm == pytest.approx((1 - greatest) * size.size_mm, abs=0.05)
        assert size.most_mm == pytest.approx((1 - least) * size.size_mm, abs=0.05)


@families
def test_each_row_says_where_it_comes_from(family):
    for size in family.sizes:
        assert size.source
        assert size.revision
        assert date.fromisoformat(size.date)


@families
@given(diameter=any_diameter)
def test_every_size_that_fits_is_returned_and_no_other(family, diameter):
    expected = [s.size_mm for s in family.sizes if s.least_mm <= diameter <= s.most_mm]
    assert sizes(family, diameter) == expected


@families
@given(diameter=any_diameter)
def test_candidates_exist_exactly_within_the_union_of_the_ranges(family, diameter):
    least, most = family.range_mm
    assert bool(sizes(family, diameter)) == (least <= diameter <= most)


@families
@given(diameters=st.tuples(any_diameter, any_diameter).map(sorted))
def test_a_wider_ostium_never_asks_for_a_smaller_device(family, diameters):
    narrow, wide = (sizes(family, diameter) for diameter in diameters)
    if narrow and wide:
        assert narrow[0] <= wide[0]
        assert narrow[-1] <= wide[-1]


@families
@given(diameter=any_diameter)
def test_compression_obeys_the_rule(family, diameter):
    least, greatest = family.compression
    for candidate in fits(family, round_ostium(diameter)):
        assert candidate.compression == pytest.approx(1 - diameter / candidate.size_mm)
        assert least - 1e-9 <= candidate.compression <= greatest + 1e-9


@families
def test_overlaps_return_both_sizes_and_so_do_their_limits(family):
    for small, large in zip(family.sizes, family.sizes[1:], strict=False):
        for diameter in (large.least_mm, (large.least_mm + small.most_mm) / 2, small.most_mm):
            assert {small.size_mm, large.size_mm} <= set(sizes(family, diameter))


@pytest.mark.parametrize(
    ("diameter", "expected"),
    [(14, [20]), (17, [20, 24]), (20, [24, 27]), (23, [27, 31]), (25, [31, 35]), (30, [35, 40])],
)
def test_flx_sizes_at_everyday_diameters(diameter, expected):
    assert sizes(FLX, diameter) == expected


def test_flx_answers_every_size_not_only_the_first_and_the_last():
    answered = {size for d in np.arange(14, 36, 0.1) for size in sizes(FLX, d)}
    assert answered == {20, 24, 27, 31, 35, 40}


def test_flx_does_not_use_the_bands_of_watchman_2_5():
    assert sizes(FLX, 15.0) == [20]  # below the 16.8 mm where the 2.5 begins
    assert sizes(FLX, 31.4) == [35, 40]  # above the 30.4 mm where it ends
    assert {21, 30, 33}.isdisjoint(size.size_mm for size in FLX.sizes)


def test_flx_is_sized_by_the_largest_diameter_not_by_the_mean():
    oval = Diameters(d_min_mm=15, d_max_mm=25, d_mean_mm=20, d_perimeter_mm=20.4, d_area_mm=19.4)
    candidates = fits(FLX, oval)
    assert [c.size_mm for c in candidates] == [31, 35]
    assert {c.measured_mm for c in candidates} == {25}


@given(diameter=any_diameter)
def test_flx_recommends_only_sizes_that_are_made(diameter):
    assert set(sizes(FLX, diameter)) <= {size.size_mm for size in FLX.sizes}


def test_a_shallow_appendage_excludes_nothing_but_is_told():
    ostium = round_ostium(23)
    candidates = fits(FLX, ostium)
    said = cautions(FLX, candidates, ostium=ostium, depth_mm=14.0)
    assert [c.size_mm for c in candidates] == [27, 31]
    assert sum("asks for a depth of about 15.5 mm" in sentence for sentence in said) == 1
    assert any("Not checked" in sentence for sentence in said)


def test_an_ostium_that_nothing_fits_is_told():
    ostium = round_ostium(38.2)
    (sentence,) = cautions(FLX, fits(FLX, ostium), ostium=ostium, depth_mm=30.0)
    assert "38.2 mm" in sentence
    assert "14.0 to 36.0 mm" in sentence
