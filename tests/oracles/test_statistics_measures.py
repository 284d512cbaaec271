"""Agreement of measurements, groups and whole numbers, against papers and second ways."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy import stats

from heartwright.data import InputError
from heartwright.studies.statistics import (
    Summary,
    bland_altman,
    concordance,
    correlation,
    counts_of_percentage,
    crossed,
    intraclass,
    kappa,
    mann_whitney,
    samples_of_counts,
    totals,
    totals_that_fit,
    welch,
)
from heartwright.studies.statistics.grim import partitions

# Bland & Altman 1986, Table 1: peak expiratory flow, first reading, l/min.
WRIGHT = np.array(
    [494, 395, 516, 434, 476, 557, 413, 442, 650, 433, 417, 656, 267, 478, 178, 423, 427.0]
)
MINI = np.array(
    [512, 430, 520, 428, 500, 600, 364, 380, 658, 445, 432, 626, 260, 477, 259, 350, 451.0]
)
# Shrout & Fleiss 1979, Table 2: six targets, four judges.
JUDGED = np.array(
    [[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7.0]]
)
PAIRS = arrays(np.float64, (9, 2), elements=st.integers(-50, 50).map(float)).filter(
    lambda pairs: np.ptp(pairs[:, 0]) > 0 and np.ptp(pairs[:, 1]) > 0
)


def test_bland_and_altman_s_peak_flow():
    found = bland_altman(MINI, WRIGHT)
    assert found.bias.value == pytest.approx(-2.1, abs=0.05)
    assert found.spread == pytest.approx(38.8, abs=0.05)
    assert (found.bias.low, found.bias.high) == pytest.approx((-22.0, 17.8), abs=0.06)
    assert found.lower.value == pytest.approx(-2.1 - 1.96 * 38.8, abs=0.2)
    # The paper's interval of the lower limit, symmetric and with 2 SD: −114.3, −45.1.
    assert (found.lower.low, found.lower.high) == pytest.approx((-114.3, -45.1), abs=10)


@pytest.mark.parametrize("count", [3, 10, 17, 200])
def test_the_limits_intervals_cover_exactly(count):
    """P(bias + k s < μ + 1.96 σ), integrated over s: 0.975 and 0.025 at the interval's ends."""
    rng = np.random.default_rng(0)
    values = rng.normal(size=(2, count))
    found = bland_altman(*values)
    s = np.sqrt(stats.chi2.ppf((np.arange(20_000) + 0.5) / 20_000, count - 1) / (count - 1))
    for end, share in ((found.upper.low, 0.975), (found.upper.high, 0.025)):
        k = (end - found.bias.value) / found.spread
        below = stats.norm.cdf(np.sqrt(count) * (1.959964 - k * s))
        assert below.mean() == pytest.approx(share, abs=1e-4)


def test_a_proportional_bias_is_found():
    first = np.linspace(10, 40, 12)
    wobble = 0.1 * np.tile([1.0, -1.0], 6)
    found = bland_altman(first, 1.2 * first + wobble)
    assert found.slope.value == pytest.approx(0.2 / 1.1, rel=0.02)
    assert found.slope_p < 1e-6


def test_shrout_and_fleiss_s_judges():
    found = intraclass(JUDGED)
    assert found.value == pytest.approx(0.29, abs=5e-3)
    assert (found.low, found.high) == pytest.approx((0.019, 0.761), abs=5e-4)


def test_the_peak_flow_s_concordance():
    """0.943, as published for these data."""
    assert concordance(WRIGHT, MINI).value == pytest.approx(0.943, abs=5e-4)


@settings(max_examples=15)
@given(PAIRS, st.floats(0.1, 10), st.floats(-100, 100))
def test_agreement_knows_no_unit_and_no_order(pairs, scale, shift):
    a, b = pairs.T
    for found in (concordance, lambda x, y: intraclass(np.column_stack([x, y]))):
        value = found(a, b).value
        assert -1 - 1e-12 <= value <= 1 + 1e-12
        assert found(b, a).value == pytest.approx(value)
        assert found(scale * a + shift, scale * b + shift).value == pytest.approx(value, abs=1e-6)
    forth, back = bland_altman(a, b + 1000), bland_altman(b + 1000, a)
    assert forth.bias.value == pytest.approx(-back.bias.value)
    assert forth.upper.value == pytest.approx(-back.lower.value)


