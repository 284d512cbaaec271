"""C-arm views against a documented case, against finite rotations, and against the projected image.

The documented case is a public worked example: three nadirs, whose R-anterior view a planning
program gives as LAO 3 / CRA 4, the L-posterior one as RAO 38 / CAU 56 and the N-posterior one as
LAO 44 / CRA 58.
"""

import itertools

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy.spatial.transform import Rotation

from heartwright.data import GeometryError, InputError
from heartwright.planning import carm
from heartwright.planning.carm import Cusps, View

LCC = np.array([36.79, -199.311, 1416.193])
RCC = np.array([32.25, -218.025, 1404.997])
NCC = np.array([26.103, -199.937, 1391.409])
DOCUMENTED = Cusps(LCC, RCC, NCC)
VIEWS = {"three": carm.three_cusp, "rl": carm.rl_overlap, "rn": carm.rn_overlap}

angles = st.builds(View, st.floats(-89, 89), st.floats(-85, 85))
points = st.tuples(*[st.floats(-300, 300)] * 3).map(np.array)
few = settings(max_examples=25)  # runtime checks of shapes make each of them slow


@st.composite
def any_cusps(draw) -> Cusps:
    corners = [draw(points) for _ in range(3)]
    sides = [np.linalg.norm(a - b) for a, b in itertools.combinations(corners, 2)]
    twice_area = np.linalg.norm(np.cross(corners[1] - corners[0], corners[2] - corners[0]))
    assume(min(sides) > 5)
    assume(twice_area > 5 * max(sides))
    return Cusps(*corners)


every = given(cusps=any_cusps())


def image(view: View) -> np.ndarray:
    """Axes of the image, as rows: to the patient's left, and upwards."""
    right = np.array([np.cos(np.radians(view.lao_deg)), np.sin(np.radians(view.lao_deg)), 0.0])
    return np.stack([right, np.cross(view.direction, right)])


def test_the_documented_three_cusp_view():
    view = carm.three_cusp(DOCUMENTED)
    assert (view.lao_deg, view.cra_deg) == pytest.approx((2.50, 3.72), abs=0.005)
    assert str(view) == "LAO 3° CRA 4°"


@pytest.mark.parametrize(
    ("behind", "others", "words"),
    [(LCC, RCC + NCC, "RAO 38° CAU 56°"), (NCC, RCC + LCC, "LAO 44° CRA 58°")],
)
def test_the_documented_views_of_the_posterior_cusps(behind, others, words):
    assert str(carm.along(behind - others / 2)) == words


def test_overlap_views_of_the_documented_case_lie_where_they_usually_do():
    rl, rn = carm.rl_overlap(DOCUMENTED), carm.rn_overlap(DOCUMENTED)
    assert (rl.lao_deg, rl.cra_deg) == pytest.approx((-13.64, -30.17), abs=0.005)  # RAO caudal
    assert (rn.lao_deg, rn.cra_deg) == pytest.approx((18.77, 35.42), abs=0.005)  # LAO cranial


@pytest.mark.parametrize(
    ("view", "direction"),
    [
        (View(0, 0), (0, -1, 0)),
        (View(90, 0), (1, 0, 0)),
        (View(-90, 0), (-1, 0, 0)),
        (View(30, 90), (0, 0, 1)),
    ],
)
def test_angles_name_directions_as_cardiologists_do(view, direction):
    np.testing.assert_allclose(view.direction, direction, atol=1e-15)


@few
@given(view=angles)
def test_a_view_is_found_again_from_its_direction_and_from_the_opposite_one(view):
    for direction in (view.direction, -view.direction):
        found = carm.along(7 * direction)
        assert (found.lao_deg, found.cra_deg) == pytest.approx((view.lao_deg, view.cra_deg))


@pytest.mark.parametrize(("axis", "view"), [((1, 0, 0), (90, 0)), ((0, 0, -2), (0, 90))])
def test_lines_in_the_frontal_plane_have_one_view_too(axis, view):
    for direction in (np.array(axis, dtype=float), -np.array(axis, dtype=float)):
        found = carm.along(direction)
        assert (found.lao_deg, found.cra_deg) == pytest.approx(view)


@pytest.mark.parametrize("find", VIEWS.values(), ids=VIEWS)
@few
@given(cusps=any_cusps(), turn=st.tuples(*[st.floats(-3, 3)] * 3))
def test_a_rotated_root_is_seen_along_the_rotated_beam(find, cusps, turn):
    rotate = Rotation.from_rotvec(turn).apply
    turned = Cusps(rotate(cusps.lcc), rotate(cusps.rcc), rotate(cusps.ncc))
    expected = rotate(find(cusps).direction)
    cosine = abs(expected @ find(turned).direction)  # front or back: the clinical one
    assert cosine == pytest.approx(1, abs=1e-9)
    assert find(turned).direction[1] <= 1e-9


@few
@every
def test_in_the_three_cusp_view_the_nadirs_are_in_line_with_r_midway(cusps):
    axes = image(carm.three_cusp(cusps))
    l, r, n = (axes @ point for point in (cusps.lcc, cusps.rcc, cusps.ncc))  # noqa: E741
    np.testing.assert_allclose(r, (l + n) / 2, atol=1e-9)


def test_the_documented_three_cusp_view_has_n_on_its_left_and_l_on_its_right():
    across = image(carm.three_cusp(DOCUMENTED))[0]
    assert across @ NCC < across @ RCC < across @ LCC


@few
@every
def test_overlapping_cusps_fall_on_one_place_and_the_third_does_not(cusps):
    for find, first, second, third in (
        (carm.rl_overlap, cusps.rcc, cusps.lcc, cusps.ncc),
        (carm.rn_overlap, cusps.rcc, cusps.ncc, cusps.lcc),
    ):
        axes = image(find(cusps))
        np.testing.assert_allclose(axes @ first, axes @ second, atol=1e-6)
        assert np.linalg.norm(axes @ (third - first)) > 1


