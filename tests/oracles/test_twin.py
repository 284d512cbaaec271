"""The join: velocities against the closed form, activation against straight and round ways."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from manifold3d import Manifold

from heartwright.data import ConvergenceError, GeometryError, InputError, Solid
from heartwright.electro.cells import MitchellSchaeffer
from heartwright.twin import ATRIAL, NO_RESIDUAL, activate, conduction_velocity, tuned_diffusivity
from heartwright.twin.activate import painted

VELOCITY = 0.8  # mm/ms, what `activate` conducts at
PACED_MM = 3.0  # radius that fires at once


def solid(body: Manifold) -> Solid:
    mesh = body.to_mesh64()
    return Solid(np.asarray(mesh.vert_properties[:, :3]), mesh.tri_verts.astype(np.int64))


# Velocity on a grid


@pytest.mark.parametrize(
    ("spacing_mm", "velocity", "dt_ms"), [(0.8, 0.8, 0.03), (0.8, 0.4, 0.05), (0.3, 0.6, 0.01)]
)
def test_the_tuned_diffusivity_conducts_at_the_velocity_asked_for(spacing_mm, velocity, dt_ms):
    grid = {"spacing_mm": spacing_mm, "dt_ms": dt_ms}
    diffusivity = tuned_diffusivity(ATRIAL, velocity=velocity, **grid)
    measured = conduction_velocity(ATRIAL, diffusivity=diffusivity, **grid)
    assert measured == pytest.approx(velocity, rel=5e-3)


def closed_form(cell: MitchellSchaeffer, diffusivity: float) -> float:
    """Front speed of Mitchell–Schaeffer's cubic at h = 1, mm/ms."""
    root = np.sqrt(1 - 4 * cell.tau_in / cell.tau_out)
    slow, fast = (1 - root) / 2, (1 + root) / 2
    return np.sqrt(diffusivity / (2 * cell.tau_in)) * (fast - 2 * slow)


def test_velocity_approaches_the_closed_form_as_the_grid_is_refined():
    """h closes only slowly behind the front, so that its speed is nearly the frozen one."""
    cell = MitchellSchaeffer()
    errors = []
    for spacing_mm, dt_ms in ((0.8, 0.04), (0.4, 0.02), (0.2, 0.01), (0.1, 0.0025)):
        grid = {"spacing_mm": spacing_mm, "dt_ms": dt_ms}
        diffusivity = tuned_diffusivity(cell, velocity=0.6, **grid)
        measured = conduction_velocity(cell, diffusivity=diffusivity, **grid)
        errors.append(1 - measured / closed_form(cell, diffusivity))
    assert errors == sorted(errors, reverse=True)
    assert errors[0] > 0.03  # what tuning makes up for
    assert abs(errors[-1]) < 0.01


def test_a_cell_that_cannot_fire_conducts_at_no_diffusivity():
    quiet = MitchellSchaeffer(tau_in=2.0)  # τ_out < 4 τ_in
    with pytest.raises(ConvergenceError, match="less excitable"):
        tuned_diffusivity(quiet, velocity=0.05, spacing_mm=0.8, dt_ms=0.01)


# Node values on vertices

NODES = np.stack(np.meshgrid(*[np.arange(4.0)] * 3, indexing="ij"), axis=-1).reshape(-1, 3)
TIMES = st.floats(0, 500, width=32)
POINTS = arrays(np.float64, (20, 3), elements=st.floats(-3, 6))


@given(POINTS, TIMES)
def test_a_constant_stays_itself_within_reach_and_is_nan_beyond(points, constant):
    found = painted(NODES, np.full(len(NODES), constant), points, reach_mm=2.0)
    nearest = np.linalg.norm(points[:, None] - NODES, axis=-1).min(axis=1)
    np.testing.assert_array_equal(np.isnan(found), ~(nearest < 2.0))
    np.testing.assert_allclose(found[nearest < 2.0], constant, rtol=1e-12)


@given(POINTS, arrays(np.float64, len(NODES), elements=TIMES | st.just(np.nan)))
def test_weights_are_convex(points, values):
    found = painted(NODES, values, points, reach_mm=2.0)
    there = np.isfinite(found)
    if there.any():
        assert np.nanmin(values) - 1e-9 <= found[there].min()
        assert found[there].max() <= np.nanmax(values) + 1e-9


def test_at_a_node_its_own_value_rules():
    values = np.random.default_rng(0).uniform(0, 100, len(NODES))
    np.testing.assert_allclose(painted(NODES, values, NODES, reach_mm=2.0), values, atol=1e-3)


def test_nothing_known_paints_nothing():
    assert np.isnan(painted(NODES, np.full(len(NODES), np.nan), NODES, reach_mm=2.0)).all()


# Excitation of solids


@pytest.fixture(scope="module")
def bar() -> Solid:
    return solid(Manifold.cube((40.0, 4.0, 4.0), center=True).refine(8))


@pytest.fixture(scope="module")
def along(bar):
    return activate(bar, np.array([-20.0, 0.0, 0.0]))


def test_a_bar_is_reached_everywhere_and_states_its_unit(along, bar):
    assert np.isfinite(along.values).all()
    assert (along.name, along.unit) == ("activation_ms", "ms")
    assert along.solid is bar
    assert along.provenance.parameters["residual"] == NO_RESIDUAL


def test_time_grows_along_a_bar_by_one_over_the_velocity(along, bar):
    x = bar.vertices[:, 0]
    middle = (x > -10) & (x < 15)
    slope, _ = np.polyfit(x[middle], along.values[middle], 1)
    assert 1 / slope == pytest.approx(VELOCITY, rel=0.02)


def test_paced_from_the_other_end_the_map_is_its_mirror_image(along, bar):
    back = activate(bar, np.array([20.0, 0.0, 0.0]))
    mirrored = np.argmin(
        np.linalg.norm(bar.vertices[:, None] - bar.vertices * [-1, 1, 1], axis=-1), axis=1
    )
    middle = np.abs(bar.vertices[:, 0]) < 15
    np.testing.assert_allclose(back.values[mirrored][middle], along.values[middle], atol=0.5)


def test_the_pulse_need_not_be_a_whole_number_of_steps():
    """The step follows from the spacing; a wall of 1.5 mm, at 0.75 mm, once ended here."""
    slab = solid(Manifold.cube((9.0, 3.0, 3.0), center=True).refine(2))
    field = activate(slab, np.array([-4.5, 0.0, 0.0]), spacing_mm=0.75)
    assert np.isfinite(field.values).all()


def test_on_a_sphere_the_antipode_is_last_after_half_a_turn():
    radius = 12.0  # in the middle of a wall of 2 mm
    shell = solid(Manifold.sphere(radius + 1, 48) - Manifold.sphere(radius - 1, 48))
    field = activate(shell, np.array([0.0, 0.0, radius]))
    last = shell.vertices[field.values.argmax()]
    assert last[2] < -0.97 * np.linalg.norm(last)
    assert field.values.max() == pytest.approx(np.pi * radius / VELOCITY, rel=0.1)
    early = np.linalg.norm(shell.vertices - [0, 0, radius], axis=1) < PACED_MM
    assert field.values[early].max() < 4.0


def test_pacing_far_away_is_refused(bar):
    with pytest.raises(InputError, match="mm from the wall"):
        activate(bar, np.array([0.0, 50.0, 0.0]))


def test_a_wall_too_thin_for_its_grid_is_refused():
    foil = solid(Manifold.cube((20.0, 20.0, 0.3), center=True))
    with pytest.raises(GeometryError, match="too thin"):
        activate(foil, np.array([0.0, 0.0, 0.0]))