@settings(max_examples=20)
@given(arrays(np.int64, (12, 2), elements=st.integers(0, 4)))
def test_quadratic_kappa_is_the_concordance_of_ranks(pairs):
    """Fleiss & Cohen 1973, doi:10.1177/001316447303300309."""
    a, b = pairs.T
    if np.ptp(pairs) == 0:
        return
    found = kappa(crossed(a, b, sizes=5), weights="quadratic")
    numbers = concordance(a.astype(float), b.astype(float))
    assert found.value == pytest.approx(numbers.value, abs=1e-12)


@pytest.mark.slow
def test_concordance_s_interval_covers():
    """1500 series of 30 pairs with shift and scale; the truth from their distribution."""
    rng = np.random.default_rng(1)
    r, shift, scale = 0.85, 0.3, 1.2
    truth = 2 * r * scale / (1 + scale**2 + shift**2)
    x = rng.normal(size=(1500, 30))
    y = shift + scale * (r * x + np.sqrt(1 - r**2) * rng.normal(size=x.shape))
    found = [concordance(a, b) for a, b in zip(x, y, strict=True)]
    assert np.mean([f.low <= truth <= f.high for f in found]) == pytest.approx(0.95, abs=0.02)


@pytest.mark.slow
def test_intraclass_s_interval_covers():
    rng = np.random.default_rng(2)
    patients, methods, noise = 2.0, 0.3, 0.8
    truth = patients**2 / (patients**2 + methods**2 + noise**2)
    found = [
        intraclass(
            patients * rng.normal(size=(25, 1))
            + methods * rng.normal(size=(1, 3))
            + noise * rng.normal(size=(25, 3))
        )
        for _ in range(1500)
    ]
    assert np.mean([f.low <= truth <= f.high for f in found]) == pytest.approx(0.95, abs=0.02)


def test_equal_columns_have_no_interval():
    a = np.array([1.5, 2.5, 3.5, 4.5])
    found = bland_altman(a, a)
    intervals = (found.bias, found.lower, found.upper, found.slope, concordance(a, a))
    assert {interval.low for interval in (*intervals, intraclass(np.stack([a, a], 1)))} == {None}
    assert found.slope_p is None
    for few in (a[:2], np.ones(5)):
        with pytest.raises(InputError):
            concordance(few, few)


@settings(max_examples=20)
@given(st.integers(0, 1000))
def test_tests_on_summaries_are_those_on_the_data(seed):
    rng = np.random.default_rng(seed)
    a, b = rng.normal(5, 1, 12), rng.normal(6, 3, 9)
    direct = stats.ttest_ind(a, b, equal_var=False)
    gap, p = welch(*(Summary(float(x.mean()), float(x.std(ddof=1)), len(x)) for x in (a, b)))
    assert p == pytest.approx(direct.pvalue)
    limits = direct.confidence_interval()
    assert (gap.low, gap.high) == pytest.approx((limits.low, limits.high))
    pearson = stats.pearsonr(a[:9], b)
    interval, p = correlation(float(pearson.statistic), 9)
    assert p == pytest.approx(pearson.pvalue)
    assert (interval.low, interval.high) == pytest.approx(tuple(pearson.confidence_interval()))


def test_ranks_of_two_groups():
    """U = 0 for 3 against 4: z = 6 / √8, no ties."""
    p = mann_whitney(np.array([1.0, 2, 3]), np.array([4.0, 5, 6, 7]))
    assert p == pytest.approx(2 * stats.norm.sf(6 / np.sqrt(8)))


def test_brown_and_heathers_s_mean():
    """Brown & Heathers 2017: 28 whole numbers cannot have the mean 5.19."""
    assert totals("5.19", 28) == []
    assert totals("5.18", 28) == [145]
    assert totals("5.21", 28) == [146]


@settings(max_examples=40)
@given(st.lists(st.integers(0, 20), min_size=1, max_size=60), st.integers(0, 3))
def test_a_mean_that_was_is_possible(values, digits):
    assert sum(values) in totals(f"{np.mean(values):.{digits}f}", len(values))


@settings(max_examples=25)
@given(st.integers(1, 90).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_a_percentage_that_was_is_possible(counts):
    count, total = counts
    told = f"{100 * count / total:.0f}"
    assert counts_of_percentage(told, total) == [count]
    assert total in totals_that_fit(told, total)


def test_samples_of_counts_are_all_of_them():
    assert [sum(1 for _ in partitions(n)) for n in range(8)] == [1, 1, 2, 3, 5, 7, 11, 15]
    (found,) = samples_of_counts("1.05", "0.21", 21, least=1)
    assert sorted(found) == [1.0] * 20 + [2.0]
    for sample in samples_of_counts("1.20", "0.52", 51, least=1):
        assert round(sample.mean(), 2) == 1.2
        assert 0.52 in {round(sample.std(ddof=n), 2) for n in (0, 1)}
