"""The layer stack: mugs, bells and bottles whose trapped volumes are known."""

import numpy as np
import pytest
from scipy import ndimage

from heartwright.printing.stack import islands, shut_in, suction, undrained


def block(*shape: int) -> np.ndarray:
    mask = np.zeros(shape, bool)
    mask[2:-2, 2:-2, 2:-2] = True
    return mask


def mug() -> np.ndarray:
    """A 10 × 10 × 10 hollow with walls of 2 voxels, open at the top."""
    mask = block(18, 18, 16)
    mask[4:-4, 4:-4, 4:] = False
    return mask


def test_a_block_has_no_islands_and_nothing_shut_in():
    solid = block(12, 12, 12)
    assert islands(solid) == 0
    assert not shut_in(solid).any()
    assert not suction(solid).any()


def test_a_mug_is_sealed_by_the_film_in_every_layer_of_its_hollow():
    sealed = suction(mug())
    assert sealed[4:14] == pytest.approx(100)
    assert not sealed[:4].any()
    assert not sealed[14:].any()


def test_a_bell_never_seals():
    bell = mug()[:, :, ::-1]
    assert not suction(bell).any()


def test_a_hole_near_the_plate_lets_a_mug_breathe():
    solid = mug()
    solid[:5, 8, 4] = False  # one voxel, at the hollow's lowest layer
    assert not suction(solid).any()


def test_a_hole_half_way_up_breathes_from_there_on():
    solid = mug()
    solid[:5, 8, 9] = False
    sealed = suction(solid)
    assert sealed[4:9] == pytest.approx(100)
    assert not sealed[9:].any()


def test_a_siphon_is_sealed_until_its_tube_opens():
    """Two shafts that meet at the bottom; the second reaches the outside at layer 10."""
    solid = block(20, 12, 20)
    solid[4:6, 5, 4:] = False
    solid[4:14, 5, 4] = False
    solid[13, 5, 4:11] = False
    solid[13:, 5, 10] = False
    sealed = suction(solid)
    assert sealed[4:10].all()
    assert not sealed[10:].any()


def test_a_closed_ball_is_shut_in_and_sealed():
    solid = block(20, 20, 20)
    solid[6:14, 6:14, 6:14] = False
    assert shut_in(solid).sum() == 8**3
    assert suction(solid).sum() == 8**3


@pytest.mark.parametrize(("hole", "stays"), [(2, True), (6, False)])
def test_a_bottle_drains_only_through_a_hole_that_is_wide_enough(hole: int, stays: bool):
    solid = block(32, 32, 32)
    solid[6:26, 6:26, 6:26] = False
    low = 16 - hole // 2
    solid[low : low + hole, low : low + hole, 20:] = False
    assert not shut_in(solid).any()
    pocket = undrained(solid, 1.0, 4.0)
    assert pocket.any() == stays
    if stays:
        assert pocket.sum() == pytest.approx(20**3, rel=0.1)


def test_a_bar_in_the_air_is_an_island_until_a_pillar_carries_it():
    table = block(12, 12, 12)
    table[:, :, 2:8] = False
    table[2:4, 2:4, 2:8] = True
    assert islands(table) == 0
    table[8:10, 8:10, 6:8] = True  # hangs from the plate above
    assert islands(table) == 1


def test_slopes_of_45_degrees_carry_themselves():
    shape = np.indices((20, 20, 20))
    cone = np.hypot(shape[0] - 10, shape[1] - 10) <= shape[2] - 3
    cone &= (shape[2] < 12) & ndimage.binary_erosion(np.ones_like(cone))
    assert islands(cone) == 0
