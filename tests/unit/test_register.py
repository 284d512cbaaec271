"""A known movement between two studies is found again; what cannot be found is said so."""

import numpy as np
import pytest
from scipy import ndimage
from scipy.spatial.transform import Rotation

from heartwright.anatomy.segment.register import carried, joined, register
from heartwright.data import GeometryError, Grid, LabelMap, Volume


def body(points):
    """An uneven body with two chambers, as a distance-like field at LPS points: three tissues."""
    x, y, z = np.moveaxis(points, -1, 0)
    outer = (x / 24) ** 2 + (y / 18) ** 2 + (z / 20) ** 2 < 1
    first = ((x - 8) / 8) ** 2 + ((y + 3) / 6) ** 2 + ((z - 2) / 10) ** 2 < 1
    second = ((x + 9) / 6) ** 2 + ((y - 4) / 5) ** 2 + ((z + 5) / 5) ** 2 < 1
    return np.select([first, second, outer], [2, 3, 1], 0)


def grid(shape, spacing, centre=(0.0, 0.0, 0.0)):
    affine = np.diag([*spacing, 1.0])
    affine[:3, 3] = np.array(centre) - (np.array(shape) - 1) / 2 * spacing
    return Grid(shape, affine)


def seen(where: Grid, movement: np.ndarray, greys, noise: float, seed: int) -> Volume:
    """The body as it lies before a movement, with a grey value for each tissue."""
    index = np.stack(np.indices(where.shape), -1)
    points = where.to_lps(index) @ movement[:3, :3].T + movement[:3, 3]
    values = ndimage.gaussian_filter(np.array(greys)[body(points)].astype(float), 0.7)
    values = values + np.random.default_rng(seed).normal(0, noise, where.shape)
    return Volume(values.astype(np.float32), where.affine)


def rigid(angles, shift):
    movement = np.eye(4)
    movement[:3, :3] = Rotation.from_euler("xyz", angles, degrees=True).as_matrix()
    movement[:3, 3] = shift
    return movement


CT, MR = (-700.0, 60.0, 400.0, 250.0), (0.0, 300.0, 90.0, 520.0)
FIXED = grid((56, 44, 48), np.array([1.2, 1.2, 1.2]))
MOVING = grid((46, 40, 36), np.array([1.4, 1.4, 1.7]), centre=(2.0, -1.0, 1.0))


@pytest.mark.slow
@pytest.mark.parametrize("seed", [0, 1])
def test_a_movement_between_ct_and_mr_is_found_again(seed):
    random = np.random.default_rng(seed)
    true = rigid(random.uniform(-10, 10, 3), random.uniform(-6, 6, 3))
    fixed = seen(FIXED, np.eye(4), CT, 20.0, seed)
    moving = seen(MOVING, true, MR, 15.0, seed + 10)
    found = register(moving, fixed)
    corners = np.array(list(np.ndindex(2, 2, 2))) * 30.0 - 15.0

    def moved(movement):
        return corners @ movement[:3, :3].T + movement[:3, 3]

    assert np.linalg.norm(moved(found.movement) - moved(true), axis=1).max() < 1.0
    assert found.residual_mm < 2.0  # at the scan's corners
    assert found.overlap > 0.6
    assert found.warnings == ()


@pytest.mark.slow
def test_a_study_of_something_else_is_doubted():
    fixed = seen(FIXED, np.eye(4), CT, 20.0, 0)
    noise = np.random.default_rng(3).normal(0, 100, MOVING.shape).astype(np.float32)
    assert "has failed or is poor" in register(Volume(noise, MOVING.affine), fixed).warnings[0]


def test_labels_are_carried_and_joined():
    movement = rigid((0, 0, 90), (5.0, 0.0, 0.0))
    values = np.zeros((20, 20, 20), np.uint8)
    values[4:8, 10:12, 10:12] = 1
    second = LabelMap(values, grid((20, 20, 20), np.ones(3)).affine, {1: "leaflet"})
    moved = carried(second, movement, grid((30, 30, 30), np.ones(3)))
    assert moved.values.sum() == values.sum()
    at = second.grid.to_lps(np.argwhere(values)).mean(axis=0)
    expected = movement[:3, :3] @ at + movement[:3, 3]
    np.testing.assert_allclose(moved.grid.to_lps(np.argwhere(moved.values)).mean(axis=0), expected)

    first = np.zeros((30, 30, 30), np.uint8)
    first[:, :, 15:] = 4
    ct = LabelMap(first, moved.affine, {4: "atrium"})
    both = joined(ct, moved)
    assert both.names == {4: "atrium", 5: "leaflet"}
    np.testing.assert_array_equal(both.values == 4, first == 4)
    np.testing.assert_array_equal(both.values == 5, (moved.values == 1) & (first == 0))
    with pytest.raises(GeometryError, match="not on the same voxels"):
        joined(ct, second)
