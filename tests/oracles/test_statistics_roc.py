"""Areas under ROC curves against Hanley and McNeil's patients and DeLong's own definition."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy import stats

from heartwright.data import InputError
from heartwright.studies.statistics import (
    bootstrap,
    curve,
    delong,
    delong_difference,
    hanley_mcneil,
    hanley_mcneil_error,
)
from heartwright.studies.statistics.roc import areas

# Hanley & McNeil 1982, Table I: 109 CT images rated 1 to 5; truly normal, truly abnormal.
NORMAL, ABNORMAL = (33, 6, 6, 11, 2), (3, 2, 2, 11, 33)
RATING = np.concatenate([np.repeat(np.arange(1.0, 6), n) for n in (NORMAL, ABNORMAL)])
OUTCOME = np.arange(109) >= 58

MARKERS = arrays(np.float64, (2, 14), elements=st.integers(0, 6).map(float))
HALF = np.arange(14) < 6


def test_hanley_and_mcneil_s_images():
    """Area 0.893, standard error 0.032 (the paper); DeLong 0.83295 to 0.95339 (Stata's manual)."""
    found = delong(RATING, OUTCOME)
    assert found.value == pytest.approx(0.893, abs=5e-4)
    assert (found.low, found.high) == pytest.approx((0.83295, 0.95339), abs=5e-6)
    assert hanley_mcneil_error(0.893, 51, 58) == pytest.approx(0.032, abs=6e-4)


def direct(markers, outcome):
    """DeLong's structural components by every pair of a case and a control."""
    cases, controls = markers[:, outcome], markers[:, ~outcome]
    wins = cases[:, :, None] - controls[:, None, :]
    kernel = (wins > 0) + 0.5 * (wins == 0)
    by_case, by_control = kernel.mean(axis=2), kernel.mean(axis=1)
    spread = np.cov(by_case) / cases.shape[1] + np.cov(by_control) / controls.shape[1]
    return kernel.mean(axis=(1, 2)), spread


@settings(max_examples=20)
@given(MARKERS)
def test_areas_are_delong_s_definition(markers):
    area, spread = areas(markers, HALF)
    by_pairs, components = direct(markers, HALF)
    assert area == pytest.approx(by_pairs)
    assert spread == pytest.approx(components, abs=1e-12)
    u = stats.mannwhitneyu(markers[0, HALF], markers[0, ~HALF]).statistic
    assert area[0] == pytest.approx(u / (6 * 8))


@settings(max_examples=12)
@given(MARKERS)
def test_laws_of_areas(markers):
    first, second = markers
    found = delong(first, HALF)
    assert delong(np.exp(first), HALF) == found
    assert delong(-first, HALF).value == pytest.approx(1 - found.value)
    assert delong(first, ~HALF).value == pytest.approx(1 - found.value)
    forth, back = delong_difference(first, second, HALF), delong_difference(second, first, HALF)
    assert forth.difference.value == pytest.approx(-back.difference.value)
    assert (forth.p is None) == (back.p is None)
    assert delong_difference(first, first, HALF).p is None
    x, y = curve(first, HALF).T
    assert np.trapezoid(y, x) == pytest.approx(found.value)
    assert (np.diff(x) >= 0).all()
    assert (np.diff(y) >= 0).all()


def test_three_intervals_of_one_area_are_alike():
    rng = np.random.default_rng(3)
    outcome = np.arange(160) < 60
    marker = rng.normal(size=160) + 1.0 * outcome
    found = [
        delong(marker, outcome),
        bootstrap(marker, outcome, seed=1),
        hanley_mcneil(delong(marker, outcome).value, 60, 100),
    ]
    for interval in found[1:]:
        assert interval.value == pytest.approx(found[0].value)
        assert (interval.low, interval.high) == pytest.approx(
            (found[0].low, found[0].high), abs=0.015
        )
    assert bootstrap(marker, outcome, seed=1) == found[1]


def test_a_perfect_marker_has_no_interval():
    marker = np.arange(14.0) * -1
    assert {f(marker, HALF).low for f in (delong, bootstrap)} == {None}
    assert hanley_mcneil(1.0, 6, 8).low is None


def test_one_case_is_too_few():
    with pytest.raises(InputError, match="1 of 14 patients"):
        delong(np.arange(14.0), np.arange(14) < 1)
    with pytest.raises(InputError, match="both kinds"):
        hanley_mcneil_error(0.8, 0, 5)
