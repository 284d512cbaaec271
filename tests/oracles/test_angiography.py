"""Vessels known in space, seen from two sides with an error of the gantry, and found again.

The gantry's second view is turned by 1.5° about a random axis and shifted by 3 mm; traces carry
noise of 0.2 mm on the detector, correlated along the vessel as a hand's is.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.ndimage import gaussian_filter, gaussian_filter1d
from scipy.spatial import KDTree
from scipy.spatial.transform import Rotation

from heartwright.anatomy.imaging.angiography import Camera, Reconstruction, Trace, reconstruct
from heartwright.anatomy.imaging.angiography.match import monotone_path
from heartwright.anatomy.imaging.angiography.shadow import shadow
from heartwright.anatomy.mesh import Centreline, certify, tube
from heartwright.data import GeometryError, InputError, Provenance

VIEWS = {
    "oblique": ((30, 0), (-30, 25)),
    "biplane": ((0, 0), (90, 0)),
    "caudal": ((-30, -20), (40, 20)),
}
WAY = np.linspace(0, 1, 400)


def surface_artery() -> np.ndarray:
    """Along the heart's surface with bends of its own, 110 mm long."""
    turn = 2 * WAY
    return np.column_stack(
        [
            40 * np.cos(turn) - 20,
            -30 * np.sin(turn) + 6 * np.sin(9 * WAY),
            50 - 85 * WAY + 5 * np.cos(7 * WAY),
        ]
    )


def winding_artery() -> np.ndarray:
    """One and a half waves, of which some epipolar lines meet three."""
    return np.column_stack(
        [
            60 * WAY - 30,
            15 * np.sin(3 * np.pi * WAY),
            20 * np.cos(2 * np.pi * WAY) + 10 * WAY,
        ]
    )


RADII = 2.0 - 1.2 * WAY


def camera(primary: float, secondary: float) -> Camera:
    return Camera.from_angles(
        primary, secondary, source_to_detector_mm=1100, source_to_isocentre_mm=750
    )


def length(points: np.ndarray) -> float:
    return float(np.linalg.norm(np.diff(points, axis=0), axis=1).sum())


def traced(seen_by: Camera, points: np.ndarray, noise: float, rng: np.random.Generator) -> Trace:
    flat, half = seen_by.project(points), RADII * seen_by.magnification(points)
    along = np.concatenate([[0], np.cumsum(np.linalg.norm(np.diff(flat, axis=0), axis=1))])
    even = np.linspace(0, along[-1], int(along[-1]))
    line = np.column_stack([np.interp(even, along, x) for x in [*flat.T, half]])
    drawn = gaussian_filter1d(rng.normal(size=line.shape), 3, axis=0)
    line += drawn / drawn.std() * noise * np.array([1, 1, 0.5])
    return Trace(line[:, :2], line[:, 2])


@dataclass
class Trial:
    found: Reconstruction
    length_error: float  # relative
    radius_error_mm: float  # mean
    shape_error_mm: float  # mean, after a rigid fit: the gantry's error moves the vessel


def trial(
    points: np.ndarray,
    angles: tuple,
    seed: int,
    *,
    noise: float = 0.2,
    turn: float = 1.5,
    shift: float = 3.0,
) -> Trial:
    rng = np.random.default_rng(seed)
    cameras = [camera(*each) for each in angles]
    axis, way = (v / np.linalg.norm(v) for v in rng.normal(size=(2, 3)))
    true = cameras[0], cameras[1].moved(Rotation.from_rotvec(np.radians(turn) * axis), shift * way)
    found = reconstruct(cameras, [traced(each, points, noise, rng) for each in true])
    along = np.concatenate([[0], np.cumsum(np.linalg.norm(np.diff(points, axis=0), axis=1))])
    share = np.linspace(0, 1, len(found.points))
    there = np.column_stack([np.interp(share * along[-1], along, x) for x in [*points.T, RADII]])
    here, there_xyz = (x - x.mean(axis=0) for x in (found.points, there[:, :3]))
    fitted = Rotation.align_vectors(there_xyz, here)[0].apply(here)
    return Trial(
        found,
        length(found.points) / length(points) - 1,
        float(np.abs(found.radii - there[:, 3]).mean()),
        float(np.linalg.norm(fitted - there_xyz, axis=1).mean()),
    )


