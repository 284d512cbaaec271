"""The appendage's measures against shapes whose answers are known."""

from dataclasses import astuple

import numpy as np
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from manifold3d import Manifold
from scipy.spatial.transform import Rotation
from scipy.special import ellipe

from heartwright.data import Diameters, InputError, Plan, Solid
from heartwright.planning.laa import plan

SEMI_AXES = (12.0, 9.0)  # of the appendage's oval section, mm
TIP_MM = 62.0  # height of its flat end
PLANE_MM = 38.0  # height of the ostium
SEGMENTS = 360  # an inscribed polygon: 4e-5 short of the ellipse


def atrium() -> Manifold:
    return Manifold.sphere(30, 128)


def oval_tube(top_mm: float) -> Manifold:
    return Manifold.cylinder(top_mm, 1, circular_segments=SEGMENTS).scale((*SEMI_AXES, 1))


def solid(shape: Manifold) -> Solid:
    mesh = shape.to_mesh64()
    return Solid(np.asarray(mesh.vert_properties)[:, :3], np.asarray(mesh.tri_verts).astype(int))


def rim(height_mm: float = PLANE_MM) -> np.ndarray:
    angles = np.radians([10, 130, 250])
    x, y = SEMI_AXES
    return np.stack([x * np.cos(angles), y * np.sin(angles), np.full(3, height_mm)], axis=1)


LUMEN = solid(atrium() + oval_tube(TIP_MM))


def flx_sizes(found: Plan) -> tuple[float, ...]:
    return tuple(d.size_mm for d in found.devices if d.name == "WATCHMAN FLX")


def ellipse() -> Diameters:
    long, short = SEMI_AXES
    return Diameters(
        d_min_mm=2 * short,
        d_max_mm=2 * long,
        d_mean_mm=long + short,
        d_perimeter_mm=4 * long * ellipe(1 - (short / long) ** 2) / np.pi,
        d_area_mm=2 * np.sqrt(long * short),
    )


def test_an_oval_tube_has_the_diameters_of_its_ellipse_and_its_depth():
    found = plan(LUMEN, rim())
    assert astuple(found.ostium) == pytest.approx(astuple(ellipse()), abs=2e-3)
    assert found.depth_mm == pytest.approx(TIP_MM - PLANE_MM, abs=1e-9)
    assert flx_sizes(found) == (27, 31)
    assert found.devices[0].compression == pytest.approx(1 - 24 / 27, abs=1e-4)


def test_a_tilted_plane_cuts_a_longer_ellipse():
    tilt = np.radians(20)
    points = rim()
    points[:, 2] += np.tan(tilt) * points[:, 0]
    found = plan(LUMEN, points).ostium
    assert found.d_max_mm == pytest.approx(2 * SEMI_AXES[0] / np.cos(tilt), abs=2e-3)
    assert found.d_min_mm == pytest.approx(2 * SEMI_AXES[1], abs=2e-3)


def test_depth_belongs_to_the_longest_lobe():
    second_lobe = Manifold.cylinder(70, 4).translate((6, 0, 0))
    found = plan(solid(atrium() + oval_tube(TIP_MM) + second_lobe), rim())
    assert found.depth_mm == pytest.approx(70 - PLANE_MM, abs=1e-9)


def test_depth_of_a_chicken_wing_is_its_height_not_its_length():
    wing = Manifold.cube((60, 10, 8), center=True).translate((20, 0, 54))
    found = plan(solid(atrium() + oval_tube(58) + wing), rim())
    assert found.depth_mm == pytest.approx(58 - PLANE_MM, abs=1e-9)


@pytest.mark.slow
def test_another_vessel_through_the_same_plane_is_left_alone():
    vein = Manifold.cylinder(90, 7).translate((24, 0, 0))
    alone, beside = plan(LUMEN, rim()), plan(solid(atrium() + oval_tube(TIP_MM) + vein), rim())
    assert astuple(beside.ostium) == pytest.approx(astuple(alone.ostium), abs=1e-6)
    assert beside.depth_mm == pytest.approx(alone.depth_mm)


@pytest.mark.slow
def test_points_a_little_off_the_rim_give_the_same_plane():
    points = rim() * [1.2, 1.2, 1]
    assert astuple(plan(LUMEN, points).ostium) == pytest.approx(astuple(ellipse()), abs=2e-3)


@pytest.mark.slow
def test_the_order_of_the_points_is_free():
    plans = [plan(LUMEN, rim()[list(order)]) for order in ([0, 1, 2], [1, 0, 2])]
    depths = [found.depth_mm for found in plans]
    assert depths == pytest.approx([depths[0]] * 2)
    assert {flx_sizes(found) for found in plans} == {(27, 31)}


@pytest.mark.slow
@settings(max_examples=2, deadline=None, phases=[Phase.generate])
@given(
    turn=st.tuples(*[st.floats(-1, 1)] * 4).filter(lambda q: np.linalg.norm(q) > 0.1),
    shift=st.tuples(*[st.floats(-1500, 1500)] * 3),
)
def test_a_plan_does_not_depend_on_where_the_patient_lies(turn, shift):
    rotation = Rotation.from_quat(turn).as_matrix().T
    moved = Solid(LUMEN.vertices @ rotation + shift, LUMEN.faces)
    here, there = plan(LUMEN, rim()), plan(moved, rim() @ rotation + shift)
    assert astuple(there.ostium) == pytest.approx(astuple(here.ostium), abs=1e-4)
    assert there.depth_mm == pytest.approx(here.depth_mm, abs=1e-4)
    left = (PLANE_MM * rotation[2])[0] > -5  # on the right no size is proposed
    sizes = [d.size_mm for d in here.devices] if left else []
    assert [d.size_mm for d in there.devices] == sizes


@pytest.mark.parametrize(
    ("points", "told"),
    [
        (np.full((3, 3), np.nan), "finite numbers"),
        (rim() * [1, 1, np.inf], "finite numbers"),
        (np.repeat(rim()[:1], 3, axis=0), "fixes no plane"),
        (rim()[[0, 1, 1]], "fixes no plane"),
        (np.array([[0.0, 0, 38], [5, 0, 38], [12, 0.1, 38]]), "fixes no plane"),
        (rim(200.0), "misses the lumen"),
        (rim() * [2, 2, 1], "from the lumen's rim"),
        (rim() * [-1, -1, 1] + [40, 0, 0], "from the lumen's rim"),
        (np.array([[30.0, 0, 0], [-15, 26, 0], [-15, -26, 0]]), "cuts through the atrium"),
        (np.array([[28.0, 0, -10], [-14, 24.2, -10], [-14, -24.2, -10]]), "cuts through"),
    ],
    ids=["nan", "inf", "one", "two", "line", "miss", "far", "beside", "equator", "cap"],
)
def test_points_that_are_no_ostium_are_refused_in_a_sentence(points, told):
    with pytest.raises(InputError, match=told):
        plan(LUMEN, points)
