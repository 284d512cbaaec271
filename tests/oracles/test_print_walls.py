"""Thickness of walls by rays: wedges of known angle, tubes opened askew, parts that touch."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from manifold3d import CrossSection, Manifold

from heartwright.anatomy.mesh import bodies, certify
from heartwright.data import Solid
from heartwright.printing.inspection import inspect
from heartwright.printing.parts import carved
from heartwright.printing.rays import Facets, Spans, facets, spans, thinnest
from heartwright.printing.technologies import TECHNOLOGIES

SLA = TECHNOLOGIES["sla"]


def solid(*parts: Manifold) -> Solid:
    """Parts side by side as a print file holds them: surfaces in one place stay two."""
    meshes = [part.to_mesh64() for part in parts]
    vertices = [np.array(mesh.vert_properties)[:, :3] for mesh in meshes]
    starts = np.cumsum([0, *(len(v) for v in vertices)])
    faces = [
        np.asarray(m.tri_verts).astype(np.int64) + n for m, n in zip(meshes, starts, strict=False)
    ]
    return Solid(np.concatenate(vertices), np.concatenate(faces))


def rayed(*parts: Manifold) -> tuple[Facets, Spans]:
    faces = facets(solid(*parts))
    return faces, spans(faces)


def wedge(degrees: float) -> Manifold:
    tip = np.radians(degrees)
    side = 20 * np.array([[0, 0], [1, 0], [np.cos(tip), np.sin(tip)]])
    return CrossSection([side]).extrude(20).refine_to_length(0.4)


@pytest.mark.parametrize("degrees", [8.0, 15.0, 25.0])
def test_a_wedge_is_as_thin_as_its_angle_says(degrees: float):
    faces, found = rayed(wedge(degrees))
    thin = faces.areas[found.wall < 1.2].sum()
    assert thin == pytest.approx(2 * 20 * 1.2 / np.tan(np.radians(degrees)), rel=0.1)


@pytest.mark.parametrize("degrees", [35.0, 60.0])
def test_a_corner_is_no_thin_wall(degrees: float):
    _, found = rayed(wedge(degrees))
    assert not (found.wall < 1).any()


@settings(max_examples=8, deadline=None)
@given(tilt=st.floats(0, 45), wall=st.floats(0.5, 3))
def test_a_tube_opened_askew_keeps_the_wall_it_was_given(tilt: float, wall: float):
    tube = Manifold.cylinder(60, 10, 10, 96) - Manifold.cylinder(60, 10 - wall, 10 - wall, 96)
    turn = np.radians(tilt)
    opened = tube.trim_by_plane((0, np.sin(turn), np.cos(turn)), 20 * np.cos(turn))
    faces, found = rayed(opened)
    assert thinnest(faces, found) == pytest.approx(wall, rel=0.01)


def test_what_is_smaller_than_a_speck_does_not_decide():
    plate = Manifold.cube((20, 20, 2)).refine_to_length(0.5)
    pit = Manifold.cube((1, 1, 1)).translate((8, 8, 0.2))
    assert thinnest(*rayed(plate - pit.scale((0.5, 0.5, 3)))) == pytest.approx(2)
    assert thinnest(*rayed(plate - pit.scale((3, 3, 3)).translate((-16, -16, 0)))) == pytest.approx(
        0.6
    )


def plate_with_calcium(deep: float, mesh_mm: float = 0.5) -> tuple[Manifold, Manifold]:
    """A plate 2 mm thick with 10 × 10 mm of calcium let into its face.

    The cut is flush with the face, where it leaves crumbs that are flat to the last digit.
    """
    plate = Manifold.cube((20, 20, 2)).refine_to_length(mesh_mm)
    calcium = Manifold.cube((10, 10, deep)).translate((5, 5, 2 - deep)).refine_to_length(0.7)
    return plate - calcium, calcium


def below_calcium(body: Solid) -> float:
    """Area of the triangles in the plate's lower face that begin their rays under the calcium."""
    faces = facets(body)
    under = (np.abs(faces.centres[:, :2] - 10) < 5).all(axis=1) & (faces.centres[:, 2] == 0)
    area = float(faces.areas[under].sum())
    assert area == pytest.approx(10 * 10, rel=0.05)  # triangles lie across its edges
    return area


@pytest.mark.parametrize(("deep", "mesh_mm"), [(1.7, 0.5), (1.5, 0.9)])
def test_parts_that_touch_are_one_wall(deep: float, mesh_mm: float):
    plate = solid(*plate_with_calcium(deep, mesh_mm))
    found = inspect(plate, SLA)
    assert found.thinnest_mm == pytest.approx(2, abs=1e-3)
    assert found.thin_mm2 == 0
    assert found.narrow_mm2 == 0
    assert found.carried_mm2 == pytest.approx(below_calcium(plate), abs=1e-6)
    assert "hold only together with the part that they touch" in found.warnings[0]


@pytest.mark.parametrize(("deep", "mesh_mm"), [(1.7, 0.5), (1.5, 0.9)])
def test_a_part_alone_is_thin_where_the_other_was_cut_out(deep: float, mesh_mm: float):
    plate = solid(plate_with_calcium(deep, mesh_mm)[0])
    found = inspect(plate, SLA)
    assert found.thinnest_mm == pytest.approx(2 - deep, abs=1e-3)
    assert found.thin_mm2 == pytest.approx(10 * 10 + below_calcium(plate), abs=1e-6)
    assert found.carried_mm2 == 0
    assert found.narrow_mm2 == 0


def test_flat_crumbs_of_a_flush_cut_are_no_parts():
    plate, _ = plate_with_calcium(1.7)
    faces, _ = rayed(plate)
    assert len(plate.decompose()) > 5
    assert len(np.unique(faces.part[faces.areas > 0])) == 1


def test_what_goes_into_a_file_has_no_crumbs():
    plate = Manifold.cube((20, 20, 2)).refine_to_length(0.5)
    _, calcium = plate_with_calcium(1.7)
    wall, inlay = carved([solid(plate), solid(calcium)])
    assert (len(bodies(wall)), len(bodies(inlay))) == (1, 1)
    assert certify(wall).valid
    assert wall.volume_mm3 == pytest.approx(20 * 20 * 2 - 10 * 10 * 1.7, abs=1e-6)


def test_a_slit_in_one_part_is_a_gap_however_narrow():
    block = Manifold.cube((20, 20, 10)) - Manifold.cube((0.005, 10, 12)).translate((10, 5, -1))
    assert inspect(solid(block), SLA).narrow_mm2 == pytest.approx(2 * 10 * 10, rel=1e-3)


def test_calcium_that_runs_out_to_an_edge_in_the_wall_leaves_no_thin_wall():
    plate = Manifold.cube((20, 20, 2)).refine_to_length(0.5)
    lens = Manifold.sphere(12, 128).translate((10, 10, 12.6))  # its rim meets the face at 28°
    faces, found = rayed(plate - lens, plate ^ lens)
    assert thinnest(faces, found) == pytest.approx(2, abs=0.01)
    assert found.alone.min() < 0.7


def test_a_hollow_is_no_part_that_touches():
    faces, found = rayed(Manifold.sphere(10, 64) - Manifold.sphere(8, 64))
    assert not found.touching.any()
    assert thinnest(faces, found) == pytest.approx(2, abs=0.03)
