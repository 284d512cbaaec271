"""Pictures of solids: where things appear, in which colour, how large."""

import numpy as np
import pytest
import trimesh
from hypothesis import given, settings
from hypothesis import strategies as st

from heartwright.data import Solid
from heartwright.report import ANTERIOR, LEFT_LATERAL, SUPERIOR, Scale, colours
from heartwright.report.gradient import steepness
from heartwright.report.palette import encoded, linear
from heartwright.report.render import aim, hits, map_picture, picture
from heartwright.report.views import VIEWS

RADIUS = 20.0
FAR = np.array([-120.0, 85.0, -640.0])  # scanners put patients far from the origin


def sphere(subdivisions: int = 5) -> Solid:
    mesh = trimesh.creation.icosphere(subdivisions=subdivisions, radius=RADIUS)
    return Solid(np.array(mesh.vertices) + FAR, np.array(mesh.faces))


@pytest.fixture(scope="module")
def ball() -> Solid:
    return sphere()


@pytest.fixture(scope="module")
def seen(ball):
    return hits(ball, width=240, height=200)


def test_silhouette_of_a_sphere_has_its_area(seen):
    cover = picture(seen, (255, 255, 255))[..., 3].sum() / 255
    assert cover * seen.camera.mm_per_pixel**2 == pytest.approx(np.pi * RADIUS**2, rel=0.01)


@pytest.mark.parametrize("view", VIEWS.values(), ids=lambda view: view.name)
def test_every_view_is_a_right_handed_frame(view):
    np.testing.assert_allclose(view.axes @ view.axes.T, np.eye(3), atol=1e-12)
    assert np.linalg.det(view.axes) == pytest.approx(1)


@pytest.mark.parametrize(
    ("view", "right", "up"),
    [
        (ANTERIOR, (1, 0, 0), (0, 0, 1)),  # the patient's left is on the right
        (LEFT_LATERAL, (0, 1, 0), (0, 0, 1)),  # the front is on the left
        (SUPERIOR, (-1, 0, 0), (0, -1, 0)),  # from above the head, the front on top
    ],
)
def test_views_show_the_patient_as_named(view, right, up):
    np.testing.assert_allclose(view.axes[:2], [right, up], atol=1e-12)


@settings(max_examples=20, deadline=None)
@given(st.sampled_from(sorted(VIEWS)), st.integers(20, 300), st.integers(20, 300))
def test_the_whole_solid_is_in_the_picture(name, width, height):
    ball = sphere(2)
    places = aim(ball, view=VIEWS[name], width=width, height=height).project(ball.vertices)
    assert (places >= 0).all()
    assert (places <= [width, height]).all()


def test_points_project_to_where_rays_hit_them(ball, seen):
    corners = ball.vertices[seen.corners]
    points = np.einsum("hcn,hc->hn", corners, seen.weights)
    fine = np.stack(np.divmod(seen.pixels, 2 * seen.camera.width)[::-1], axis=1)
    np.testing.assert_allclose(seen.camera.project(points), (fine + 0.5) / 2, atol=1e-2)


def test_only_the_near_side_is_seen(ball, seen):
    towards = seen.camera.view.axes[2]
    depth = (ball.vertices[seen.corners].mean(axis=1) - FAR) @ towards
    assert depth.min() > -0.5


def test_one_colour_and_the_same_colour_at_each_vertex_agree(ball, seen):
    blue = np.tile(np.array([20, 60, 200], dtype=np.uint8), (len(ball.vertices), 1))
    one, many = picture(seen, (20, 60, 200)), picture(seen, blue)
    assert np.abs(one.astype(int) - many.astype(int)).max() <= 1


def test_light_comes_from_the_upper_left_and_dims_no_hue(seen):
    grey = picture(seen, (180, 180, 180))[..., 0].astype(float)
    assert grey[60:80, 80:100].mean() > grey[120:140, 140:160].mean() + 20


def test_a_hollow_is_darker_than_a_hill():
    outer = trimesh.creation.icosphere(subdivisions=4, radius=RADIUS)
    cup = trimesh.boolean.difference(
        [
            outer,
            trimesh.creation.icosphere(subdivisions=4, radius=RADIUS - 2),
            trimesh.creation.box(extents=[60, 60, 60]).apply_translation([0, -35, 0]),
        ],
        engine="manifold",
    )
    solid = Solid(np.array(cup.vertices), np.array(cup.faces))
    bowl = picture(hits(solid, view=ANTERIOR, width=120, height=120), (200, 200, 200))
    back = picture(hits(solid, view=VIEWS["posterior"], width=120, height=120), (200, 200, 200))
    middle = np.s_[50:70, 50:70, 0]
    assert bowl[middle].mean() < 0.8 * back[middle].mean()


def test_missing_values_are_grey_and_isolines_are_dark(ball, seen):
    height = ball.vertices[:, 2] - FAR[2]
    values = np.where(height < 0, np.nan, height)
    scale = Scale.over(values, "turbo_r")
    plain = map_picture(seen, values, scale)
    lower = plain[150:170, 110:130, :3].astype(int)
    assert np.ptp(lower, axis=-1).max() <= 1
    lined = map_picture(seen, values, scale, isolines=5.0)
    darker = (lined[..., :3].sum(axis=-1) < 0.6 * plain[..., :3].sum(axis=-1)).any(axis=1)
    lines = np.count_nonzero(np.diff(darker.astype(int)) == 1)
    assert lines == 4  # at 0, 5, 10 and 15 mm


def test_steepness_of_a_linear_function_is_its_slope_where_the_surface_lies_along_it():
    box = trimesh.creation.box(extents=[4, 4, 4])
    for _ in range(3):
        box = box.subdivide()
    solid = Solid(np.array(box.vertices), np.array(box.faces))
    slope = steepness(solid, 3.0 * solid.vertices[:, 0])
    side = (np.abs(solid.vertices[:, 1]) > 1.99) & (np.abs(solid.vertices[:, 0]) < 1.4)
    np.testing.assert_allclose(slope[side], 3.0)
    end = (solid.vertices[:, 0] > 1.99) & (np.abs(solid.vertices[:, 1:]) < 1.4).all(axis=1)
    np.testing.assert_allclose(slope[end], 0.0, atol=1e-12)


def test_colours_end_where_the_limits_are():
    painted = colours(np.array([-1.0, 0.0, 10.0, 99.0]), colormap="viridis", limits=(0.0, 10.0))
    np.testing.assert_array_equal(painted[0], painted[1])
    np.testing.assert_array_equal(painted[1], [68, 1, 84])
    np.testing.assert_array_equal(painted[2], [253, 231, 36])
    np.testing.assert_array_equal(painted[2], painted[3])


def test_early_is_red_and_late_is_blue():
    early, late = colours(np.array([0.0, 90.0]), limits=(-10.0, 110.0)).astype(int)
    assert early[0] > 2 * early[2]
    assert late[2] > 2 * late[0]


def test_missing_is_grey_even_where_nothing_is_there():
    np.testing.assert_array_equal(colours(np.array([np.nan, np.inf])), np.full((2, 3), 200))
    assert (colours(np.array([np.nan, 1.0]), missing=(1, 2, 3))[0] == (1, 2, 3)).all()


def test_light_and_srgb_are_inverse():
    every = np.repeat(np.arange(256, dtype=np.uint8)[:, None], 3, axis=1)
    np.testing.assert_array_equal(encoded(linear(every)), every)
