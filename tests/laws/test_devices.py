"""Laws that every device family keeps, and every row of its table."""

from datetime import date

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from heartwright.data import Diameters, InputError
from heartwright.planning.devices import (
    AORTIC_VALVE,
    APPENDAGE,
    FAMILIES,
    cautions,
    family_named,
    fits,
)

families = pytest.mark.parametrize("family", FAMILIES.values(), ids=FAMILIES)
rows = pytest.mark.parametrize(
    ("family", "size"),
    [
        pytest.param(family, size, id=f"{family.name} {size.size_mm:g}")
        for family in FAMILIES.values()
        for size in family.sizes
    ],
)
occluders = pytest.mark.parametrize(
    "family",
    [family for family in FAMILIES.values() if family.site == APPENDAGE],
    ids=lambda family: family.name,
)
any_diameter = st.floats(1, 80)
few = settings(max_examples=30)
_PRINTED_TO = {"mm": 0.05, "mm²": 0.5}  # half of a table's last digit


def round_section(diameter_mm: float) -> Diameters:
    return Diameters(*[diameter_mm] * 5)


def section_of(family, value: float) -> Diameters:
    """A round section of just this measure."""
    return round_section(family.by.circle_mm(value))


def sizes(family, diameter_mm: float) -> list[float]:
    return [candidate.size_mm for candidate in fits(family, round_section(diameter_mm))]


@families
def test_sizes_and_their_limits_rise_together(family):
    table = np.array([(size.size_mm, size.least, size.most) for size in family.sizes])
    assert (np.diff(table, axis=0) > 0).all()
    assert (table[:, 1] < table[:, 2]).all()


@occluders
def test_an_occluder_is_always_wider_than_its_site(family):
    assert all(size.most < size.size_mm for size in family.sizes)


@rows
def test_each_row_equals_the_rule_to_rounding(family, size):
    """Rules are diameters to 0.1 mm, rows are printed to 0.1 mm or 1 mm²: both round."""
    for printed, ruled in zip(
        (size.least, size.most), family.rule.diameters_mm(size.size_mm), strict=True
    ):
        slack = family.by.of_circle(ruled + 0.05) - family.by.of_circle(ruled)
        assert printed == pytest.approx(
            family.by.of_circle(ruled), abs=slack + _PRINTED_TO[family.unit]
        )


@rows
def test_each_row_says_where_it_comes_from(family, size):
    assert size.source
    assert size.revision
    assert date.fromisoformat(size.date)
    assert size.verified == ("instructions for use," in size.source)


@families
def test_each_family_states_its_site_its_plane_and_its_measure(family):
    assert family.site == (AORTIC_VALVE if family.plane == "annulus" else APPENDAGE)
    assert family.measure == f"{family.by.name} of the {family.plane}"
    assert family.where
    assert family.unit == ("mm²" if family.by.name == "area" else "mm")


@few
@families
@given(diameter=any_diameter)
def test_every_size_that_fits_is_returned_and_no_other(family, diameter):
    value = family.measured(round_section(diameter))
    expected = [s.size_mm for s in family.sizes if s.least <= value <= s.most]
    assert sizes(family, diameter) == expected


@few
@families
@given(diameter=any_diameter)
def test_no_gap_within_the_table_and_nothing_outside(family, diameter):
    least, most = family.limits
    assert bool(sizes(family, diameter)) == (
        least <= family.measured(round_section(diameter)) <= most
    )


@few
@families
@given(diameters=st.tuples(any_diameter, any_diameter).map(sorted))
def test_a_wider_site_never_asks_for_a_smaller_device(family, diameters):
    narrow, wide = (sizes(family, diameter) for diameter in diameters)
    if narrow and wide:
        assert narrow[0] <= wide[0]
        assert narrow[-1] <= wide[-1]


@rows
def test_a_row_s_own_limits_and_middle_return_it(family, size):
    middle = (size.least + size.most) / 2
    assert size.size_mm in [c.size_mm for c in fits(family, section_of(family, middle))]
    for limit in (size.least, size.most):
        assert size.size_mm in [c.size_mm for c in fits(family, section_of(family, limit))]


@families
def test_overlaps_return_both_sizes(family):
    for small, large in zip(family.sizes, family.sizes[1:], strict=False):
        assert large.least <= small.most, "a gap"
        for value in (large.least, (large.least + small.most) / 2, small.most):
            both = [candidate.size_mm for candidate in fits(family, section_of(family, value))]
            assert {small.size_mm, large.size_mm} <= set(both)


