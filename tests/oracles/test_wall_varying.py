"""Walls of varying thickness, inside and outside, against shapes whose every measure is known."""

import numpy as np
import pytest

from heartwright.anatomy.mesh import (
    certify,
    distance,
    merged,
    merged_places,
    surface_from_labels,
    thickness,
    thickness_by_label,
    thickness_from_points,
    wall,
)
from heartwright.anatomy.mesh.offset_varying import head_start_distance, within_reach
from heartwright.data import GeometryError, InputError, LabelMap, Solid
from heartwright.samples.heart import member

RADIUS = 9.3


def ball(radius: float = RADIUS, subdivisions: int = 4) -> Solid:
    import trimesh

    sphere = trimesh.creation.icosphere(subdivisions=subdivisions, radius=radius)
    return Solid(np.array(sphere.vertices), np.array(sphere.faces), "ball")


def cylinder(radius: float, height: float) -> Solid:
    import trimesh

    body = trimesh.creation.cylinder(radius, height, sections=96).subdivide_to_size(1.0)
    return Solid(np.array(body.vertices), np.array(body.faces), "vessel")


def test_the_distance_with_a_head_start_is_the_least_over_the_triangle():
    rng = np.random.default_rng(0)
    corners, points = rng.normal(size=(60, 3, 3)), 2 * rng.normal(size=(60, 3))
    starts = rng.uniform(0, 1.5, (60, 3))  # steep and shallow
    u, v = np.meshgrid(np.linspace(0, 1, 201), np.linspace(0, 1, 201))
    share = np.stack([1 - u, u * (1 - v), u * v], axis=-1).reshape(-1, 3)
    places = np.einsum("qn,pni->pqi", share, corners)
    every = np.linalg.norm(places - points[:, None], axis=2) + starts @ share.T
    found = head_start_distance(points, corners, starts)
    assert (found <= every.min(axis=1) + 1e-9).all()
    assert found == pytest.approx(every.min(axis=1), abs=2e-3)


def test_what_a_larger_ball_reaches_is_taken_over_along_the_surface():
    solid = ball(subdivisions=3)
    radii = np.full(len(solid.vertices), 1.0)
    radii[0] = 4.0
    reached = within_reach(solid, radii)
    away = np.linalg.norm(solid.vertices - solid.vertices[0], axis=1)
    assert reached[0] == pytest.approx(4.0)
    assert (reached <= np.maximum(1.0, 4.0 - away) + 1e-9).all()
    assert (reached[away < 2] > 1.5).all()
    assert reached[away > 3.5] == pytest.approx(1.0)


@pytest.mark.slow
def test_a_wall_that_thickens_along_a_cylinder_is_a_cone():
    """Balls whose radii grow by s a millimetre touch a cone of slope s / √(1 - s²)."""
    vessel, slope = cylinder(5.0, 22.0), 0.05
    outer = wall(vessel, 1.5 + slope * vessel.vertices[:, 2]).outer
    radius, z = np.hypot(*outer.vertices[:, :2].T), outer.vertices[:, 2]
    cone = 5.0 + (1.5 + slope * z) / np.sqrt(1 - slope**2)
    assert (radius - cone)[np.abs(z) < 9] == pytest.approx(0, abs=0.02)


@pytest.mark.slow
def test_a_constant_field_is_the_constant_wall():
    solid = ball(subdivisions=3)
    one, other = wall(solid, 1.5).outer, wall(solid, np.full(len(solid.vertices), 1.5)).outer
    assert np.linalg.norm(other.vertices, axis=1).mean() == pytest.approx(
        np.linalg.norm(one.vertices, axis=1).mean(), abs=2e-3
    )


@pytest.mark.slow
@pytest.mark.parametrize("inwards", [False, True])
def test_a_step_of_thickness_is_nowhere_thinner_than_asked(inwards):
    solid = ball()
    asked = np.where(solid.vertices[:, 2] > 0, 3.0, 1.2)
    made = wall(solid, asked, inwards=inwards)
    field = thickness(made)
    assert certify(made.solid).valid
    assert (field.values - asked).min() > -0.12  # a third of the grid's step, in the crease
    away = np.abs(solid.vertices[:, 2]) > 3.5
    assert field.values[away] == pytest.approx(asked[away], abs=0.05)
    assert merged(made, field).any()  # the thick wall reaches over the thin one
    assert not merged(made, field)[away].any()


