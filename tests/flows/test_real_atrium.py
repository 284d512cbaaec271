"""The left atrium of a real heart: label map to opened wall that a print program accepts."""

import shutil
import subprocess

import numpy as np
import pytest

from heartwright.anatomy.imaging import read_labels
from heartwright.anatomy.mesh import Opening, bodies, cavities, surface_from_labels, thickness, wall

pytestmark = pytest.mark.slow

LEFT_ATRIUM = 2
WALL_MM = 1.5
VEINS = (  # a point and the outward direction, LPS; 2.5 mm inside the label's flat ends
    ((-41.8, 28.3, -80.2), (-1.00, -0.02, 0.09)),  # right upper
    ((-35.3, 48.9, -93.8), (-0.85, 0.49, 0.19)),  # right lower
    ((18.1, 37.0, -64.0), (0.95, -0.16, 0.25)),  # left upper
    ((22.6, 54.6, -79.1), (0.92, 0.39, 0.05)),  # left lower
)


@pytest.fixture(scope="module")
def atrium(shared_data):
    labels = read_labels(shared_data / "scans" / "whole-heart-labels" / "wh.nii.gz")
    return surface_from_labels(labels, LEFT_ATRIUM, name="left atrium")


@pytest.fixture(scope="module")
def opened(atrium):
    openings = [Opening(np.array(point), np.array(normal)) for point, normal in VEINS]
    return wall(atrium, WALL_MM, openings=openings)


@pytest.fixture(scope="module")
def thick(opened):
    return thickness(opened).values


def test_the_lumen_has_the_labels_volume(atrium):
    assert atrium.volume_mm3 == pytest.approx(97_520.4, rel=1e-3)
    assert len(atrium.faces) < 400_000


def test_the_wall_is_as_thick_as_asked_and_open(opened, thick):
    assert np.nanmedian(thick) == pytest.approx(WALL_MM, abs=0.01)
    assert np.nanmin(thick) > WALL_MM - 0.06
    assert len(bodies(opened.solid)) == 1
    assert cavities(opened.solid) == 0


def test_each_vein_ends_in_a_flat_ring(opened, thick):
    ends = opened.lumen.vertices[np.isnan(thick)]
    for opening in opened.openings:
        ahead = (ends - opening.point) @ opening.normal
        near = np.linalg.norm(ends - opening.point, axis=1) < 15
        assert ahead[near].min() > -0.1
        assert near.sum() > 100


def test_prusaslicer_calls_it_manifold(opened, tmp_path):
    if shutil.which("prusa-slicer") is None:
        pytest.skip("prusa-slicer is not installed")
    import trimesh

    file = tmp_path / "wall.stl"
    trimesh.Trimesh(opened.solid.vertices, opened.solid.faces, process=False).export(file)
    said = subprocess.run(
        ["prusa-slicer", "--info", str(file)], capture_output=True, text=True, check=True
    ).stdout
    assert "manifold = yes" in said
    assert "number_of_parts =  1" in said
