"""Sections: areas and outlines of shapes that have closed forms."""

import numpy as np
import pytest
import trimesh

from heartwright.data import InputError, Solid
from heartwright.printing.sections import sections


def test_a_tube_has_the_area_and_outline_of_its_ring():
    mesh = trimesh.creation.annulus(8, 10, 30, sections=256)
    tube = Solid(np.array(mesh.vertices), np.array(mesh.faces))
    found = sections(tube, 0.2)
    assert found.count == 150
    assert found.area_mm2 == pytest.approx(np.pi * (100 - 64), rel=1e-3)
    assert found.outline_mm == pytest.approx(2 * np.pi * 18, rel=1e-3)
    assert (found.contours == 2).all()


def test_a_ball_s_layers_are_discs_and_add_up_to_its_volume():
    mesh = trimesh.creation.icosphere(6, 20)
    ball = Solid(mesh.vertices + np.array([500, -300, 900]), np.array(mesh.faces))
    found = sections(ball, 0.5)
    height = (np.arange(80) + 0.5) * 0.5 - 20
    assert found.area_mm2 == pytest.approx(np.pi * (400 - height**2), abs=1)
    assert (found.contours == 1).all()
    assert found.volume_ml == pytest.approx(ball.volume_mm3 / 1000, rel=1e-3)


def test_planes_through_vertices_lose_nothing():
    mesh = trimesh.creation.box((10, 10, 10)).subdivide().subdivide()  # vertices at 1.25 mm
    box = Solid(np.array(mesh.vertices), np.array(mesh.faces))
    assert sections(box, 2.5).area_mm2 == pytest.approx(100)  # middles at the vertices' heights
    assert sections(box, 2.5).outline_mm == pytest.approx(40)


@pytest.mark.parametrize("layer", [0.0, -1.0, float("nan"), 1e-6])
def test_impossible_layers_are_refused(layer: float):
    mesh = trimesh.creation.box((10, 10, 10))
    with pytest.raises(InputError, match="not possible"):
        sections(Solid(np.array(mesh.vertices), np.array(mesh.faces)), layer)