def test_hollow_inside_keeps_the_outside():
    made = wall(ball(), 1.5, inwards=True)
    inner = np.linalg.norm(made.lumen.vertices, axis=1)
    assert inner == pytest.approx(RADIUS - 1.5, abs=0.02)
    assert made.solid.bounds == pytest.approx(ball().bounds, abs=1e-3)
    volume = 4 / 3 * np.pi * (RADIUS**3 - (RADIUS - 1.5) ** 3)
    assert made.solid.volume_mm3 == pytest.approx(volume, rel=0.01)
    assert certify(made.solid).cavities == 1


def test_what_is_too_thin_to_be_hollow_is_refused():
    with pytest.raises(GeometryError, match="nowhere thick enough"):
        wall(ball(radius=3.0, subdivisions=3), 3.5, inwards=True)


def test_thicknesses_that_are_not_one_a_vertex_are_refused():
    solid = ball(subdivisions=2)
    with pytest.raises(InputError, match="one for each vertex"):
        wall(solid, np.full(7, 1.0))
    with pytest.raises(InputError, match="is not possible"):
        wall(solid, np.full(len(solid.vertices), 0.1))


def two_balls(gap: float) -> Solid:
    left, right = ball(5.0), ball(5.0)
    apart = np.array([10.0 + gap, 0, 0])
    vertices = np.concatenate([left.vertices, right.vertices + apart])
    return Solid(vertices, np.concatenate([left.faces, right.faces + len(left.vertices)]))


@pytest.mark.slow
def test_walls_fuse_where_surfaces_are_nearer_than_two_walls():
    """Where the gap is under 2 W the wall between is one; the rest is as thick as asked."""
    made = wall(two_balls(1.0), 1.0)
    field = thickness(made)
    here, places = merged(made, field), merged_places(made, field)
    facing = made.lumen.vertices[here]
    assert np.abs(facing[:, 0] - 5.5).max() < 1.2
    assert len(places) == 2  # one on each ball
    # caps where the other ball is within reach: 2 √(25 - x²) sin… the plane between lies at 5.5
    assert all(2 < place.area_mm2 < 20 for place in places)
    assert certify(made.solid).valid
    apart = wall(two_balls(3.0), 1.0)
    assert merged_places(apart, thickness(apart)) == ()


def labelled() -> LabelMap:
    """Voxels of 0.5 mm: label 1 where z < 0, label 2 above, in a ball and a little around."""
    axis = np.arange(-11, 11.1, 0.5)
    x, y, z = np.meshgrid(axis, axis, axis, indexing="ij")
    values = np.where(x**2 + y**2 + z**2 <= RADIUS**2, np.where(z < 0, 1, 2), 0)
    affine = np.diag([0.5, 0.5, 0.5, 1.0])
    affine[:3, 3] = -11
    return LabelMap(values.astype(np.int16), affine)


def test_thickness_by_label_follows_the_nearest_label():
    solid = ball()
    asked = thickness_by_label(solid, labelled(), {1: 1.0, 2: 2.0}, otherwise_mm=1.5)
    z = solid.vertices[:, 2]
    assert (asked[z < -0.5] == 1.0).all()
    assert (asked[z > 0.5] == 2.0).all()
    only = thickness_by_label(solid, labelled(), {2: 2.0}, otherwise_mm=1.5)
    assert (only[z < -2.5] == 1.5).all()
    with pytest.raises(InputError, match="none of the labels"):
        thickness_by_label(ball(3.0, 2), labelled(), {}, otherwise_mm=1.0)


def test_thickness_from_points_is_that_of_the_nearest():
    solid = ball(subdivisions=2)
    values = np.linspace(1, 2, len(solid.vertices))
    assert thickness_from_points(solid, solid.vertices, values) == pytest.approx(values)
    with pytest.raises(InputError, match="on the same surface"):
        thickness_from_points(solid, solid.vertices + 30.0, values)


@pytest.mark.slow
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_members_get_walls_by_vertex_that_hold_what_was_asked(seed):
    lumen = surface_from_labels(member(seed).labels(spacing_mm=0.7), 1)
    asked = 1.4 + 0.4 * np.sin(lumen.vertices[:, 0] / 6)
    for inwards in (False, True):
        made = wall(lumen, asked, inwards=inwards)
        certificate = certify(made.solid)
        assert certificate.valid, certificate
        error = thickness(made).values - asked
        assert error.min() > -0.08
        assert abs(np.median(error)) < 0.03
        away = distance(made.lumen.vertices, made.outer)
        assert away.min() > 0.9