@few
@families
@given(diameter=any_diameter)
def test_compression_and_oversizing_are_those_of_the_device(family, diameter):
    for candidate in fits(family, round_section(diameter)):
        size = family.size(candidate.size_mm)
        assert candidate.compression == pytest.approx(1 - diameter / size.size_mm)
        assert candidate.oversizing == pytest.approx(size.nominal / candidate.measured - 1)
        assert candidate.unit == family.unit


@pytest.mark.parametrize(
    ("name", "least", "greatest"),
    [  # compression for occluders, area over-sizing, perimeter over-sizing
        ("WATCHMAN 2.5", 0.078, 0.20),
        ("WATCHMAN FLX", 0.10, 0.30),
        ("Amplatzer Amulet", 0.088, 0.3125),
        ("SAPIEN 3", -0.0498, 0.2101),
        ("Evolut", 0.115, 0.308),
        ("CoreValve", 0.069, 0.301),
    ],
)
def test_each_table_spans_the_oversizing_that_its_family_allows(name, least, greatest):
    family = FAMILIES[name]
    spans = [
        (1 - size.most / size.size_mm, 1 - size.least / size.size_mm)
        if family.site == APPENDAGE
        else (size.nominal / size.most - 1, size.nominal / size.least - 1)
        for size in family.sizes
    ]
    assert min(low for low, _ in spans) == pytest.approx(least, abs=1e-3)
    assert max(high for _, high in spans) == pytest.approx(greatest, abs=1e-3)


@families
@pytest.mark.parametrize("value", [0.0, -3.0, np.nan, np.inf])
def test_what_is_no_size_is_refused(family, value):
    with pytest.raises(InputError, match="measure that section again"):
        fits(family, round_section(value))


@families
def test_a_site_that_nothing_fits_is_told_with_the_limits(family):
    section = section_of(family, 1.2 * family.limits[1])
    (sentence,) = cautions(family, fits(family, section), ostium=section, depth_mm=30.0)
    assert f"{family.limits[0]:.1f} to {family.limits[1]:.1f} {family.unit}" in sentence
    assert f"{1.2 * family.limits[1]:.1f} {family.unit}" in sentence


@families
def test_what_is_unverified_is_told(family):
    for size in family.sizes:
        section = section_of(family, (size.least + size.most) / 2)
        candidates = fits(family, section)
        told = " ".join(cautions(family, candidates, ostium=section))
        assert ("Not checked" in told) == any(not c.verified for c in candidates)
        assert all(note in told for note in family.notes)
        assert all(f"asks for a {need.words}" in told for need in family.needs)


def test_a_shallow_appendage_excludes_nothing_but_is_told():
    flx, ostium = FAMILIES["WATCHMAN FLX"], round_section(23)
    candidates = fits(flx, ostium)
    said = cautions(flx, candidates, ostium=ostium, depth_mm=14.0)
    assert [c.size_mm for c in candidates] == [27, 31]
    assert sum("asks for a depth of about 15.5 mm" in sentence for sentence in said) == 1
    assert any("Not checked" in sentence for sentence in said)


def test_the_open_watchman_asks_for_a_depth_of_the_ostium_s_diameter():
    family, ostium = FAMILIES["WATCHMAN 2.5"], round_section(22)
    shallow = cautions(family, fits(family, ostium), ostium=ostium, depth_mm=21.9)
    deep = cautions(family, fits(family, ostium), ostium=ostium, depth_mm=22.0)
    assert sum("depth of about 22.0 mm; 21.9 mm was measured" in s for s in shallow) == 2
    assert not any("depth" in sentence for sentence in deep)


def test_a_device_is_found_by_name_or_refused_with_the_known_ones():
    assert family_named("  watchman   flx ") is FAMILIES["WATCHMAN FLX"]
    with pytest.raises(InputError, match="Portico") as refused:
        family_named("Portico")
    assert all(name in str(refused.value) for name in FAMILIES)


def test_a_size_that_is_not_made_is_refused_with_those_that_are():
    with pytest.raises(InputError, match="20, 24, 27, 31, 35, 40 mm"):
        FAMILIES["WATCHMAN FLX"].size(25.3)
