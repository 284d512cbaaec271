"""What makes a plan of the appendage doubtful, and the shape's name."""

import numpy as np
import pytest
from manifold3d import Manifold

from heartwright.data import LabelMap, Lobe, Volume
from heartwright.planning.laa import about_filling, about_thrombus
from heartwright.planning.laa.findings import about_phase, flat_end_mm2
from heartwright.planning.laa.lobes import morphology

PLACES = np.array([[2.0, 2, 2], [3, 2, 2], [2, 3, 2]])


@pytest.mark.parametrize(
    ("percent", "told"),
    [(None, "not known"), (40.0, ""), (30.0, ""), (75.0, "75 % of RR"), (0.0, "0 % of RR")],
)
def test_the_phase_is_held_against_the_atriums_greatest_volume(percent, told):
    sentences = list(about_phase(percent))
    assert bool(sentences) == bool(told)
    assert all(told in sentence for sentence in sentences)


@pytest.mark.parametrize(
    ("appendage_hu", "told"),
    [(400, None), (250, "Contrast falls"), (90, "incompletely filled"), (60, "incompletely")],
)
def test_contrast_of_the_appendage_is_held_against_the_atriums(appendage_hu, told):
    values = np.full((10, 10, 10), 400, np.int16)
    values[:5] = appendage_hu
    scan = Volume(values, np.eye(4), "CT")
    sentences = list(about_filling(scan, PLACES, PLACES + np.array([5.0, 0, 0])))
    assert [told in sentence for sentence in sentences] == ([] if told is None else [True])


def test_a_scan_elsewhere_is_told():
    scan = Volume(np.zeros((4, 4, 4), np.int16), np.eye(4), "CT")
    assert "does not cover" in next(about_filling(scan, PLACES + 100, PLACES))


def test_a_thrombus_is_told_with_its_volume():
    values = np.zeros((10, 10, 10), np.uint8)
    values[:5] = 3
    assert "0.50 mL" in next(about_thrombus(LabelMap(values, np.eye(4)), 3))


def lobe(bend_deg: float = 150.0) -> Lobe:
    return Lobe((0.0, 0.0, 0.0), 20.0, 25.0, bend_deg, 0.0)


@pytest.mark.parametrize(
    ("lobes", "depth_mm", "name"),
    [
        ([lobe(99)], 20, "chicken wing"),
        ([lobe(101)], 20, "windsock"),
        ([lobe(), lobe()], 20, "windsock"),
        ([lobe(), lobe(), lobe()], 30, "cactus"),
        ([lobe(), lobe(), lobe()], 20, "cauliflower"),
        ([lobe(80), lobe(), lobe()], 20, "chicken wing"),
    ],
)
def test_the_shapes_name_follows_the_rule(lobes, depth_mm, name):
    assert morphology(lobes, depth_mm=depth_mm, ostium_mm=20) == name


def test_a_tubes_end_is_flat_at_any_slant_and_its_side_is_not():
    tube = Manifold.cylinder(20, 6, circular_segments=96).to_mesh64()
    turn = np.linalg.qr(np.random.default_rng(1).standard_normal((3, 3)))[0]
    corners = np.asarray(tube.vert_properties)[:, :3] @ turn
    triangles = corners[np.asarray(tube.tri_verts).astype(int)]
    assert flat_end_mm2(triangles) == pytest.approx(np.pi * 6**2, rel=0.01)
    ball = Manifold.sphere(8, 96).to_mesh64()
    corners = np.asarray(ball.vert_properties)[:, :3]
    assert flat_end_mm2(corners[np.asarray(ball.tri_verts).astype(int)]) < 6
