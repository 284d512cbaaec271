"""A level found in the scan, and chambers that are parted where they are narrowest."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import ndimage

from heartwright.anatomy.segment import segment
from heartwright.anatomy.segment.basins import parted
from heartwright.anatomy.segment.level import half_level
from heartwright.data import ConvergenceError, InputError, Volume

SPACING = np.array([0.8, 1.0, 1.25])


def places(shape=(60, 40, 32)):
    """Centres of the voxels, mm."""
    return np.stack(np.indices(shape), axis=-1) * SPACING


def ball(centre, radius_mm):
    return np.linalg.norm(places() - centre, axis=-1) <= radius_mm


def voxel(*point):
    return np.rint(np.array([point]) / SPACING).astype(int)


@pytest.mark.parametrize("radii", [(10.0, 10.0), (12.0, 8.0), (11.0, 9.0)])
def test_two_balls_are_parted_at_the_circle_where_they_meet(radii):
    first, second = np.array([13.0, 20, 20]), np.array([30.0, 20, 20])
    region = ball(first, radii[0]) | ball(second, radii[1])
    apart = 17.0
    neck = first[0] + (apart**2 + radii[0] ** 2 - radii[1] ** 2) / (2 * apart)
    labels = parted(region, {1: voxel(*first), 2: voxel(*second)}, spacing=SPACING)
    truth = np.where(region, np.where(places()[..., 0] < neck, 1, 2), 0)
    wrong = (labels != truth) & (np.abs(places()[..., 0] - neck) > 1.0)
    assert wrong.sum() == 0


def test_a_seed_beside_the_wall_and_pores_of_noise_do_not_lose_a_ball():
    first, second = np.array([13.0, 20, 20]), np.array([30.0, 20, 20])
    region = ball(first, 10.0) | ball(second, 10.0)
    region &= np.random.default_rng(0).random(region.shape) > 0.03  # pores that reach outside
    beside = voxel(30.0, 28, 20)  # 2 mm from the wall; the neck is 5 mm wide
    region[tuple(beside[0])] = True
    labels = parted(region, {1: voxel(*first), 2: beside}, spacing=SPACING)
    truth = np.where(region, np.where(places()[..., 0] < 21.5, 1, 2), 0)
    np.testing.assert_array_equal(labels, truth)


@settings(max_examples=10, deadline=None)
@given(seed=st.integers(0, 2**32 - 1), count=st.integers(2, 4))
def test_every_voxel_of_the_region_gets_one_of_the_labels_and_no_other_does(seed, count):
    random = np.random.default_rng(seed)
    region = ndimage.gaussian_filter(random.standard_normal((20, 18, 16)), 2) > 0
    inside = np.argwhere(region)
    chosen = random.permutation(len(inside))[:count]
    seeds = {n: inside[[row]] for n, row in enumerate(chosen, start=1)}
    parts, _ = ndimage.label(region)
    reached = np.isin(parts, [parts[tuple(at[0])] for at in seeds.values()])
    labels = parted(region & reached, seeds, spacing=SPACING)
    np.testing.assert_array_equal(labels > 0, region & reached)
    for n, at in seeds.items():
        assert labels[tuple(at[0])] == n


def vessel(*, blood=400.0, wall=100.0, noise=0.0):
    """A ball of blood in a wall of 3 mm, in air, blurred as a scanner does."""
    away = np.linalg.norm(places() - np.array([24.0, 20, 20]), axis=-1)
    grey = np.select([away <= 9, away <= 12], [blood, wall], -700.0)
    grey = ndimage.gaussian_filter(grey, 0.5 / SPACING)
    return grey + np.random.default_rng(0).normal(0, noise, grey.shape)


@pytest.mark.parametrize(("blood", "wall"), [(400.0, 100.0), (250.0, 60.0), (700.0, 120.0)])
def test_the_level_lies_half_way_between_blood_and_wall(blood, wall):
    level = half_level(
        vessel(blood=blood, wall=wall),
        seeds=voxel(24, 20, 20),
        spacing=SPACING,
        allowed=np.ones((60, 40, 32), bool),
    )
    assert level == pytest.approx((blood + wall) / 2, abs=0.1 * (blood - wall))


def test_a_scan_without_contrast_has_no_level():
    scan = Volume(np.zeros((20, 20, 20)), np.eye(4))
    with pytest.raises(ConvergenceError, match="give a threshold with --lower"):
        segment(scan, seeds=np.array([[10.0, 10, 10]]))


@pytest.mark.parametrize("noise", [20.0, 60.0])
def test_without_a_threshold_the_lumen_is_found_in_noise(noise):
    labels = segment(Volume(vessel(noise=noise), np.diag([*SPACING, 1.0])), seeds=ball_seed())
    truth = ball(np.array([24.0, 20, 20]), 9.0)
    found = labels.values > 0
    assert 2 * (found & truth).sum() / (found.sum() + truth.sum()) > 0.97
    assert 200 < labels.provenance.parameters["lower"] < 300


def ball_seed():
    return np.array([[24.0, 20, 20]])


def test_named_structures_become_labels_in_their_order():
    first, second = np.array([13.0, 20, 20]), np.array([30.0, 20, 20])
    grey = np.where(ball(first, 10.0) | ball(second, 10.0), 400.0, 0.0)
    scan = Volume(grey, np.diag([*SPACING, 1.0]))
    labels = segment(scan, lower=200.0, seeds={"body": first[None], "appendage": second[None]})
    assert labels.names == {1: "body", 2: "appendage"}
    sizes = np.bincount(labels.values.ravel())[1:]
    assert sizes[0] == pytest.approx(sizes[1], rel=0.05)
    with pytest.raises(InputError, match="'body' and 'appendage' have a seed in the same voxel"):
        segment(scan, lower=200.0, seeds={"body": first[None], "appendage": first[None] + 0.1})
