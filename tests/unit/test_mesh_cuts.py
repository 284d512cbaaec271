"""Cuts, joints and letters on a box and a tube: parts close, fit and add up."""

import numpy as np
import pytest

from heartwright.anatomy.mesh import (
    Joints,
    Opening,
    certify,
    cut_box,
    cut_curve,
    cut_plane,
    engraved,
    inside,
)
from heartwright.data import GeometryError, InputError, Solid

UP = np.array([0.0, 0.0, 1.0])


@pytest.fixture
def block() -> Solid:
    import trimesh

    mesh = trimesh.creation.box(bounds=[(-20, -15, -10), (20, 15, 10)])
    return Solid(np.array(mesh.vertices), np.array(mesh.faces), "block")


@pytest.fixture
def tube() -> Solid:
    import trimesh

    mesh = trimesh.creation.annulus(5.0, 6.5, 30.0, sections=64)
    return Solid(np.array(mesh.vertices), np.array(mesh.faces), "vessel")


def all_valid(*parts: Solid) -> bool:
    found = [certify(part) for part in parts]
    return all(c.valid and c.cavities == 0 for c in found)


def test_a_plane_leaves_two_closed_halves(tube):
    front, back = cut_plane(tube, np.array([0.0, 0.0, 5.0]), np.array([0.0, 0.3, 1.0]))
    assert all_valid(front, back)
    assert front.volume_mm3 + back.volume_mm3 == pytest.approx(tube.volume_mm3, rel=1e-6)
    assert front.name == "vessel A"
    assert front.bounds[1, 2] == pytest.approx(15)


def test_a_box_cuts_out_what_it_holds(block):
    part, rest = cut_box(block, np.array([[5.0, 5.0, 5.0], [-50.0, -50.0, -50.0]]))
    assert all_valid(part, rest)
    assert part.volume_mm3 == pytest.approx(25 * 20 * 15, rel=1e-5)
    assert part.volume_mm3 + rest.volume_mm3 == pytest.approx(block.volume_mm3, rel=1e-6)


def test_a_curve_round_a_vessel_cuts_it_off(tube):
    angles = np.arange(12) * np.pi / 6
    wavy = 6.5 * np.cos(angles), 6.5 * np.sin(angles), 8 + np.sin(2 * angles)
    large, small = cut_curve(tube, np.column_stack(wavy))
    assert all_valid(large, small)
    ring = np.pi * (6.5**2 - 5**2)
    assert small.volume_mm3 == pytest.approx(7 * ring, rel=0.02)
    lost = tube.volume_mm3 - large.volume_mm3 - small.volume_mm3
    assert lost == pytest.approx(0.05 * ring, rel=0.1)


def test_pegs_fit_their_holes(block):
    joints = Joints(count=3, diameter_mm=4.0, depth_mm=5.0, clearance_mm=0.2)
    front, back = cut_plane(block, np.zeros(3), UP, joints=joints)
    assert all_valid(front, back)
    half = block.volume_mm3 / 2
    assert back.volume_mm3 == pytest.approx(half + 3 * np.pi * 2**2 * 5, rel=1e-3)
    assert front.volume_mm3 == pytest.approx(half - 3 * np.pi * 2.2**2 * 5.2, rel=1e-3)
    pegs = back.vertices[back.vertices[:, 2] > 4.9]
    assert not inside(front, pegs).any()
    assert np.ptp(pegs[:, 0]) > 20  # far apart


def test_magnets_sit_in_both_halves(block):
    joints = Joints(count=2, diameter_mm=5.0, depth_mm=2.0, clearance_mm=0.1, magnets=True)
    front, back = cut_plane(block, np.zeros(3), UP, joints=joints)
    assert all_valid(front, back)
    hole = np.pi * 2.6**2 * 2.1
    for part in (front, back):
        assert part.volume_mm3 == pytest.approx(block.volume_mm3 / 2 - 2 * hole, rel=1e-3)


def test_a_thin_wall_has_no_room_for_joints(tube):
    with pytest.raises(GeometryError, match="room for 0 of 2"):
        cut_plane(tube, np.zeros(3), UP, joints=Joints(2, 3.0, 4.0))


@pytest.mark.parametrize("numbers", [(0, 3.0, 3.0), (1, 0.1, 3.0), (1, 3.0, float("nan"))])
def test_impossible_joints_are_refused(numbers):
    with pytest.raises(InputError, match="joints"):
        Joints(*numbers)


def test_cuts_that_miss_are_refused(block):
    with pytest.raises(GeometryError, match="one side"):
        cut_plane(block, 100 * UP, UP, joints=Joints(1, 3.0, 3.0))
    with pytest.raises(GeometryError, match="one side"):
        cut_box(block, np.array([[100.0] * 3, [120.0] * 3]))
    with pytest.raises(InputError, match="no volume"):
        cut_box(block, np.array([[0.0, 0, 0], [5.0, 5, 0]]))
    with pytest.raises(InputError, match="at least three"):
        cut_curve(block, np.zeros((2, 3)))
    with pytest.raises(GeometryError, match="all the way round"):
        cut_curve(block, np.array([[0.0, 0, 0], [5.0, 0, 0], [0, 5.0, 0]]))


def test_letters_are_cut_as_deep_as_asked(block):
    at = Opening(np.array([0.0, 0.0, 10.0]), UP)
    named = engraved(block, "P-017 1:1 L", at, height_mm=4.0, depth_mm=0.8)
    assert certify(named).valid
    floor = np.unique(named.vertices[:, 2].round(6))
    assert floor.tolist() == pytest.approx([-10, 9.2, 10])
    letters = named.vertices[named.vertices[:, 2] == floor[1]]
    assert np.ptp(letters[:, 1]) == pytest.approx(4, rel=0.1)
    assert letters.min(axis=0)[:2] == pytest.approx(-letters.max(axis=0)[:2], abs=0.01)


def test_an_l_stands_upright_seen_from_outside(block):
    """On the front face (normal -y, patient's right to the left of the reader) L's foot is low."""
    at = Opening(np.array([0.0, -15.0, 0.0]), np.array([0.0, -1.0, 0.0]))
    named = engraved(block, "L", at, height_mm=8.0, depth_mm=1.0)
    foot = named.vertices[(named.vertices[:, 1] > -14.5) & (named.vertices[:, 1] < -13.5)]
    low = foot[foot[:, 2] < -3]
    high = foot[foot[:, 2] > 3]
    assert low[:, 0].max() > high[:, 0].max() + 1  # the reader's right is +x there


@pytest.mark.parametrize("text", ["", "  ", "ü", "x" * 61, "a\nb"])
def test_texts_without_letters_are_refused(block, text):
    with pytest.raises(InputError, match="text"):
        engraved(block, text, Opening(np.array([0.0, 0.0, 10.0]), UP))


def test_text_in_the_air_and_impossible_sizes_are_refused(block):
    with pytest.raises(GeometryError, match="no face"):
        engraved(block, "A", Opening(np.array([0.0, 0.0, 30.0]), UP))
    with pytest.raises(InputError, match="letters"):
        engraved(block, "A", Opening(np.array([0.0, 0.0, 10.0]), UP), depth_mm=0.0)
    slab, _ = cut_box(block, np.array([[-20.0, -15, 9.5], [20, 15, 10]]))
    with pytest.raises(GeometryError, match="apart"):
        engraved(slab, "O", Opening(np.array([0.0, 0.0, 10.0]), UP))
