"""Orientation: shapes whose best side is known."""

import numpy as np
import pytest
import trimesh
from manifold3d import Manifold

from heartwright.data import InputError, Solid
from heartwright.printing.orientation import evaluate, orientations, overhang, turned

UP = np.array([[0.0, 0.0, 1.0]])


def solid(shape: Manifold) -> Solid:
    mesh = shape.to_mesh64()
    vertices = np.array(mesh.vert_properties)[:, :3].copy()
    return Solid(vertices, np.asarray(mesh.tri_verts).astype(np.int64))


BOX = solid(Manifold.cube((60, 40, 10)))
CONE = solid(Manifold.cylinder(30, 15, 0.5, 64))
TEE = solid(
    Manifold.cube((10, 10, 40), center=True)
    + Manifold.cube((50, 10, 10), center=True).translate((0, 0, 25))
)


def test_a_flat_box_lies_on_a_large_face():
    best = orientations(BOX, overhang_deg=45)[0]
    assert np.abs(best.up) == pytest.approx([0, 0, 1])
    assert (best.overhang_mm2, best.height_mm, best.islands) == (0, pytest.approx(10), 0)


def test_a_cone_stands_on_its_base():
    best = orientations(CONE, overhang_deg=45)[0]
    assert best.up == pytest.approx([0, 0, 1])
    assert best.overhang_mm2 == 0


def test_a_tee_lies_on_its_side_or_its_head_and_never_on_its_stem():
    best = orientations(TEE, overhang_deg=45)[0]
    assert best.overhang_mm2 == pytest.approx(0, abs=1e-6)
    standing, head_down = evaluate(TEE, np.concatenate([UP, -UP]), overhang_deg=45)
    assert standing.overhang_mm2 == pytest.approx(50 * 10 - 10 * 10)  # underside of the bar
    assert head_down.overhang_mm2 == 0
    assert best.score <= head_down.score < standing.score


def test_a_ball_overhangs_where_it_is_flatter_than_the_limit():
    mesh = trimesh.creation.icosphere(5, 20)
    ball = Solid(np.array(mesh.vertices), np.array(mesh.faces))
    cap = 2 * np.pi * 20**2 * (1 - np.cos(np.radians(45)))
    assert overhang(ball, UP, 45.0)[0] == pytest.approx(cap, rel=0.03)


def test_a_table_with_one_long_leg_has_three_islands():
    table = Manifold.cube((60, 60, 5))
    for x, y, length in ((0, 0, 40), (50, 0, 30), (0, 50, 30), (50, 50, 30)):
        table += Manifold.cube((10, 10, length)).translate((x, y, -length))
    found = evaluate(solid(table), UP, overhang_deg=45)[0]
    assert found.islands == 3  # the three short legs begin above the plate


def test_powder_asks_for_height_only():
    best = orientations(CONE, overhang_deg=None)[0]
    assert best.overhang_mm2 == 0
    assert best.height_mm == min(
        o.height_mm for o in orientations(CONE, overhang_deg=None, best=99)
    )


def test_answers_differ_by_twenty_degrees_and_turning_brings_them_up():
    ups = np.array([o.up for o in orientations(TEE, overhang_deg=45, best=5)])
    cosines = ups @ ups.T - np.eye(len(ups))
    assert cosines.max() <= np.cos(np.radians(20)) + 1e-9
    for up in ups:
        upright = turned(TEE, up)
        assert upright.volume_mm3 == pytest.approx(TEE.volume_mm3)
        assert np.ptp(upright.vertices[:, 2]) == pytest.approx(np.ptp(TEE.vertices @ up))


def test_turning_upside_down_keeps_the_heart_s_handedness():
    assert turned(TEE, -UP[0]).volume_mm3 == pytest.approx(TEE.volume_mm3)


def test_no_orientation_or_no_direction_is_refused():
    with pytest.raises(InputError, match="ask for 1 or more"):
        orientations(BOX, overhang_deg=45, best=0)
    with pytest.raises(InputError, match="no length"):
        turned(BOX, np.zeros(3))
