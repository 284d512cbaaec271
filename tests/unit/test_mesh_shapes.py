"""Pieces of the mesh strand on the smallest shapes that show them."""

import numpy as np
import pytest

from heartwright.anatomy.mesh import (
    as_solid,
    bodies,
    cavities,
    distance,
    inside,
    section,
    split,
    surface_from_labels,
    voxelise,
    wall,
)
from heartwright.data import GeometryError, InputError, LabelMap, Solid, Surface, Volume

UP = np.array([0.0, 0.0, 1.0])


def box(low: tuple[float, ...], high: tuple[float, ...]) -> Solid:
    import trimesh

    mesh = trimesh.creation.box(bounds=[low, high])
    return Solid(np.array(mesh.vertices), np.array(mesh.faces))


def together(*parts: tuple[Solid, int]) -> Solid:
    """Solids as one; turn -1 makes a part's surface that of a cavity."""
    vertices = [part.vertices for part, _ in parts]
    starts = np.cumsum([0, *map(len, vertices)])
    faces = [part.faces[:, ::turn] + n for (part, turn), n in zip(parts, starts, strict=False)]
    return Solid(np.concatenate(vertices), np.concatenate(faces))


@pytest.fixture
def cube() -> Solid:
    return box((0, 0, 0), (10, 10, 10))


@pytest.fixture
def hollow_and_small(cube: Solid) -> Solid:
    return together((cube, 1), (box((4, 4, 4), (6, 6, 6)), -1), (box((20, 0, 0), (23, 3, 3)), 1))


def labels_of(mask: np.ndarray, spacing: float = 0.5) -> LabelMap:
    return LabelMap(mask.astype(np.int16), np.diag([spacing, spacing, spacing, 1.0]))


def test_distance_to_a_cube_is_exact_at_faces_edges_and_corners(cube):
    points = np.array([[5, 5, 13], [5, 13, 14], [13, 14, 22], [5, 5, 5], [5, 2, 5], [10, 10, 10]])
    expected = [3, 5, 13, 5, 2, 0]
    assert distance(points.astype(float), cube) == pytest.approx(expected, abs=1e-12)


def test_distance_agrees_with_trimesh_on_uneven_triangles():
    import trimesh

    mesh = trimesh.creation.capsule(height=30, radius=3, count=[24, 9])  # long thin triangles
    solid = Solid(np.array(mesh.vertices), np.array(mesh.faces))
    points = np.random.default_rng(0).uniform(-12, 40, (300, 3))
    brute = [
        np.linalg.norm(
            trimesh.triangles.closest_point(mesh.triangles, np.tile(p, (len(mesh.triangles), 1)))
            - p,
            axis=1,
        ).min()
        for p in points
    ]
    assert distance(points, solid) == pytest.approx(brute, abs=1e-9)


def test_no_points_have_no_distances(cube):
    assert distance(np.empty((0, 3)), cube).shape == (0,)


def test_bodies_keep_their_cavities(hollow_and_small):
    large, small = bodies(hollow_and_small)
    assert large.volume_mm3 == pytest.approx(1000 - 8)
    assert small.volume_mm3 == pytest.approx(27)
    assert cavities(hollow_and_small) == cavities(large) == 1
    assert cavities(small) == 0


def test_inside_knows_cavities(hollow_and_small):
    points = np.array([[1.0, 5.2, 5.1], [5.1, 5.2, 4.9], [21.0, 1.1, 1.2], [15.0, 5.0, 5.0]])
    assert inside(hollow_and_small, points).tolist() == [True, False, True, False]


def test_voxels_are_those_whose_centres_are_inside(cube):
    mask, affine = voxelise(cube, 0.9)
    centres = np.argwhere(mask) @ affine[:3, :3].T + affine[:3, 3]
    assert (np.abs(centres - 5) < 5).all()
    assert mask.sum() == 11**3
    assert not mask[[0, -1]].any()
    assert not mask[:, :, [0, -1]].any()


@pytest.mark.parametrize("spacing", [0.0, -1.0, float("nan"), 1e-4])
def test_impossible_voxels_are_refused(cube, spacing):
    with pytest.raises(InputError, match="mm"):
        voxelise(cube, spacing)


def test_a_split_closes_both_halves(cube):
    front, back = split(cube, np.array([0.0, 0.0, 3.0]), 5 * UP)
    assert [piece.volume_mm3 for piece in front] == pytest.approx([700])
    assert [piece.volume_mm3 for piece in back] == pytest.approx([300])


def test_a_plane_that_misses_cuts_nothing(cube):
    above = np.array([0.0, 0.0, 30.0])
    front, back = split(cube, above, UP)
    assert front == ()
    assert back[0].volume_mm3 == pytest.approx(1000)
    assert section(cube, above, UP) == []


def test_a_plane_needs_a_direction(cube):
    with pytest.raises(InputError, match="length"):
        section(cube, np.zeros(3), np.zeros(3))