@pytest.mark.slow
@pytest.mark.parametrize("angles", VIEWS.values(), ids=VIEWS)
def test_without_noise_the_vessel_is_found_exactly(angles):
    found = trial(surface_artery(), angles, 0, noise=0, turn=0, shift=0)
    assert abs(found.length_error) < 1e-3
    assert found.radius_error_mm < 5e-3
    assert found.shape_error_mm < 0.02
    assert found.found.turn_deg < 0.02


@pytest.mark.slow
@pytest.mark.parametrize("angles", VIEWS.values(), ids=VIEWS)
@pytest.mark.parametrize("artery", [surface_artery, winding_artery])
def test_length_and_radius_survive_noise_and_the_gantry(artery: Callable, angles):
    trials = [trial(artery(), angles, seed) for seed in range(3)]
    assert max(abs(each.length_error) for each in trials) < 0.02
    assert max(each.radius_error_mm for each in trials) < 0.1
    assert max(each.shape_error_mm for each in trials) < 0.6
    assert all(m.isocentre_mean_mm < 0.2 for each in trials for m in each.found.misfits)


@pytest.mark.slow
def test_the_correction_takes_the_ends_misfit_away():
    """A shift across the epipolar planes is seen; uncorrected, it would be misfit."""
    cameras = [camera(0, 0), camera(90, 0)]  # sources at right angles: planes nearly axial
    moved = cameras[1].moved(Rotation.identity(), np.array([0, 0, 4.0]))
    rng = np.random.default_rng(0)
    traces = [traced(each, surface_artery(), 0, rng) for each in (cameras[0], moved)]
    found = reconstruct(cameras, traces)
    assert found.determined >= 1
    assert found.shift_mm + 12 * np.radians(found.turn_deg) > 2
    assert max(m.isocentre_mean_mm for m in found.misfits) < 0.05


def test_one_view_twice_is_refused():
    eye = camera(10, 5)
    seen = traced(eye, surface_artery(), 0, np.random.default_rng(0))
    with pytest.raises(GeometryError, match="shows no depth"):
        reconstruct([eye, eye], [seen, seen])


@pytest.mark.slow
def test_warnings_name_what_makes_a_reconstruction_poor():
    alike = trial(surface_artery(), ((0, 0), (20, 0)), 0, turn=0, shift=0).found
    assert "differ by only 20°" in alike.warnings[0]
    flat = np.column_stack([60 * WAY - 30, 20 * np.sin(3 * WAY), 0.5 * WAY])  # both views axial
    assert trial(flat, VIEWS["biplane"], 0, turn=0, shift=0).found.epipolar_share > 0.5
    other_end = [camera(0, 0), camera(90, 0)]
    rng = np.random.default_rng(0)
    one, two = (traced(each, surface_artery(), 0, rng) for each in other_end)
    turned = Trace(two.points[::-1].copy(), two.half_widths[::-1].copy())
    assert any("same first" in text for text in reconstruct(other_end, [one, turned]).warnings)


@given(
    primary=st.floats(-180, 180),
    secondary=st.floats(-90, 90),
    seed=st.integers(0, 999),
)
@settings(max_examples=15, deadline=None)
def test_rays_meet_what_was_projected_and_moving_is_consistent(primary, secondary, seed):
    rng = np.random.default_rng(seed)
    points = rng.uniform(-60, 60, (20, 3))
    eye = camera(primary, secondary)
    assert eye.axes @ eye.axes.T == pytest.approx(np.eye(3), abs=1e-12)
    towards = points - eye.source
    assert np.cross(eye.rays(eye.project(points)), towards) == pytest.approx(0, abs=1e-8)
    turn, shift = Rotation.random(random_state=seed), rng.uniform(-20, 20, 3)
    seen = eye.project(turn.apply(points) + shift)
    assert eye.moved(turn, shift).project(points) == pytest.approx(seen, abs=1e-6)
    step = 1e-4 * rng.normal(size=3)
    change = eye.project(points + step) - eye.project(points - step)
    assert 2 * eye.slopes(points) @ step == pytest.approx(change, abs=1e-6)


