"""Walls and surfaces against shapes whose every measure is known."""

from collections.abc import Callable

import numpy as np
import pytest
from jaxtyping import Float
from scipy import ndimage

from heartwright.anatomy.mesh import (
    Opening,
    bodies,
    cavities,
    distance,
    surface_from_labels,
    thickness,
    wall,
)
from heartwright.data import GeometryError, InputError, LabelMap, Solid, Volume

Points = Float[np.ndarray, "*grid 3"]
Shape = Callable[[Points], Float[np.ndarray, "*grid"]]  # signed distance, mm, negative inside

SPACING = np.array([0.4, 0.4, 0.5])
RADIUS, WALL = 9.3, 1.5


def ball(points: Points) -> np.ndarray:
    return np.linalg.norm(points, axis=-1) - RADIUS


def capsule(points: Points) -> np.ndarray:
    """A vessel along z: radius 5 mm, straight from -10 to 10 mm, with round ends."""
    beyond = np.maximum(np.abs(points[..., 2]) - 10, 0)
    return np.hypot(np.hypot(points[..., 0], points[..., 1]), beyond) - 5


def rendered(shape: Shape, half: Float[np.ndarray, "3"]) -> tuple[np.ndarray, np.ndarray]:
    """Signed distances at voxel centres, and the affine of their (left-handed) grid."""
    count = np.ceil(2 * half / SPACING).astype(int) + 1
    affine = np.diag([*(SPACING * [-1, 1, 1]), 1.0])
    affine[:3, 3] = half * [1, -1, -1] + 0.13
    index = np.stack(np.meshgrid(*[np.arange(n) for n in count], indexing="ij"), axis=-1)
    return shape(index @ affine[:3, :3].T + affine[:3, 3]), affine


def solid_of(shape: Shape, half: tuple[float, float, float]) -> Solid:
    values, affine = rendered(shape, np.array(half))
    return surface_from_labels(LabelMap((values <= 0).astype(np.int16), affine), 1)


def exact_ball(radius: float) -> Solid:
    """A finely triangulated sphere, so that only the wall's own error remains."""
    import trimesh

    sphere = trimesh.creation.icosphere(subdivisions=5, radius=radius)
    return Solid(np.array(sphere.vertices), np.array(sphere.faces))


@pytest.fixture(scope="module")
def lumen() -> Solid:
    return solid_of(ball, (13, 13, 13))


@pytest.fixture(scope="module")
def vessel() -> Solid:
    return solid_of(capsule, (8, 8, 18))


def test_the_surface_of_a_label_lies_below_a_voxel(lumen):
    error = np.linalg.norm(lumen.vertices, axis=1) - RADIUS
    assert abs(error.mean()) < 0.02
    assert error.std() < 0.04  # the plain iso-surface of the voxels has 0.09
    assert lumen.volume_mm3 == pytest.approx(4 / 3 * np.pi * RADIUS**3, rel=2e-3)


def test_smoothing_keeps_the_voxels_volume():
    values, affine = rendered(capsule, np.array([8, 8, 18]))
    labels = LabelMap((values <= 0).astype(np.int16), affine)
    voxels = (values <= 0).sum() * SPACING.prod()
    for smoothing in (0.0, 0.7, 1.5):
        solid = surface_from_labels(labels, 1, smoothing_mm=smoothing)
        assert solid.volume_mm3 == pytest.approx(voxels, rel=1e-3)


def test_grey_values_correct_a_coarse_label():
    """The label is 0.5 mm too large; the scan, blurred and noisy, shows the true edge."""
    values, affine = rendered(ball, np.array([15, 15, 15]))
    rng = np.random.default_rng(0)
    inside = ndimage.gaussian_filter((values <= 0).astype(float), 0.6 / SPACING)
    scan = Volume(50 + 350 * inside + rng.normal(0, 20, values.shape), affine)
    labels = LabelMap((values <= 0.5).astype(np.int16), affine)
    error = np.linalg.norm(surface_from_labels(labels, 1, scan=scan).vertices, axis=1) - RADIUS
    assert abs(error.mean()) < 0.05
    assert error.std() < 0.08


def test_without_contrast_the_label_decides(lumen):
    values, affine = rendered(ball, np.array([13, 13, 13]))
    labels = LabelMap((values <= 0).astype(np.int16), affine)
    noise = np.random.default_rng(1).normal(300, 20, values.shape)
    solid = surface_from_labels(labels, 1, scan=Volume(noise, affine))
    assert distance(solid.vertices, lumen).max() < 0.05