def test_a_section_of_a_hollow_cube_has_a_hole(hollow_and_small):
    loops = section(hollow_and_small, np.full(3, 5.0), np.array([0.0, 1.0, 0.0]))
    areas = [np.cross(loop, np.roll(loop, -1, axis=0)).sum(axis=0)[1] / 2 for loop in loops]
    assert sorted(areas) == pytest.approx([-4, 100])


def test_loose_and_inverted_triangles_become_a_solid(cube):
    loose = Surface(
        cube.vertices[cube.faces].reshape(-1, 3), np.arange(36).reshape(-1, 3)[:, ::-1], "cube"
    )
    solid = as_solid(loose)
    assert solid.volume_mm3 == pytest.approx(1000)
    assert len(solid.vertices) == 8


@pytest.mark.parametrize("faces", [slice(1, None), slice(0, 0), [0, 0, *range(12)]])
def test_what_is_no_solid_is_refused(cube, faces):
    with pytest.raises(GeometryError, match="lid"):
        as_solid(Surface(cube.vertices, cube.faces[faces], "lid"))


def test_vertices_that_are_not_numbers_are_refused(cube):
    with pytest.raises(GeometryError, match="export"):
        as_solid(Surface(cube.vertices * np.nan, cube.faces))


def test_a_label_that_fills_its_grid_is_closed():
    solid = surface_from_labels(labels_of(np.ones((16, 14, 12), bool)), 1)
    assert solid.volume_mm3 == pytest.approx(16 * 14 * 12 / 8, rel=1e-3)
    (warning,) = solid.provenance.parameters["warnings"]
    assert "touches the border" in warning


def test_islands_are_left_out_and_noted():
    mask = np.zeros((30, 20, 20), bool)
    mask[3:17, 3:17, 3:17] = True
    mask[22:26, 5:9, 5:9] = True
    solid = surface_from_labels(labels_of(mask), 1, name="atrium")
    assert solid.name == "atrium"
    assert solid.volume_mm3 == pytest.approx(14**3 / 8, rel=1e-3)
    assert solid.provenance.parameters["islands_left_out_mm3"] == pytest.approx(8)
    (warning,) = solid.provenance.parameters["warnings"]
    assert "islands of 8 mm³" in warning


@pytest.mark.parametrize(("start", "warned"), [(0, True), (1, False), (5, False), (6, True)])
def test_only_a_label_at_the_border_of_its_grid_is_called_capped(start, warned):
    mask = np.zeros((16, 16, 16), bool)
    mask[start : start + 10, 3:13, 3:13] = True
    assert bool(surface_from_labels(labels_of(mask), 1).provenance.parameters["warnings"]) == warned


def test_a_scan_of_somewhere_else_is_refused():
    mask = np.zeros((16, 16, 16), bool)
    mask[3:13, 3:13, 3:13] = True
    labels = labels_of(mask)
    elsewhere = labels.affine.copy()
    elsewhere[:3, 3] += 100
    with pytest.raises(GeometryError, match="does not cover label 1"):
        surface_from_labels(labels, 1, scan=Volume(np.zeros(mask.shape), elsewhere))


def test_a_cavity_of_the_label_is_kept():
    mask = np.zeros((24, 24, 24), bool)
    mask[2:22, 2:22, 2:22] = True
    mask[8:16, 8:16, 8:16] = False
    assert cavities(surface_from_labels(labels_of(mask), 1)) == 1


def test_a_wall_around_large_triangles_is_exact(cube):
    shell = wall(cube, 2.0)
    outside = distance(shell.outer.vertices, cube)
    assert outside == pytest.approx(2.0, abs=0.02)
    rounded = 10**3 + 6 * 100 * 2 + 12 * 10 * np.pi + 4 / 3 * np.pi * 8  # Steiner's formula
    assert shell.outer.volume_mm3 == pytest.approx(rounded, rel=4e-3)


def test_a_wall_too_thin_for_its_model_is_refused():
    with pytest.raises(GeometryError, match="thicker"):
        wall(box((0, 0, 0), (400, 400, 400)), 0.5)


def test_nothing_floats_inside_a_wall(cube):
    shell = wall(together((cube, 1), (box((4, 4, 4), (6, 6, 6)), -1)), 2.0)
    assert len(bodies(shell.solid)) == 1
    assert shell.lumen.volume_mm3 == pytest.approx(1000)


def test_a_label_of_one_voxel_still_has_its_volume():
    mask = np.zeros((9, 9, 9), bool)
    mask[4, 4, 4] = True
    assert surface_from_labels(labels_of(mask), 1).volume_mm3 == pytest.approx(1 / 8, rel=1e-3)


def test_a_missing_label_is_named():
    with pytest.raises(InputError, match="label 7 is empty"):
        surface_from_labels(labels_of(np.ones((4, 4, 4), bool)), 7)
