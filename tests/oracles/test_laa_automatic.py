"""The appendage that the program finds, against shapes whose answers are known."""

from dataclasses import astuple

import numpy as np
import pytest
from manifold3d import Manifold

from heartwright.anatomy.mesh import section, split
from heartwright.data import InputError, Plane, Solid
from heartwright.planning.laa import Access, Known, plan
from heartwright.planning.laa.beyond import beyond
from heartwright.planning.section import area, diameters, in_plane
from heartwright.planning.slicer import Slicer, centroid
from heartwright.planning.transseptal import angle_deg

ATRIUM_MM, NECK_MM, TIP_MM = 22.0, 8.0, 46.0  # radii, and the tip's distance from the centre
WAY = np.array([0.75, -0.55, 0.36]) / np.linalg.norm([0.75, -0.55, 0.36])  # left, forwards, up
VEINS = np.array([[0.8, 0.55, 0.3], [0.85, 0.5, -0.3], [-0.8, 0.55, 0.3], [-0.85, 0.5, -0.3]])
EDGE_MM = 0.4


def frame(way: np.ndarray) -> np.ndarray:
    """Columns: two directions across a way, and the way."""
    across = in_plane(way)
    if np.linalg.det(np.column_stack([across, way])) < 0:
        across = across[:, ::-1]
    return np.column_stack([across, way])


def along(shape: Manifold, way: np.ndarray) -> Manifold:
    """A shape around the z axis turned along a way."""
    return shape.transform(np.column_stack([frame(way), np.zeros(3)]))


def tube(length_mm: float, radius_mm: float, tip_mm: float | None = None) -> Manifold:
    end = radius_mm if tip_mm is None else tip_mm
    return Manifold.cylinder(length_mm, radius_mm, end, circular_segments=96)


def chamber() -> Manifold:
    veins = [along(tube(36, 6.5), way / np.linalg.norm(way)) for way in VEINS]
    return sum(veins, Manifold.sphere(ATRIUM_MM, 96))


def solid(shape: Manifold) -> Solid:
    mesh = shape.to_mesh64()
    return Solid(np.asarray(mesh.vert_properties)[:, :3], np.asarray(mesh.tri_verts).astype(int))


def rounded(length_mm: float, radius_mm: float) -> Manifold:
    ball = Manifold.sphere(radius_mm, 96).translate((0, 0, length_mm - radius_mm))
    return tube(length_mm - radius_mm, radius_mm) + ball


LUMEN = solid(chamber() + along(rounded(TIP_MM, NECK_MM), WAY))
KNOWN = Known(edge_mm=EDGE_MM, phase_percent=40)


@pytest.fixture(scope="module")
def found():
    return plan(LUMEN, known=KNOWN)


def test_the_ostium_is_where_the_neck_begins(found):
    """Of a round tube on a ball it lies across the axis, right behind the tube's last corner."""
    site = found.appendage.sites[0]
    assert angle_deg(np.array(site.normal_lps), WAY) < 2
    point = np.array(site.point_lps_mm)
    assert np.linalg.norm(point - (point @ WAY) * WAY) < 0.2
    free = np.sqrt(ATRIUM_MM**2 - NECK_MM**2)  # where the tube leaves the ball
    assert free - 0.5 < point @ WAY < free + 3
    assert found.ostium.d_mean_mm == pytest.approx(2 * NECK_MM, rel=0.01)
    assert found.depth_mm == pytest.approx(TIP_MM - point @ WAY, abs=0.3)


def test_the_landing_zone_is_parallel_and_twelve_millimetres_behind(found):
    ostium, landing = found.appendage.sites
    step = np.array(landing.point_lps_mm) - ostium.point_lps_mm
    assert landing.normal_lps == ostium.normal_lps
    assert step @ ostium.normal_lps == pytest.approx(12, abs=1e-9)
    assert landing.diameters.d_area_mm == pytest.approx(2 * NECK_MM, rel=0.01)


def test_each_family_is_measured_in_its_own_plane(found):
    sites = {site.name: site.diameters for site in found.appendage.sites}
    by_name = {device.name: device for device in found.devices}
    assert by_name["WATCHMAN FLX"].measured == sites["ostium"].d_max_mm
    assert by_name["Amplatzer Amulet"].measured == sites["landing zone"].d_mean_mm


