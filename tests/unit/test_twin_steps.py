"""Steps and diffusivities of cells that are hard to excite."""

import numpy as np
import pytest
from manifold3d import Manifold

from heartwright.data import ConvergenceError, Solid
from heartwright.electro.cells import MitchellSchaeffer
from heartwright.twin import activate, conduction_velocity
from heartwright.twin.activate import _check_wave
from heartwright.twin.conduction import tuned_step

SLOW = MitchellSchaeffer(tau_in=1.99, tau_out=39.0)  # D = 6 c²
SPACING_MM, VELOCITY = 0.8, 0.8
ASSUMED_MS = 0.8 * SPACING_MM**2 / (24 * VELOCITY**2)  # stable up to D = 5 c²


@pytest.fixture(scope="module")
def bar() -> Solid:
    mesh = Manifold.cube((16.0, 4.0, 4.0), center=True).refine(4).to_mesh64()
    return Solid(np.asarray(mesh.vert_properties[:, :3]), mesh.tri_verts.astype(np.int64))


def test_the_step_is_halved_until_it_is_stable_with_the_tuned_diffusivity():
    diffusivity, step = tuned_step(
        SLOW, velocity=VELOCITY, spacing_mm=SPACING_MM, longest_ms=ASSUMED_MS
    )
    assert diffusivity > 5 * VELOCITY**2
    assert step == ASSUMED_MS / 2 <= SPACING_MM**2 / (6 * diffusivity)


def test_a_trial_beyond_the_cable_s_limit_is_run_with_a_shorter_step():
    cable = {"spacing_mm": SPACING_MM, "diffusivity": 3.8}
    long, short = (conduction_velocity(SLOW, dt_ms=dt, **cable) for dt in (0.16, 0.01))
    assert long == pytest.approx(short, rel=0.1)


def test_a_wall_of_such_a_cell_is_excited(bar):
    field = activate(bar, np.array([-8.0, 0.0, 0.0]), cell=SLOW)
    assert np.isfinite(field.values).all()


def test_a_cell_that_cannot_fire_ends_in_a_sentence(bar):
    with pytest.raises(ConvergenceError, match="excitable"):
        activate(bar, np.array([-8.0, 0.0, 0.0]), cell=MitchellSchaeffer(tau_in=2.0, tau_out=6.0))


def test_a_wave_that_dies_out_at_once_ends_in_a_sentence():
    away = np.arange(20.0)
    with pytest.raises(ConvergenceError, match="dies out"):
        _check_wave(np.where(away < 4, 1.0, np.nan), away)
    _check_wave(np.where(away < 12, 1.0, np.nan), away)  # a piece apart is no error