def test_wall_of_a_ball_is_as_thick_as_asked(lumen):
    shell = wall(lumen, WALL)
    error = thickness(shell).values - WALL
    assert abs(error.mean()) < 0.02
    assert error.std() < 0.02
    assert error.min() > -0.05
    assert cavities(shell.solid) == 1  # no opening: the lumen is trapped


@pytest.mark.parametrize("thick", [0.3, 0.8, 1.5, 4.0])
def test_wall_of_an_exact_ball(thick):
    shell = wall(exact_ball(RADIUS), thick)
    outer = np.linalg.norm(shell.outer.vertices, axis=1) - RADIUS
    assert outer == pytest.approx(thick, abs=0.006)
    volume = 4 / 3 * np.pi * ((RADIUS + thick) ** 3 - RADIUS**3)
    assert shell.solid.volume_mm3 == pytest.approx(volume, rel=4e-3)


@pytest.mark.slow
def test_a_vessel_opened_at_both_ends_is_a_plain_tube(vessel):
    openings = [
        Opening(np.array([0.5, 0.5, z]), np.array([0.0, 0.0, np.sign(z)])) for z in (8.0, -8.0)
    ]
    shell = wall(vessel, WALL, openings=openings)
    ring = np.pi * ((5 + WALL) ** 2 - 5**2)
    assert shell.solid.volume_mm3 == pytest.approx(16 * ring, rel=0.01)
    assert shell.solid.bounds[:, 2] == pytest.approx([-8, 8], abs=1e-6)
    assert cavities(shell.solid) == 0
    assert len(bodies(shell.solid)) == 1
    values = thickness(shell)
    gone = np.isnan(values.values)
    assert np.abs(shell.lumen.vertices[gone, 2]).min() > 7.9
    assert np.nanmedian(values.values) == pytest.approx(WALL, abs=0.01)


def two_fingers(points: Points) -> np.ndarray:
    """A ball with two parallel fingers, 1.6 mm apart: a vein beside an appendage."""
    fingers = [
        np.hypot(
            np.hypot(points[..., 0] - x, points[..., 1]),
            np.maximum(np.abs(points[..., 2] - 7) - 7, 0),
        )
        - 2.2
        for x in (-3.0, 3.0)
    ]
    return np.minimum.reduce([np.linalg.norm(points, axis=-1) - 7, *fingers])


@pytest.mark.slow
def test_an_opening_leaves_the_neighbour_alone():
    heart = solid_of(two_fingers, (9, 9, 18))
    opening = Opening(np.array([3.0, 0.0, 12.0]), np.array([0.0, 0.0, 1.0]))
    closed, shell = wall(heart, WALL), wall(heart, WALL, openings=[opening])
    values = thickness(shell).values
    gone = shell.lumen.vertices[np.isnan(values)]
    assert (gone[:, 0] > 0).all()
    assert (gone[:, 2] > 11.9).all()
    assert np.nanmin(values) > WALL - 0.05
    assert cavities(shell.solid) == 0
    removed = distance(closed.solid.vertices, shell.solid) > 0.05
    away = closed.solid.vertices[removed] - opening.point
    assert np.linalg.norm(away, axis=1).max() < 2.2 + 1.5 * WALL + 5
    neighbour = closed.solid.vertices[:, 0] < -0.5
    assert not removed[neighbour].any()


@pytest.mark.parametrize(
    ("point", "normal", "reason"),
    [
        ((0, 0, 30), (0, 0, 1), "misses"),
        ((20, 0, 8), (0, 0, 1), "mm from the lumen"),
        ((0, 0, 8), (0, 0, -1), "more than half"),
    ],
)
def test_openings_that_meet_no_end_are_refused(vessel, point, normal, reason):
    opening = Opening(np.array(point, dtype=float), np.array(normal, dtype=float))
    with pytest.raises(GeometryError, match=reason):
        wall(vessel, WALL, openings=[opening])


def test_a_direction_without_length_is_refused():
    with pytest.raises(InputError, match="direction"):
        Opening(np.zeros(3), np.zeros(3))


@pytest.mark.parametrize("thick", [0.0, -1.0, float("nan"), 100.0])
def test_impossible_walls_are_refused(lumen, thick):
    with pytest.raises(InputError, match="mm"):
        wall(lumen, thick)