def test_a_walls_uncertainty_counts_twice_and_decides_between_sizes(found):
    site = found.appendage.sites[1]
    assert site.uncertainty_mm == pytest.approx(2 * EDGE_MM, abs=0.05)  # a tube: no other part
    sizes = {device.size_mm for device in found.appendage.also_fit if "FLX" in device.name}
    assert sizes == {24}  # 16 + 0.8 mm reaches the 24 mm device's 16.8 mm
    assert any("either" in sentence for sentence in found.warnings)


def test_stations_follow_the_tube_to_its_tip(found):
    inner = [s for s in found.appendage.stations if 1 < s.along_mm < found.depth_mm - NECK_MM - 2]
    assert len(inner) > 10
    assert all(station.valid for station in inner)
    widths = [s.diameters.d_area_mm for s in inner]
    assert widths == pytest.approx([2 * NECK_MM] * len(inner), rel=0.015)
    lobe = found.appendage.lobes[0]
    assert lobe.length_mm == pytest.approx(found.depth_mm, abs=1.5)
    assert lobe.sharpest_bend_deg > 168
    assert found.appendage.morphology == "windsock"


@pytest.mark.slow
def test_a_ridge_and_an_artery_fix_the_plane():
    plane_mm = 26.0
    across = frame(WAY)
    ridge = plane_mm * WAY + NECK_MM * across[:, 0]
    artery = plane_mm * WAY - (NECK_MM + 4) * across[:, 0]
    path = artery + np.linspace(-20, 20, 9)[:, None] * across[:, 1]
    site = plan(LUMEN, known=Known(ridge=ridge, circumflex=path)).appendage.sites[0]
    point, normal = np.array(site.point_lps_mm), np.array(site.normal_lps)
    assert (ridge - point) @ normal == pytest.approx(0, abs=1e-6)
    assert (artery - point) @ normal == pytest.approx(0, abs=1e-6)
    assert angle_deg(normal, WAY) < 1
    assert point == pytest.approx(plane_mm * WAY, abs=0.2)


@pytest.mark.slow
def test_a_cone_has_its_own_width_at_the_landing_zone_and_a_slope_in_its_uncertainty():
    start, end, length = 10.0, 4.0, 60.0
    lumen = solid(chamber() + along(tube(length, start, end), WAY))
    sites = plan(lumen, known=Known(edge_mm=0)).appendage.sites
    slope = 2 * (end - start) / length
    for site in sites:
        height = float(np.array(site.point_lps_mm) @ WAY)
        assert site.diameters.d_area_mm == pytest.approx(2 * start + slope * height, rel=0.02)
    assert sites[1].uncertainty_mm == pytest.approx(abs(slope) * 2.0, rel=0.1)  # ± 2 mm of place


@pytest.mark.slow
def test_a_fork_has_two_lobes_and_a_bend_is_measured():
    fork = 32.0 * WAY
    aside = frame(WAY)[:, 0]
    wing = np.cos(np.radians(110)) * WAY + np.sin(np.radians(110)) * aside
    other = np.cos(np.radians(60)) * WAY - np.sin(np.radians(60)) * aside
    arms = [
        along(rounded(length, 5.5), way).translate(tuple(fork))
        for length, way in ((26, wing), (18, other))
    ]
    ball = Manifold.sphere(NECK_MM, 96).translate(tuple(fork))
    lumen = solid(chamber() + along(tube(32, NECK_MM), WAY) + ball + arms[0] + arms[1])
    appendage = plan(lumen, known=KNOWN).appendage
    assert len(appendage.lobes) == 2
    main, side = appendage.lobes
    assert main.tip_lps_mm == pytest.approx(tuple(fork + 26 * wing), abs=3.5)
    assert side.tip_lps_mm == pytest.approx(tuple(fork + 18 * other), abs=3.5)
    assert main.sharpest_bend_deg == pytest.approx(70, abs=22)  # the smooth way is blunter
    assert appendage.morphology == "chicken wing"
    assert 4 < side.leaves_at_mm < 14


