"""Threshold, box, seeds, islands and cavities do to masks what their names say."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from heartwright.anatomy.segment import (
    cut_mm2,
    fill,
    grow,
    inside_box,
    islands,
    reach,
    segment,
    threshold,
)
from heartwright.data import Grid, InputError, Volume

SIZE = 24


@pytest.fixture
def scan():
    """Two balls of 500 in 0, joined by a bridge of one voxel; voxels of 1 mm³ off the origin."""
    index = np.indices((40, SIZE, SIZE))
    values = np.zeros(index.shape[1:], dtype=np.int16)
    for centre in (10, 29):
        values[np.sum((index - np.array([centre, 12, 12])[:, None, None, None]) ** 2, 0) <= 64] = (
            500
        )
    values[10:29, 12, 12] = 500
    values[4, 4, 4] = 500  # a speck
    affine = np.eye(4)
    affine[:3, 3] = 100, -50, 30
    return Volume(values, affine)


LEFT = np.array([[110.0, -38, 42]])
HALF = np.array([[118.4, -20, 60], [90, -60, 20.0]])  # corners in no order


def test_a_threshold_holds_its_ends():
    values = np.arange(27.0).reshape(3, 3, 3)
    assert threshold(values, lower=5.0, upper=9.0).sum() == 5
    assert threshold(values, lower=5.0).sum() == 22


def test_growth_stops_at_edges_and_corners():
    mask = np.zeros((4, 4, 4), dtype=bool)
    mask[0, 0, :2] = mask[1, 1, 2:] = True  # they share an edge, no face
    grown = grow(mask, seeds=np.array([[0, 0, 0]]))
    assert grown.sum() == 2
    assert grow(mask, seeds=np.array([[0, 0, 0], [1, 1, 3]])).sum() == 4


def test_islands_and_cavities_go_by_size():
    mask = np.zeros((12, 12, 12), dtype=bool)
    mask[1:11, 1:11, 1:11] = True
    mask[3, 3, 3] = mask[6:8, 6:8, 6:8] = False  # cavities of 1 and 8
    mask[5, 5, 0] = False
    assert not (fill(mask, smallest=8) & ~mask)[6:8, 6:8, 6:8].any()
    assert fill(mask, smallest=8)[3, 3, 3]
    assert fill(mask, smallest=9).sum() == 1000
    assert islands(~mask, smallest=8).sum() == (~mask).sum() - 1


def test_a_notch_is_no_cavity():
    mask = np.ones((3, 3, 3), dtype=bool)
    mask[1, 1, 1:] = False  # reaches the border of the array
    np.testing.assert_array_equal(fill(mask, smallest=100), mask)


@settings(max_examples=30, deadline=None)
@given(seed=st.integers(0, 2**32 - 1))
def test_a_box_holds_the_centres_inside_it_on_any_grid(seed):
    random = np.random.default_rng(seed)
    affine = np.eye(4)
    affine[:3, :3] = np.linalg.qr(random.normal(size=(3, 3)))[0] * random.uniform(0.3, 3, 3)
    affine[:3, 3] = random.uniform(-50, 50, 3)
    grid = Grid((7, 6, 5), affine)
    centres = grid.to_lps(np.stack(np.indices(grid.shape), axis=-1))
    box = centres.reshape(-1, 3)[random.integers(0, 210, 2)] + random.uniform(-2, 2, (2, 3))
    inside = inside_box(grid, box)
    lower, upper = box.min(axis=0), box.max(axis=0)
    np.testing.assert_array_equal(inside, ((lower <= centres) & (centres <= upper)).all(axis=-1))
    outside_reach = inside.copy()
    outside_reach[reach(grid, box)] = False
    assert not outside_reach.any()


def test_without_a_box_growth_crosses_the_bridge(scan):
    labels = segment(scan, lower=300.0, seeds=LEFT)
    np.testing.assert_array_equal(labels.values, fill_speck(scan) > 0)
    assert labels.names == {1: "threshold 300"}
    assert labels.provenance.parameters["cut_mm2"] == {}


def fill_speck(scan):
    values = scan.values.copy()
    values[4, 4, 4] = 0
    return values


def test_the_box_holds_growth_back_and_the_cut_is_told(scan):
    labels = segment(scan, lower=300.0, upper=600.0, seeds=LEFT, box=HALF)
    kept = fill_speck(scan) > 0
    kept[19:] = False  # x = 118.4 lies between voxels 18 and 19
    np.testing.assert_array_equal(labels.values, kept)
    told = labels.provenance.parameters
    assert told["cut_mm2"] == {"left": 1.0}  # the bridge, one voxel face
    assert told["warnings"] == [
        "the structure goes on beyond its left end, where the box or the scan cut it flat (1 mm²): "
        "that cap is not anatomy."
    ]
    assert told["volume_mm3"] == kept.sum()
    assert labels.names == {1: "threshold 300 to 600"}


@settings(max_examples=20, deadline=None)
@given(flip=st.tuples(*[st.sampled_from([-1, 1])] * 3), turn=st.permutations(range(3)))
def test_sides_and_result_do_not_depend_on_how_the_grid_is_stored(flip, turn):
    values = np.zeros((9, 10, 11), dtype=np.int16)
    values[3:, 4:7, 2:8] = 500  # open to the patient's left
    affine = np.diag([1.0, 1.5, 2.0, 1.0])
    stored, place = values.transpose(turn), affine[:, [*turn, 3]]
    for axis, sign in enumerate(flip):
        if sign < 0:
            stored = np.flip(stored, axis)
            place = place.copy()
            place[:3, 3] += place[:3, axis] * (stored.shape[axis] - 1)
            place[:3, axis] *= -1
    seeds = np.array([[5.0, 7.5, 8.0]])
    labels = segment(Volume(stored.copy(), place), lower=300.0, seeds=seeds)
    told = labels.provenance.parameters
    assert told["cut_mm2"] == pytest.approx({"left": 3 * 6 * 1.5 * 2.0})
    assert told["volume_mm3"] == pytest.approx(6 * 3 * 6 * 3.0)


def test_what_is_cut_is_measured_in_its_own_plane():
    bright = np.ones((2, 3, 4), dtype=bool)
    region = bright.copy()
    region[:, :, 2:] = False
    grid = Grid((2, 3, 4), np.diag([1.0, 2.0, 5.0, 1.0]))
    assert cut_mm2(region, bright, grid) == {
        "right": 3 * 2 * 10.0,
        "left": 3 * 2 * 10.0,
        "anterior": 2 * 2 * 5.0,
        "posterior": 2 * 2 * 5.0,
        "inferior": 2 * 3 * 2.0,
        "superior": 2 * 3 * 2.0,
    }


def test_small_cavities_are_filled_and_large_ones_stay(scan):
    values = scan.values.copy()
    values[9:11, 12, 14] = -100
    pocketed = Volume(values, scan.affine)
    smooth = segment(scan, lower=300.0, seeds=LEFT).values
    np.testing.assert_array_equal(segment(pocketed, lower=300.0, seeds=LEFT).values, smooth)
    kept = segment(pocketed, lower=300.0, seeds=LEFT, smallest_mm3=2.0).values
    assert smooth.sum() - kept.sum() == 2


REFUSED = {
    "no seed": ({"seeds": np.zeros((0, 3))}, "at least one seed"),
    "outside": ({"seeds": np.array([[0.0, 0, 0]])}, "outside the scan, which spans 100,-50,30 to"),
    "not a number": ({"seeds": np.array([[np.nan, 0, 0]])}, "outside the scan"),
    "outside the box": ({"seeds": LEFT + np.array([19, 0, 0]), "box": HALF}, "outside the box"),
    "dark": ({"seeds": LEFT + np.array([0, 11, 0])}, "value 0 at the seed 110,-27,42"),
    "too bright": ({"upper": 400.0}, "value 500 at the seed 110,-38,42"),
    "speck": ({"seeds": np.array([[104.0, -46, 34]])}, "a speck of less than 100 mm³"),
    "empty range": ({"upper": 300.0}, "from 300 to 300 is empty"),
    "no range": ({"lower": float("nan")}, "from nan to infinity is empty"),
    "box elsewhere": ({"box": HALF + 1000}, "holds no voxel of the scan"),
    "box between voxels": ({"box": np.array([LEFT[0] + 0.2, LEFT[0] + 0.7])}, "holds no voxel"),
    "endless box": ({"box": HALF * np.inf}, "corners that are not numbers"),
}


@pytest.mark.parametrize(("change", "message"), REFUSED.values(), ids=REFUSED.keys())
def test_what_cannot_be_grown_is_refused_with_a_reason(change, message, scan):
    with pytest.raises(InputError, match=message):
        segment(scan, **{"lower": 300.0, "seeds": LEFT, **change})