@pytest.mark.parametrize(
    ("angles", "seen"),
    [
        ((0, 0), {(1, 0, 0): (1, 0), (0, 0, 1): (0, -1)}),  # chest: left on the right, head up
        ((90, 0), {(0, 1, 0): (1, 0), (0, 0, 1): (0, -1)}),  # from the left: back on the right
        ((-90, 0), {(0, -1, 0): (1, 0), (0, 0, 1): (0, -1)}),  # from the right: chest on the right
        ((0, 90), {(1, 0, 0): (1, 0), (0, -1, 0): (0, 1)}),  # from the head: chest below
    ],
)
def test_angles_are_the_patient_s(angles, seen):
    eye = camera(*angles)
    for patient, picture in seen.items():
        fallen = eye.project(np.array([patient], float))[0]
        assert fallen == pytest.approx(np.array(picture) * 1100 / 750, abs=1e-2)


def test_the_cheapest_monotone_way_is_found_by_trying_them_all():
    rng = np.random.default_rng(3)

    def best(i: int, j: int) -> float:
        ways = [(i - 1, j - 1, 0.0), (i - 1, j, 0.01), (i, j - 1, 0.01)]
        before = [best(a, b) + extra for a, b, extra in ways if a >= 0 and b >= 0]
        return float(cost[i, j]) + (min(before) if before else 0.0)

    for _ in range(20):
        cost = rng.random((4, 5))
        path = monotone_path(cost)
        alone = (np.diff(path, axis=0).sum(axis=1) == 1).sum()
        assert cost[tuple(path.T)].sum() + 0.01 * alone == pytest.approx(best(3, 4))


def picture(eye: Camera, points: np.ndarray, *, pixel: float) -> tuple[np.ndarray, ...]:
    """A blurred, noisy, unevenly lit picture by Beer's law, and the true middle and half-width."""
    count = 512
    fine = np.linspace(0, 1, 4000)
    flat = eye.project(points) / pixel + (count - 1) / 2
    flat = np.column_stack([np.interp(fine, WAY, x) for x in flat.T])
    half = np.interp(fine, WAY, RADII * eye.magnification(points) / pixel)
    row, column = np.mgrid[:count, :count]
    apart, which = KDTree(flat).query(np.column_stack([column.ravel(), row.ravel()]))
    depth = 2 * pixel * np.sqrt(np.maximum(half[which] ** 2 - apart**2, 0))
    grey = gaussian_filter(np.exp(-0.08 * depth).reshape(count, count), 1.0)
    grey *= 1 + 0.2 * np.sin(column / 90)
    grey += 0.02 * np.random.default_rng(0).normal(size=grey.shape)
    return 2000 * grey, flat, half


@pytest.mark.slow
def test_a_shadow_is_followed_between_two_clicks():
    grey, middle, half = picture(camera(30, 0), surface_artery(), pixel=0.4)
    found = shadow(grey, middle[[15, -15]] + 1.5, "it")
    apart, which = KDTree(middle).query(found.points)
    assert apart.mean() < 0.15
    assert (found.half_widths - half[which]).mean() == pytest.approx(0, abs=0.2)
    assert np.abs(found.half_widths - half[which]).mean() < 0.25
    with pytest.raises(InputError, match="click its ends again"):
        shadow(grey, np.array([[5.0, 5.0], [600.0, 5.0]]), "it")


@pytest.mark.slow
def test_a_tube_is_a_certified_solid_of_the_right_size():
    straight = np.column_stack([np.zeros(41), np.zeros(41), np.linspace(0, 20, 41)])
    body = tube(Centreline(straight, np.full(41, 3.0)), "tube", Provenance())
    assert body.volume_mm3 == pytest.approx(np.pi * 9 * 20, rel=5e-3)
    sharp = np.vstack([straight, straight[-1] + np.outer(np.arange(1, 41) / 2, [1.0, 0, 0])])
    bent = certify(tube(Centreline(sharp, np.full(81, 3.0)), "bent", Provenance()))
    assert bent.valid
    assert bent.bodies == 1
