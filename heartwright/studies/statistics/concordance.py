"""Whether two ways to measure give the same number."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float
from scipy import stats

from heartwright.data import InputError
from heartwright.studies.statistics.interval import LEVEL, Interval, normal_quantile

Values = Float[np.ndarray, "patient"]
FEWEST = 3  # patients


def concordance(first: Values, second: Values) -> Interval:
    """Lin's concordance correlation coefficient, ρ_c: 1 only where all pairs are equal.

    Lin 1989, doi:10.2307/2532051, moments divided by n; interval by Fisher's z with the variance
    as corrected in Lin 2000, doi:10.1111/j.0006-341X.2000.00324.x. No interval where |ρ_c| is 1
    or nothing correlates. Assumes independent pairs from a bivariate normal distribution.

    Raises:
        InputError: fewer than 3 pairs, or neither varies.
    """
    _check(first, second)
    shift = float(first.mean() - second.mean())
    variances = first.var(), second.var()
    common = float(np.mean((first - first.mean()) * (second - second.mean())))
    value = 2 * common / (variances[0] + variances[1] + shift**2)
    scale = float(np.sqrt(variances[0] * variances[1]))
    if scale == 0 or common == 0 or 1 - abs(value) < 1e-12:
        return Interval(float(value))
    r, u2 = common / scale, shift**2 / scale
    reach = normal_quantile() * np.sqrt(_z_variance(value, r, u2) / (len(first) - 2))
    low, high = np.tanh(np.arctanh(value) + np.array([-reach, reach]))
    return Interval(float(value), float(low), float(high))


def _z_variance(c: float, r: float, u2: float) -> float:
    """Variance of arctanh ρ_c, times n − 2 (Lin 2000); u² is the squared shift in scale."""
    rest = 1 - c**2
    return (
        (1 - r**2) * c**2 / (rest * r**2)
        + 2 * c**3 * (1 - c) * u2 / (r * rest**2)
        - c**4 * u2**2 / (2 * r**2 * rest**2)
    )


def intraclass(values: Float[np.ndarray, "patient method"]) -> Interval:
    """ICC(2,1): absolute agreement of single measurements, patients and methods both at random.

    Shrout & Fleiss 1979, doi:10.1037/0033-2909.86.2.420; interval after McGraw & Wong 1996,
    doi:10.1037/1082-989X.1.1.30. No interval where nothing but the patients differs. Assumes
    normal, independent effects of patient, method and error.

    Raises:
        InputError: fewer than 3 patients or 2 methods, or nothing varies.
    """
    n, k = values.shape
    if k < 2:
        raise InputError("one method alone agrees with itself; give a second column.")
    _check(*values.T)
    between = k * values.mean(axis=1).var(ddof=1)
    across = n * values.mean(axis=0).var(ddof=1)
    residual = values - values.mean(axis=1, keepdims=True) - values.mean(axis=0) + values.mean()
    error = (residual**2).sum() / ((n - 1) * (k - 1))
    value = (between - error) / (between + (k - 1) * error + k * (across - error) / n)
    if error <= 1e-12 * (between + across):
        return Interval(float(value))
    a = k * value / (n * (1 - value))
    b = 1 + k * value * (n - 1) / (n * (1 - value))
    freedom = (a * across + b * error) ** 2 / (
        (a * across) ** 2 / (k - 1) + (b * error) ** 2 / ((n - 1) * (k - 1))
    )
    rest = k * across + (k * n - k - n) * error
    below = stats.f.ppf((1 + LEVEL) / 2, n - 1, freedom)
    above = stats.f.ppf((1 + LEVEL) / 2, freedom, n - 1)
    low = n * (between - below * error) / (below * rest + n * between)
    high = n * (above * between - error) / (rest + n * above * between)
    return Interval(float(value), float(low), float(high))


@dataclass(frozen=True)
class BlandAltman:
    """Differences between two methods, second − first, in the unit of the measurements."""

    count: int
    bias: Interval
    spread: float  # standard deviation of the differences
    lower: Interval  # limits of agreement
    upper: Interval
    slope: Interval  # of the difference over the pair's mean (1)
    slope_p: float | None  # None where all differences are the same


def bland_altman(first: Values, second: Values) -> BlandAltman:
    """Bias, limits of agreement (bias ± 1.96 SD) and their intervals, and proportional bias.

    Bland & Altman 1986, doi:10.1016/S0140-6736(86)90837-8. The limits' intervals are exact, by
    the noncentral t distribution: Carkeet 2015, doi:10.1097/OPX.0000000000000513. Proportional
    bias is the slope of the difference over the mean, Bland & Altman 1999,
    doi:10.1177/096228029900800204; a slope is also seen where one method merely varies more.
    Assumes independent pairs with normal differences.

    Raises:
        InputError: fewer than 3 pairs, or all pairs have the same mean.
    """
    _check(first, second)
    apart, middle = second - first, (first + second) / 2
    if np.ptp(middle) == 0:
        raise InputError("all pairs have the same mean; there is nothing to hold them against.")
    n, bias, spread = len(apart), float(apart.mean()), float(apart.std(ddof=1))
    reach = float(stats.t.ppf((1 + LEVEL) / 2, n - 1))
    slope, slope_p = _slope(middle, apart)
    limit = normal_quantile()
    near, far = _limit_factors(n, limit)
    return BlandAltman(
        count=n,
        bias=_around(bias, reach * spread / np.sqrt(n)),
        spread=spread,
        lower=_limit(bias - limit * spread, bias - far * spread, bias - near * spread),
        upper=_limit(bias + limit * spread, bias + near * spread, bias + far * spread),
        slope=slope,
        slope_p=slope_p,
    )


def _slope(middle: Values, apart: Values) -> tuple[Interval, float | None]:
    """Slope of the least-squares line, and the two-sided p value of none."""
    if np.ptp(apart) <= 1e-12 * np.ptp(middle):
        return Interval(0.0), None
    line = stats.linregress(middle, apart)
    reach = float(stats.t.ppf((1 + LEVEL) / 2, len(middle) - 2)) * float(line.stderr)
    return _around(float(line.slope), reach), float(line.pvalue)


def _limit_factors(n: int, limit: float) -> tuple[float, float]:
    """How many standard deviations from the bias the limit's own interval lies, near and far."""
    tails = np.array([1 - LEVEL, 1 + LEVEL]) / 2
    near, far = stats.nct.ppf(tails, n - 1, limit * np.sqrt(n)) / np.sqrt(n)
    return float(near), float(far)


def _limit(value: float, low: float, high: float) -> Interval:
    return Interval(value, low, high) if low < high else Interval(value)


def _around(value: float, reach: float) -> Interval:
    if reach == 0:  # nothing varies, and nothing says how sure that is
        return Interval(value)
    return Interval(value, float(value - reach), float(value + reach))


def _check(*columns: Values) -> None:
    if len(columns[0]) < FEWEST:
        raise InputError(f"{len(columns[0])} patients show nothing; give at least {FEWEST}.")
    if all(np.ptp(column) == 0 for column in columns):
        raise InputError("every value is the same in every patient; nothing can be compared.")
