"""Shares, tests on shares and what a trial needs, against papers and second implementations."""

import math
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats
from statsmodels.stats.contingency_tables import Table2x2
from statsmodels.stats.proportion import proportion_confint

from heartwright.data import InputError
from heartwright.studies.statistics import (
    Confusion,
    Shares,
    accuracy,
    clopper_pearson,
    crossed,
    kappa,
    mcnemar,
    paired_sample_size,
    pairings,
    power,
    ranks,
    share_tests,
    unpaired_sample_size,
    wilson,
)
from heartwright.studies.statistics.sample_size import connor

NEWCOMBE = {  # Newcombe 1998, Table I: score (method 3) and Clopper–Pearson (method 5)
    (81, 263): ((0.2553, 0.3662), (0.2527, 0.3676)),
    (15, 148): ((0.0624, 0.1605), (0.0578, 0.1617)),
    (0, 20): ((0.0, 0.1611), (0.0, 0.1684)),
    (1, 29): ((0.0061, 0.1718), (0.0009, 0.1776)),
}
COUNTS = (
    st.integers(0, 60)
    .flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))
    .filter(lambda pair: pair[1] > 0)
)


@pytest.mark.parametrize("counts", NEWCOMBE)
def test_intervals_are_newcombe_s(counts):
    score, exact = NEWCOMBE[counts]
    found = wilson(*counts), clopper_pearson(*counts)
    for interval, printed in zip(found, (score, exact), strict=True):
        assert (interval.low, interval.high) == pytest.approx(printed, abs=5e-5)


@settings(max_examples=20)
@given(COUNTS)
def test_intervals_are_those_of_statsmodels_and_mirror(counts):
    count, total = counts
    for ours, name in ((wilson, "wilson"), (clopper_pearson, "beta")):
        found, other = ours(count, total), ours(total - count, total)
        assert (found.low, found.high) == pytest.approx(
            proportion_confint(count, total, method=name), abs=1e-9
        )
        assert 0 <= found.low <= found.value <= found.high <= 1
        assert found.low == pytest.approx(1 - other.high, abs=1e-9)


def test_no_share_of_nobody():
    for counts in ((0, 0), (3, 2), (-1, 4)):
        with pytest.raises(InputError, match="is no share"):
            wilson(*counts)


def test_kappa_of_a_textbook():
    """20 and 15 of 50 agreed on, 5 and 10 not: 0.4; the review's Ripley et al.: 0.375."""
    assert kappa(np.array([[20, 5], [10, 15]]), weights="none").value == pytest.approx(0.4)
    assert kappa(np.array([[6, 3], [2, 5]]), weights="none").value == pytest.approx(0.375, abs=5e-4)


SQUARE = st.lists(st.integers(0, 9), min_size=16, max_size=16).map(
    lambda cells: np.array(cells).reshape(4, 4)
)


@settings(max_examples=15)
@given(SQUARE.filter(lambda t: np.count_nonzero(t.sum(0) + t.sum(1)) > 1))
def test_kappa_is_one_less_observed_over_expected_cost(table):
    far = np.abs(np.subtract.outer(np.arange(4), np.arange(4)))
    expected = np.outer(table.sum(1), table.sum(0)) / table.sum()
    for weights, cost in (("none", far > 0), ("linear", far), ("quadratic", far**2)):
        found = kappa(table, weights=weights)
        direct = 1 - (cost * table).sum() / (cost * expected).sum()
        assert found.value == pytest.approx(direct)
        assert kappa(table.T, weights=weights).value == pytest.approx(found.value)
        if found.low is not None:
            assert -1 <= found.low <= found.value + 1e-12
            assert found.value <= found.high + 1e-12 <= 1 + 1e-9


def test_sizes_are_ranked_on_their_scale():
    scale = np.array([20.0, 24, 27, 31, 35])
    assert ranks(np.array([24.0, 35, 20]), scale).tolist() == [1, 4, 0]
    with pytest.raises(InputError, match="25 is none of the sizes 20, 24, 27, 31, 35"):
        ranks(np.array([25.0]), scale)
    with pytest.raises(InputError, match="same size"):
        kappa(crossed(np.array([1, 1]), np.array([1, 1]), sizes=3), weights="linear")