def test_a_part_behind_a_plane_equals_the_piece_that_a_boolean_cuts_off():
    plane = Plane(30 * WAY, WAY)
    loop = Slicer(LUMEN).around(plane.point, plane.normal)
    part = beyond(LUMEN, plane, loop)
    pieces = split(LUMEN, plane.point, plane.normal)[0]
    piece = min(pieces, key=lambda p: np.linalg.norm(p.vertices.mean(axis=0) - 40 * WAY))
    assert part.volume_mm3 == pytest.approx(piece.volume_mm3, rel=1e-9)
    heights = (piece.vertices - plane.point) @ plane.normal
    assert part.depth_mm == pytest.approx(heights.max(), rel=1e-9)


@pytest.mark.parametrize("seed", range(4))
def test_a_slicer_cuts_the_curves_that_a_boolean_cuts(seed):
    rng = np.random.default_rng(seed)
    normal = rng.standard_normal(3)
    normal /= np.linalg.norm(normal)
    point = rng.uniform(-8, 8, 3)
    axes = in_plane(normal)
    here = sorted(area(loop @ axes) for loop in Slicer(LUMEN).loops(point, normal))
    there = sorted(area(loop @ axes) for loop in section(LUMEN, point, normal))
    assert here == pytest.approx(there, rel=1e-6)


def test_a_curve_that_leaves_the_kept_triangles_is_not_returned():
    near = Slicer(LUMEN, near=30 * WAY, reach_mm=14)
    assert near.around(30 * WAY, WAY) is not None
    assert near.loops(np.zeros(3), np.array([0.0, 0, 1])) == []


def test_the_centroid_is_the_areas_not_the_corners():
    corners = np.array([[0.0, 0, 0], [1, 0, 0], [2, 0, 0], [3, 0, 0], [3, 2, 0], [0, 2, 0]])
    up = np.array([0.0, 0, 1])
    assert centroid(corners, up) == pytest.approx([1.5, 1, 0])
    assert astuple(diameters(corners, up))[0] == pytest.approx(2)


def test_a_lumen_without_an_appendage_and_a_mirrored_one_are_refused_in_a_sentence():
    with pytest.raises(InputError, match="no appendage was found"):
        plan(solid(chamber()))
    mirrored = Solid(LUMEN.vertices * [-1, 1, 1], LUMEN.faces[:, ::-1])
    with pytest.raises(InputError, match="on the patient's right"):
        plan(mirrored)
    turned = Solid(LUMEN.vertices * [-1, -1, 1], LUMEN.faces)
    with pytest.raises(InputError, match="appendage"):
        plan(turned)


@pytest.mark.slow
def test_a_mirrored_appendage_whose_ostium_is_given_gets_no_size():
    across = frame(WAY)[:, :2]
    turns = np.radians([0, 120, 240])
    rim = 28 * WAY + NECK_MM * np.stack([np.cos(turns), np.sin(turns)], axis=1) @ across.T
    assert plan(LUMEN, rim).devices
    mirrored = Solid(LUMEN.vertices * [-1, 1, 1], LUMEN.faces[:, ::-1])
    found = plan(mirrored, rim * [-1, 1, 1])
    assert found.devices == ()
    assert found.appendage.also_fit == ()
    assert "on the right" in found.warnings[0]


@pytest.mark.slow
def test_a_flat_end_is_told_and_a_round_one_is_not(found):
    assert not any("cut off" in sentence for sentence in found.warnings)
    flat = solid(chamber() + along(tube(TIP_MM, NECK_MM), WAY))
    assert any("cut off" in sentence for sentence in plan(flat).warnings)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("known", "told"),
    [
        (Known(ridge=np.array([60.0, 0, 0])), "from the lumen's surface"),
        (Known(circumflex=np.array([[80.0, -60, 0]])), "from the appendage's neck"),
        (Known(edge_mm=-1.0), "not possible"),
        (Known(edge_mm=np.nan), "not possible"),
        (Known(access=Access(fossa=np.array([-200.0, 0, 0]))), "from the atrium's wall"),
        (Known(access=Access(fossa=24 * WAY + 1)), "from the appendage's ostium"),
        (Known(access=Access(right_atrium=np.full((4, 3), -90.0))), "right atrium is"),
    ],
    ids=["ridge", "artery", "negative", "nan", "fossa", "wrong fossa", "right atrium"],
)
def test_landmarks_that_cannot_be_are_refused_in_a_sentence(known, told):
    with pytest.raises(InputError, match=told):
        plan(LUMEN, known=known)
