"""The automatic ostium of sample hearts, whose ostium is known, and of a real one with a reference.

Research figures: run with `pytest -m slow tests/oracles/test_laa_hearts.py`.
"""

import re
import zipfile

import numpy as np
import pytest

from heartwright.anatomy.grid import Field
from heartwright.anatomy.mesh import as_solid, bodies
from heartwright.anatomy.mesh.isosurface import isosurface
from heartwright.data import Solid, Surface
from heartwright.planning.laa import Known, plan
from heartwright.planning.slicer import Slicer, centroid
from heartwright.planning.transseptal import angle_deg
from heartwright.samples.heart.atrium import atrium
from heartwright.samples.heart.fields import Field as Lumen
from heartwright.samples.heart.grid import around, bounds, sampled
from heartwright.samples.heart.whole import whole_heart

pytestmark = pytest.mark.slow


def meshed(lumen: Lumen) -> Solid:
    grid = around(bounds(lumen) + 3 * np.array([[-1], [1]]), 1.0)
    return bodies(Solid(*isosurface(Field(sampled(lumen, grid), grid.affine), 0.0)))[0]


def errors(lumen: Solid, point: np.ndarray, normal: np.ndarray, known: Known) -> tuple:
    """Angle between the planes, and distance of the sections' centres."""
    site = plan(lumen, known=known).appendage.sites[0]
    true = centroid(Slicer(lumen).around(point, normal), normal)
    away = np.linalg.norm(np.array(site.point_lps_mm) - true)
    return angle_deg(np.array(site.normal_lps), normal), away


def test_the_neck_of_sample_atria_is_found():
    found = []
    for seed in range(6):
        drawn = atrium(np.random.default_rng([seed, 0]))
        plane = drawn.ostium
        found.append(errors(meshed(drawn.lumen), plane.point, plane.normal, Known()))
    angles, distances = np.array(found).T
    assert np.median(angles) < 5
    assert angles.max() < 7
    assert np.median(distances) < 0.8
    assert distances.max() < 1.6


def test_watchmans_plane_of_whole_hearts_is_found_with_the_artery_and_met_with_both_points():
    for seed in range(3):
        heart = whole_heart(seed)
        lumen, frame = meshed(heart.atrium.lumen), heart.atrium.neck.frame
        points = heart.landmarks
        both = Known(ridge=points.ridge, circumflex=points.circumflex[None])
        angle, distance = errors(lumen, frame.origin, frame.axis, both)
        assert angle < 0.5
        assert distance < 0.1
        alone = Known(circumflex=heart.arteries.circumflex_path)
        angle, distance = errors(lumen, frame.origin, frame.axis, alone)
        assert angle < 8
        assert distance < 1.5


def test_the_clip_plane_of_a_published_real_atrium_is_matched(shared_data):
    """Acceptance: plane within 10°, centre within 4 mm, without any point given."""
    import pyvista

    folder = shared_data / "surfaces" / "left-atrium-lgpl"
    mesh = pyvista.read(folder / "data_mesh.vtk")
    surface = Surface(np.asarray(mesh.points, float), mesh.regular_faces.astype(int))
    with zipfile.ZipFile(folder / "mesh_clip_planes.xlsx") as book:
        sheet = book.read("xl/worksheets/sheet1.xml").decode()
    numbers = np.array(re.findall(r"<v>([^<]+)</v>", sheet), float).reshape(-1, 3)
    point, inward = numbers[8:10]  # the fifth plane is the appendage's
    normal = -inward / np.linalg.norm(inward)
    angle, distance = errors(as_solid(surface), point, normal, Known())
    assert angle < 10
    assert distance < 4