@few
@every
def test_every_view_of_the_annulus_lies_on_its_s_curve(cusps):
    normal = cusps.annulus.normal
    for find in VIEWS.values():
        view = find(cusps)
        assert view.direction @ normal == pytest.approx(0, abs=1e-9)
        assume(abs(normal[2]) > 1e-3)
        curve = carm.s_curve(normal, np.array([view.lao_deg]))
        assert curve[0] == pytest.approx(view.cra_deg, abs=1e-6)


@few
@given(normal=points, lao=st.floats(-90, 90))
def test_the_s_curve_is_perpendicular_to_the_normal(normal, lao):
    assume(np.linalg.norm(normal) > 1)
    (cra,) = carm.s_curve(normal, np.array([lao]))
    assert abs(View(lao, cra).direction @ normal) <= 1e-9 * np.linalg.norm(normal)
    assert (
        carm.s_curve(-normal, np.array([lao]))[0] == pytest.approx(cra, abs=1e-9) or not normal[2]
    )


@few
@given(first=points, second=points)
def test_where_s_curves_cross_both_planes_are_seen_from_the_side(first, second):
    lengths = np.linalg.norm(first) * np.linalg.norm(second)
    assume(lengths > 1)
    assume(np.linalg.norm(np.cross(first, second)) > 0.02 * lengths)
    view = carm.double_s(first, second)
    assert view.direction @ first == pytest.approx(0, abs=1e-6)
    assert view.direction @ second == pytest.approx(0, abs=1e-6)
    assert carm.foreshortening(second, carm.along(second)) == pytest.approx(1, abs=1e-6)
    assert carm.foreshortening(second, view) == pytest.approx(0, abs=1e-9)


def test_parallel_planes_have_no_one_view():
    with pytest.raises(InputError, match="parallel"):
        carm.double_s(np.array([0.0, 1, 2]), np.array([0.0, -2, -4.001]))


def test_beams_turn_by_the_angle_on_the_sphere_not_by_that_of_tangents():
    """A public calculator's metric: (tan α, tan β, 1) for a view's direction."""
    three_cusp, posterior = View(3, 4), View(-38, -56)
    assert carm.between(three_cusp, posterior) == pytest.approx(68.7, abs=0.05)
    a, b = (np.tan(np.radians([v.lao_deg, v.cra_deg, 45])) for v in (three_cusp, posterior))
    wrong = np.degrees(np.arccos(a @ b / np.linalg.norm(a) / np.linalg.norm(b)))
    assert abs(wrong - 68.7) > 4


@few
@given(one=angles, other=angles)
def test_the_beam_s_turn_is_a_metric_s_angle(one, other):
    turn = carm.between(one, other)
    assert turn == carm.between(other, one)
    assert np.cos(np.radians(turn)) == pytest.approx(one.direction @ other.direction, abs=1e-12)


@pytest.mark.parametrize("tilt", [0.0, 30.0, 60.0, 90.0])
def test_a_segment_at_an_angle_to_the_beam_shows_its_sine(tilt):
    segment = 12 * np.array([np.sin(np.radians(tilt)), -np.cos(np.radians(tilt)), 0])
    shown = 1 - carm.foreshortening(segment, View(0, 0))
    assert shown == pytest.approx(np.sin(np.radians(tilt)), abs=1e-12)


def test_the_spread_is_what_drawn_landmark_errors_give():
    rng = np.random.default_rng(3)
    error = rng.normal(0, 0.5, (120, 3, 3))
    drawn = [Cusps(LCC + e[0], RCC + e[1], NCC + e[2]) for e in error]
    told = carm.spread(DOCUMENTED, landmark_mm=0.5)
    for name, find in zip(told, VIEWS.values(), strict=True):
        turns = [carm.between(find(cusps), find(DOCUMENTED)) for cusps in drawn]
        assert told[name] == pytest.approx(np.sqrt(np.mean(np.square(turns))), rel=0.15)


def test_the_annulus_normal_points_into_the_aorta():
    assert DOCUMENTED.annulus.normal[2] > 0
    assert DOCUMENTED.doubts == ()


@pytest.mark.parametrize("order", list(itertools.permutations(range(3)))[1:])
def test_every_wrong_order_of_the_names_is_doubted(order):
    assert Cusps(*(np.stack([LCC, RCC, NCC])[list(order)])).doubts


@pytest.mark.parametrize("flip", [(-1, -1, 1), (-1, 1, 1), (1, -1, 1), (1, 1, -1)])
def test_a_wrong_frame_and_a_mirrored_anatomy_are_doubted(flip):
    assert Cusps(LCC * flip, RCC * flip, NCC * flip).doubts


@pytest.mark.parametrize("scale", [0.1, 10.0])
def test_another_unit_is_doubted(scale):
    (sentence,) = Cusps(scale * LCC, scale * RCC, scale * NCC).doubts
    assert "unit" in sentence


@pytest.mark.parametrize("rcc", [LCC, (LCC + NCC) / 2, NCC + 0.1, LCC * np.nan, LCC * 1e300])
def test_nadirs_that_fix_no_plane_are_refused(rcc):
    with pytest.raises(GeometryError, match="lowest points"):
        Cusps(LCC, rcc, NCC)


def test_what_has_no_direction_is_refused():
    with pytest.raises(GeometryError, match="coincide"):
        carm.along(np.zeros(3))
    with pytest.raises(GeometryError, match="coincide"):
        carm.foreshortening(np.zeros(3), View(0, 0))
