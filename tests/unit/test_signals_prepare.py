"""First full beat, silent part removed, [0, 1]."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from heartwright.data import InputError, TraceSet
from heartwright.electro.signals import prepare
from heartwright.electro.signals.clock import resampled

STEP = 0.1


def beats(starts, *, until, lasting=200.0, rise=5.0, rest=-80.0, height=100.0, step=STEP):
    """Square-shouldered beats: a linear upstroke, a plateau that slopes, a fall over 60 ms."""
    t = np.arange(0, until, step)
    shape = np.zeros_like(t)
    for start in starts:
        since = t - start
        knots = [0, rise, lasting, lasting + 60]
        shape += np.interp(since, knots, [0, 1, 0.8, 0], left=0, right=0)
    return rest + height * shape


def raw(*signals, step=STEP):
    length = max(map(len, signals))
    values = np.full((len(signals), length), np.nan)
    for row, signal in zip(values, signals, strict=True):
        row[: len(signal)] = signal
    names = tuple(f"t{n}" for n in range(len(signals)))
    return TraceSet(values, step, np.array([len(s) for s in signals]), names, unit="mV")


def test_the_beat_runs_from_its_onset_to_the_end_of_the_record():
    prepared = prepare(raw(beats([50.0], until=600.0)))
    assert prepared.prepared
    assert prepared.unit == "1"
    assert prepared.lengths[0] * STEP == pytest.approx(550.0, abs=1.0)
    assert prepared.values[0, 0] == pytest.approx(0.0, abs=0.03)
    assert np.nanmax(prepared.values) == pytest.approx(1.0, abs=0.02)


@settings(max_examples=25, deadline=None)
@given(
    onset=st.floats(30, 120),
    noise=st.floats(0, 0.05),
    rise=st.floats(1, 15),
    scale=st.floats(1e-3, 1e3),
    seed=st.integers(0, 2**16),
)
def test_onset_and_levels_hold_in_noise_on_any_scale(onset, noise, rise, scale, seed):
    signal = beats([onset], until=500.0, rise=rise)
    noisy = signal + 100 * noise * np.random.default_rng(seed).normal(size=signal.shape)
    prepared = prepare(raw(scale * noisy))
    start = 500.0 - prepared.lengths[0] * STEP
    assert onset - 1.6 <= start <= onset + 1.0 + 0.15 * rise
    tail = prepared.values[0, -1000:]
    assert tail.mean() == pytest.approx(0.0, abs=0.02)
    plateau = prepared.values[0, 300:500].mean()
    assert plateau == pytest.approx(0.96, abs=0.03 + 2 * noise)


def test_only_the_first_full_beat_is_kept():
    started_before = beats([-100.0, 400.0, 1000.0], until=1500.0)
    prepared = prepare(raw(started_before))
    assert prepared.lengths[0] * STEP == pytest.approx(600.0, abs=1.0)


def test_a_record_may_end_before_repolarisation():
    prepared = prepare(raw(beats([50.0], until=600.0), beats([50.0], until=200.0)))
    assert prepared.lengths[1] * STEP == pytest.approx(150.0, abs=1.0)
    assert prepared.values[1, prepared.lengths[1] - 1] > 0.7
    assert np.isnan(prepared.values[1, prepared.lengths[1] :]).all()


def test_minmax_spans_the_unit_interval_exactly():
    noisy = beats([50.0], until=600.0) + np.random.default_rng(0).normal(0, 5, 6000)
    values = prepare(raw(noisy), normalise="minmax").values
    assert (np.nanmin(values), np.nanmax(values)) == (0.0, 1.0)


def test_a_prepared_set_passes_unchanged():
    once = prepare(raw(beats([50.0], until=600.0)))
    assert prepare(once) is once


def test_a_trace_without_a_beat_is_named():
    random = np.random.default_rng(1)
    for flat in (np.zeros(5000), random.normal(size=5000), np.linspace(1.0, 0.0, 5000)):
        with pytest.raises(InputError, match="t1"):
            prepare(raw(beats([50.0], until=600.0), flat))


@pytest.mark.parametrize("step", [0.04, 0.1, 1.0])
def test_any_clock_ends_on_the_same_beat(step):
    prepared = prepare(raw(beats([50.0], until=600.0, step=step), step=step))
    assert prepared.step_ms == 0.1
    assert prepared.lengths[0] * 0.1 == pytest.approx(550.0, abs=2.0)


@pytest.mark.parametrize("step", [0.05, 0.1, 3.7])
@pytest.mark.parametrize("normalise", ["plateau", "minmax"])
def test_gaps_stay_gaps_and_beats_are_found_all_the_same(step, normalise):
    signal = beats([50.0], until=600.0, step=step)
    holed = signal.copy()
    times = np.arange(len(signal)) * step
    holed[(times > 150) & (times < 200)] = np.nan
    holed[np.random.default_rng(0).random(len(holed)) < 0.02] = np.nan
    whole, mended = (prepare(raw(s, step=step), normalise=normalise) for s in (signal, holed))
    assert abs(int(mended.lengths[0]) - int(whole.lengths[0])) * 0.1 <= 2 * step
    start = 600.0 - mended.lengths[0] * 0.1
    inside = slice(round((155 - start) / 0.1), round((195 - start) / 0.1))
    assert np.isnan(mended.values[0, inside]).all()
    missing = np.isnan(mended.values).mean()
    assert 0.08 < missing < 0.16
    assert abs(np.nanmax(mended.values) - np.nanmax(whole.values)) < 0.03


def test_a_beat_whose_upstroke_nobody_saw_is_refused():
    signal = beats([50.0], until=600.0)
    signal[480:560] = np.nan
    with pytest.raises(InputError, match="t0 has a gap where its action potential begins"):
        prepare(raw(signal))


def test_an_impossible_step_is_refused():
    with pytest.raises(InputError, match="sampling step"):
        prepare(raw(beats([50.0], until=600.0)), step_ms=0.0)


@settings(max_examples=30, deadline=None)
@given(step=st.floats(0.02, 2.0), new=st.floats(0.02, 2.0), slope=st.floats(-5, 5))
def test_resampling_keeps_lines_and_quietens_noise(step, new, slope):
    samples = np.arange(200) * step
    line = resampled(slope * samples, step, new)
    inner = slice(2, -2)
    wanted = slope * np.arange(len(line)) * new
    np.testing.assert_allclose(line[inner], wanted[inner], atol=abs(slope) * step / 2 + 1e-9)
    noise = resampled(np.random.default_rng(0).normal(size=4000), step, new)
    assert noise.std() < 1.1
