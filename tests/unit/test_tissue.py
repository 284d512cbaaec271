"""What a tissue simulation refuses, and what it tells while it runs."""

import numpy as np
import pytest

from heartwright.data import ConvergenceError, InputError
from heartwright.electro.cells import MitchellSchaeffer
from heartwright.electro.tissue import Simulation, Stimulus, Tissue, simulate

SQUARE = np.ones((6, 6), dtype=bool)
NOWHERE = np.zeros((6, 6), dtype=bool)


def run(**changes) -> Simulation:
    settings = {
        "tissue": Tissue(SQUARE, spacing_mm=0.5, diffusivity=0.3),
        "stimuli": [Stimulus(SQUARE, 1.0, start_ms=0.0, duration_ms=1.0)],
        "duration_ms": 5.0,
        "dt_ms": 0.1,
        "activation_level": 0.13,
    } | changes
    return simulate(
        MitchellSchaeffer(), settings.pop("tissue"), settings.pop("stimuli"), **settings
    )


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"dt_ms": 0.3}, "stable only"),
        ({"dt_ms": 0.0}, "cannot be used"),
        ({"dt_ms": np.nan}, "cannot be used"),
        ({"duration_ms": 5.05}, "whole number"),
        ({"duration_ms": np.inf}, "whole number"),
        ({"sample_ms": 0.25}, "whole number"),
        ({"sample_ms": 0.3}, "cannot be sampled"),
        ({"stimuli": [Stimulus(SQUARE, 1.0, 0.0, 0.04)]}, "whole number"),
        ({"stimuli": [Stimulus(SQUARE[:3], 1.0, 0.0, 1.0)]}, "shape"),
    ],
)
def test_unusable_settings_are_refused_in_one_sentence(changes, sentence):
    with pytest.raises(InputError, match=sentence):
        run(**changes)


def test_a_stimulus_beside_the_tissue_is_refused():
    mask = SQUARE.copy()
    mask[0] = False
    region = NOWHERE.copy()
    region[0] = True
    with pytest.raises(InputError, match="misses"):
        run(tissue=Tissue(mask, 0.5, 0.3), stimuli=[Stimulus(region, 1.0, 0.0, 1.0)])


@pytest.mark.parametrize(
    ("mask", "spacing", "diffusivity", "sentence"),
    [
        (NOWHERE, 0.5, 0.3, "empty"),
        (np.ones(5, dtype=bool), 0.5, 0.3, "axes"),
        (SQUARE, 0.0, 0.3, "spacing"),
        (SQUARE, np.nan, 0.3, "spacing"),
        (SQUARE, 0.5, -0.1, "diffusivity"),
    ],
)
def test_unusable_tissue_is_refused(mask, spacing, diffusivity, sentence):
    with pytest.raises(InputError, match=sentence):
        Tissue(mask, spacing, diffusivity)


@pytest.mark.parametrize(
    ("region", "amplitude", "start", "duration", "sentence"),
    [
        (NOWHERE, 1.0, 0.0, 1.0, "empty"),
        (SQUARE, np.nan, 0.0, 1.0, "amplitude"),
        (SQUARE, 1.0, -1.0, 1.0, "starts"),
        (SQUARE, 1.0, 0.0, 0.0, "lasts"),
    ],
)
def test_unusable_stimuli_are_refused(region, amplitude, start, duration, sentence):
    with pytest.raises(InputError, match=sentence):
        Stimulus(region, amplitude, start, duration)


def test_a_solution_that_blows_up_is_an_error_not_a_result():
    with pytest.raises(ConvergenceError, match="shorter time step"):
        run(stimuli=[Stimulus(SQUARE, 1e6, 0.0, 1.0)])


def test_frames_are_kept_only_when_asked_for():
    assert run().potential is None
    sampled = run(sample_ms=0.5)
    np.testing.assert_allclose(sampled.times, np.arange(11) * 0.5)
    assert sampled.potential.shape == (11, 36)


def test_progress_rises_to_the_total():
    told: list[tuple[int, int]] = []
    run(progress=lambda done, total: told.append((done, total)))
    done = [count for count, _ in told]
    assert done == sorted(done)
    assert told[-1] == (50, 50)


def test_values_return_to_the_grid_with_nan_outside():
    mask = SQUARE.copy()
    mask[2, 3] = False
    tissue = Tissue(mask, 0.5, 0.3)
    simulation = run(tissue=tissue, stimuli=[])
    grid = simulation.on_grid(np.arange(35.0))
    assert np.isnan(grid[2, 3])
    np.testing.assert_array_equal(grid[mask], np.arange(35.0))
