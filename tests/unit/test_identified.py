"""The records of identification."""

import numpy as np
import pytest

from heartwright.data import Estimate, Identified, InputError, Profile
from heartwright.electro.hybrid.intervals import Laplace, Slot, estimates, warnings

BOUNDS = (30.0, 1200.0)
ESTIMATE = Estimate("tau_close", 1, value=100.0, lower=90.0, upper=115.0, determined=True)


def test_an_estimate_knows_its_label_width_and_reach() -> None:
    assert ESTIMATE.label == "tau_close of group 1"
    assert ESTIMATE.relative_width == pytest.approx(0.25)
    assert ESTIMATE.covers(90.0)
    assert not ESTIMATE.covers(116.0)


def test_an_estimate_is_found_by_name_and_group() -> None:
    found = Identified((ESTIMATE,), np.eye(1), noise=0.05, residual_norm=0.0, warnings=())
    assert found.of("tau_close", 1) is ESTIMATE
    with pytest.raises(InputError, match="tau_close of group 1"):
        found.of("tau_close")


def test_a_profile_gives_the_interval_below_a_level() -> None:
    values = np.linspace(8.0, 12.0, 41)
    profile = Profile("tau_out", values, (values - 10.0) ** 2)
    assert profile.interval() == pytest.approx((10 - 1.96, 10 + 1.96), abs=0.02)
    with pytest.raises(InputError, match="try more"):
        profile.interval(-1.0)


def laplace(covariance: np.ndarray, determined: tuple[bool, ...] = (True, True)) -> Laplace:
    return Laplace(np.zeros(len(covariance)), covariance, np.array(determined))


SLOTS = (Slot("tau_close", 0, BOUNDS, 0.0), Slot("tau_close", 1, BOUNDS, 0.0))


def test_well_known_parameters_give_no_warning() -> None:
    found = laplace(1e-8 * np.eye(2))
    assert warnings(found, SLOTS, estimates(found, SLOTS)) == ()


def test_parameters_that_go_together_are_named() -> None:
    found = laplace(1e-8 * np.array([[1.0, 0.999], [0.999, 1.0]]))
    (sentence,) = warnings(found, SLOTS, estimates(found, SLOTS))
    assert "cannot be told apart" in sentence
    assert "+0.999" in sentence


def test_wide_and_undetermined_parameters_are_named() -> None:
    wide = laplace(np.diag([1e-3, 1e-8]))
    (sentence,) = warnings(wide, SLOTS, estimates(wide, SLOTS))
    assert "known only to lie between" in sentence
    lost = laplace(1e-8 * np.eye(2), determined=(False, True))
    listed = estimates(lost, SLOTS)
    assert (listed[0].lower, listed[0].upper) == BOUNDS
    assert "say nothing of tau_close of group 0" in warnings(lost, SLOTS, listed)[0]


def test_a_parameter_at_the_end_of_its_range_is_named() -> None:
    found = Laplace(np.array([1.0, 0.0]), 1e-8 * np.eye(2), np.array([True, True]))
    assert "end of its range" in warnings(found, SLOTS, estimates(found, SLOTS))[0]


def test_the_mean_of_the_traces_factors_is_part_of_the_value() -> None:
    found = laplace(1e-8 * np.eye(2))
    shifted = (Slot("tau_close", 0, BOUNDS, 0.1), SLOTS[1])
    first, second = estimates(found, shifted)
    assert first.value / second.value == pytest.approx(np.exp(0.1), rel=1e-6)
