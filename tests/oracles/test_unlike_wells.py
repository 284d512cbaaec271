"""Few traces that last unlike, of a shape that the physics does not have."""

import numpy as np
import pytest

from heartwright.data import TraceSet
from heartwright.electro.hybrid import Settings, forecast, learn
from heartwright.electro.hybrid.pulse import LONGEST_MS, lasting
from heartwright.flows.recordings import Reading, read_traces
from heartwright.studies.paper.score import cut

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
def test_the_physics_comes_as_near_as_it_can():
    wells = triangles(120.0, 125.0, 170.0)
    fit = learn(wells, settings=Settings(residual="none"))
    scores = forecast(fit, wells).scores
    assert fit.parameters["tau_close"] < 100.0  # the other valley ends at its bound, 1200 ms
    assert scores["mse"] < 1.2 * scores["mean_trace_mse"]


@pytest.mark.slow
def test_unlike_wells_get_a_residual_for_what_they_share(shared_data):
    folder = shared_data / "recordings/hipsc-optical/verapamil"
    wells = [folder / f"Well{n}.csv.gz" for n in (13, 14, 15)]
    traces = cut(read_traces(wells, Reading(time_unit="s")), 300.0)
    fit = learn(traces, settings=Settings(rounds=40))
    scores = forecast(fit, traces).scores
    assert fit.leaves
    assert fit.header["settings"]["per_trace"] == ()
    assert scores["mse"] < 1.2 * scores["mean_trace_mse"]


def test_a_pulse_stays_short_whatever_is_asked():
    asked = np.linspace(-30, 30, 301)
    lengths = np.array([float(lasting(number)) for number in asked])
    assert lengths[150] == 1.0
    assert np.diff(lengths).min() > -1e-5  # but for rounding
    assert lengths.max() == pytest.approx(LONGEST_MS, rel=1e-4)
    assert lengths.min() == pytest.approx(1 / LONGEST_MS, rel=1e-4)
    assert lasting(0.1) == pytest.approx(np.exp(0.1), rel=1e-3)  # near 1 ms: a factor