@settings(max_examples=15)
@given(st.tuples(*[st.integers(1, 40)] * 4))
def test_ratios_are_those_of_statsmodels(cells):
    tp, fn, fp, tn = cells
    found = accuracy(Confusion(*cells))
    odds = Table2x2([[tp, fn], [fp, tn]])
    assert (found.odds_ratio.low, found.odds_ratio.high) == pytest.approx(odds.oddsratio_confint())
    positive = found.positive_likelihood_ratio
    assert positive.value == pytest.approx(odds.riskratio)
    assert (positive.low, positive.high) == pytest.approx(odds.riskratio_confint())
    mirrored = accuracy(Confusion(tn, fp, fn, tp))
    assert mirrored.sensitivity == found.specificity
    assert mirrored.positive_predictive == found.negative_predictive


def test_an_empty_cell_gets_halves_and_says_so():
    found = accuracy(Confusion(8, 0, 2, 6))
    assert found.halves_added
    assert found.odds_ratio.value == pytest.approx(8.5 * 6.5 / (0.5 * 2.5))
    assert found.sensitivity.value == 1
    assert accuracy(Confusion(0, 3, 0, 4)).positive_predictive is None
    with pytest.raises(InputError, match="with and without"):
        Confusion(0, 0, 3, 4)


@settings(max_examples=20)
@given(st.lists(st.tuples(st.booleans(), st.booleans()), min_size=1, max_size=60))
def test_mcnemar_is_a_sign_test(pairs):
    first, second = np.array(pairs).T
    found = mcnemar(first, second)
    apart = found.first_only + found.second_only
    sign = stats.binomtest(found.first_only, apart).pvalue if apart else 1.0
    assert found.p == pytest.approx(sign)
    assert mcnemar(second, first).p == pytest.approx(found.p)


def test_every_pairing_of_two_shares():
    found = pairings(21, 12, 22)
    assert [(pair.both, pair.first_only, pair.second_only) for pair in found] == [
        (11, 10, 1),
        (12, 9, 0),
    ]
    assert {sum((p.both, p.first_only, p.second_only, p.neither)) for p in found} == {22}
    with pytest.raises(InputError, match="cannot be right of 3"):
        pairings(4, 1, 3)


def test_power_is_the_sum_over_all_series():
    """Of 12 patients, every division into first only, second only and the rest."""
    first, second = 0.5, 0.1
    total = 0.0
    for a, b in product(range(13), repeat=2):
        if a + b <= 12 and a + b and stats.binomtest(a, a + b).pvalue < 0.05:
            total += stats.multinomial.pmf([a, b, 12 - a - b], 12, [first, second, 0.4])
    assert power(12, first, second) == pytest.approx(total)
    assert power(12, second, first) == pytest.approx(total)


@pytest.mark.slow
@settings(max_examples=15)
@given(st.floats(0.2, 0.5), st.floats(0.0, 0.08))
def test_a_paired_trial_is_a_little_larger_than_connor_s(first, second):
    found = paired_sample_size(first, second)
    assert power(found, first, second) >= 0.8
    assert found >= 0.9 * connor(first, second, goal=0.8, alpha=0.05)
    assert found <= 1.4 * connor(first, second, goal=0.8, alpha=0.05) + 10


def test_no_trial_shows_nothing():
    for shares, told in (((0.1, 0.1), "equally often"), ((0.8, 0.3), "in all")):
        with pytest.raises(InputError, match=told):
            paired_sample_size(*shares)
    with pytest.raises(InputError, match="too small"):
        paired_sample_size(0.1, 0.099)
    with pytest.raises(InputError, match="different shares"):
        unpaired_sample_size(0.3, 0.3)


def test_an_unpaired_trial_is_fleiss_s():
    """60 against 40 %: 97 in each arm (Fleiss, without continuity correction)."""
    assert unpaired_sample_size(0.6, 0.4) == 97
    a, b, mean = 0.95, 0.77, 0.86
    reach = 1.959964 * math.sqrt(2 * mean * (1 - mean))
    size = (reach + 0.841621 * math.sqrt(a * (1 - a) + b * (1 - b))) ** 2 / (a - b) ** 2
    assert unpaired_sample_size(a, b) == math.ceil(size)


def test_a_lady_tastes_tea():
    """Fisher 1935: three of four cups named right; p = 0.486 (two-sided)."""
    found = share_tests(Shares(3, 4, 1, 4))
    assert found["Fisher"] == pytest.approx(0.486, abs=5e-4)
    assert found["Boschloo"] <= found["Fisher"]
    assert found["χ²"] == pytest.approx(stats.chi2.sf(2.0, 1))
    with pytest.raises(InputError, match="some with and some without"):
        share_tests(Shares(0, 4, 0, 4))
