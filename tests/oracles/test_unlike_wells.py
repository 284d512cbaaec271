"""Few traces that last unlike, of a shape that the physics does not have."""

import numpy as np
import pytest

from heartwright.data import TraceSet
from heartwright.electro.hybrid import Settings, forecast, learn
from heartwright.electro.hybrid.pulse import LONGEST_MS, lasting

STEP_MS, RISE_MS = 0.1, 5.0


def triangles(*lasting_ms):
    """Potentials that fall from their peak on, as under verapamil, with a camera's noise."""
    times = np.arange(2500) * STEP_MS
    ends = np.array(lasting_ms)[:, None]
    falling = np.clip((ends - times) / (ends - RISE_MS), 0, 1)
    values = np.where(times < RISE_MS, times / RISE_MS, falling)
    values = values + 0.005 * np.random.default_rng(0).standard_normal(values.shape)
    names = tuple(f"well {ms:g}" for ms in lasting_ms)
    lengths = np.full(len(ends), len(times))
    return TraceSet(values, STEP_MS, lengths, names, prepared=True)


@pytest.mark.slow
def test_what_they_share_is_learned():
    wells = triangles(120.0, 125.0, 170.0)
    fit = learn(wells, settings=Settings(rounds=40))
    scores = forecast(fit, wells).scores
    assert fit.leaves, "the residual was given up"
    assert scores["mse"] < 1.2 * scores["mean_trace_mse"]
    assert scores["mse"] < 0.6 * forecast(physics_of(wells), wells).scores["mse"]


def physics_of(wells):
    return learn(wells, settings=Settings(residual="none"))


def test_a_pulse_stays_short_whatever_is_asked():
    asked = np.linspace(-30, 30, 301)
    lengths = np.array([float(lasting(number)) for number in asked])
    assert lengths[150] == 1.0
    assert np.diff(lengths).min() > -1e-5  # but for rounding
    assert lengths.max() == pytest.approx(LONGEST_MS, rel=1e-4)
    assert lengths.min() == pytest.approx(1 / LONGEST_MS, rel=1e-4)
    assert lasting(0.1) == pytest.approx(np.exp(0.1), rel=1e-3)  # near 1 ms: a factor
