"""Real recordings: read, prepared, learned from and forecast (needs ../shared/data)."""

import numpy as np
import pytest

from heartwright.data import TraceSet
from heartwright.electro.hybrid import Published, forecast, learn
from heartwright.electro.signals import prepare, read_csv


def optical(shared_data, folder, wells=slice(None)):
    files = sorted((shared_data / "recordings" / "hipsc-optical" / folder).glob("*.csv.gz"))
    return prepare(read_csv(files[wells], time_unit="s"))


def patch_clamp(shared_data):
    return prepare(read_csv([shared_data / "recordings" / "hipsc-patch-clamp"], time_unit="ms"))


def check_shape(prepared: TraceSet):
    """One beat: from rest over a crest at 1 and back to rest, or to the record's end."""
    assert prepared.step_ms == 0.1
    for trace, length in zip(prepared.values, prepared.lengths, strict=True):
        assert abs(trace[0]) < 0.2
        assert trace[:1000].max() == pytest.approx(1.0, abs=0.25)
        assert abs(trace[length - 100 : length].mean()) < 0.35


def test_optical_wells_hold_one_beat_each(shared_data):
    prepared = optical(shared_data, "baseline-IV", slice(4))
    check_shape(prepared)
    np.testing.assert_allclose(prepared.lengths * 0.1, 603.0, atol=3.0)


def test_optical_wells_may_end_300_ms_after_the_upstroke(shared_data):
    prepared = optical(shared_data, "verapamil", slice(10, 15))
    check_shape(prepared)
    np.testing.assert_allclose(prepared.lengths[:4] * 0.1, 303.0, atol=3.0)


@pytest.mark.slow
def test_patch_clamp_keeps_the_first_of_two_paced_beats(shared_data):
    prepared = patch_clamp(shared_data)
    check_shape(prepared)
    np.testing.assert_allclose(prepared.lengths * 0.1, 1000.0, atol=5.0)


def test_spontaneous_recordings_leave_their_current_out(shared_data):
    files = sorted((shared_data / "recordings" / "hipsc-spontaneous").glob("*.csv.gz"))
    raw = read_csv(files[:1])
    assert (len(raw), raw.unit) == (1, "mV")
    assert "Current" in raw.notes
    check_shape(prepare(raw))


@pytest.mark.slow
def test_the_hybrid_forecasts_unseen_wells_better_than_physics_alone(shared_data):
    folder = shared_data / "recordings" / "hipsc-optical" / "baseline-IV"
    wells = prepare(read_csv([folder], time_unit="s"))  # Well1 … Well20 in the order of numbers
    training, validation = wells.take(np.arange(14)), wells.take(np.arange(14, 20))
    hybrid, physics = (
        learn(training, validation=validation, settings=Published(epochs=40, physics_only=only))
        for only in (False, True)
    )
    assert hybrid.header["validation_mse"] < 0.9 * physics.header["validation_mse"]
    scores = [forecast(fit, validation).scores["mse"] for fit in (hybrid, physics)]
    assert scores[0] < 0.9 * scores[1]


@pytest.mark.slow
def test_patch_clamp_recordings_are_learned(shared_data):
    cells = patch_clamp(shared_data)
    hybrid, physics = (
        learn(cells, settings=Published(epochs=20, physics_only=only)) for only in (False, True)
    )
    assert hybrid.header["train_mse"] < physics.header["train_mse"]
    assert np.isfinite(forecast(hybrid, cells).prediction[cells.there]).all()
