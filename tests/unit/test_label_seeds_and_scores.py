"""Strokes grow to edges, scores know shapes whose distances are known."""

import numpy as np
import pytest

from heartwright.anatomy.segment.score import score
from heartwright.anatomy.segment.seeds import grown
from heartwright.data import GeometryError, InputError, LabelMap, Volume

SHAPE, SPACING = (40, 36, 32), np.array([1.0, 1.0, 1.25])


def away(centre):
    return np.linalg.norm(np.stack(np.indices(SHAPE), -1) * SPACING - np.array(centre), axis=-1)


FIRST, SECOND = (12.0, 18.0, 20.0), (28.0, 18.0, 20.0)


def strokes():
    values = np.zeros(SHAPE, np.uint8)
    values[away(FIRST) < 3] = 1
    values[away(SECOND) < 3] = 2
    values[(away(FIRST) > 12) & (away(SECOND) > 12)] = 3
    return LabelMap(values, np.diag([*SPACING, 1.0]), {1: "first", 2: "second", 3: "rest"})


@pytest.mark.parametrize("noise", [0.0, 40.0])
def test_strokes_grow_to_the_edges_of_what_they_lie_in(noise):
    balls = [away(FIRST) < 7.5, away(SECOND) < 7.5]
    grey = np.select(balls, [400.0, 300.0], 0.0)
    grey = grey + np.random.default_rng(0).normal(0, noise, SHAPE)
    found = grown(strokes(), Volume(grey, np.diag([*SPACING, 1.0])), background="rest")
    assert found.names == {1: "first", 2: "second"}
    for n, ball in enumerate(balls, start=1):
        assert score(found.values == n, ball, spacing=SPACING).dice > 0.95


def test_strokes_of_the_background_alone_are_refused():
    only = LabelMap((strokes().values == 3).astype(np.uint8) * 3, np.eye(4), {3: "rest"})
    with pytest.raises(InputError, match="no strokes but those of 'rest'"):
        grown(only, Volume(np.zeros(SHAPE), np.eye(4)), background="rest")


def cube(low: int, high: int):
    mask = np.zeros((20, 20, 20), bool)
    mask[low:high, 5:15, 5:15] = True
    return mask


def test_a_structure_scores_full_against_itself():
    found = score(cube(5, 15), cube(5, 15), spacing=SPACING)
    assert (found.dice, found.surface_dice, found.hd95_mm, found.mean_mm) == (1, 1, 0, 0)
    assert found.volume_mm3 == found.reference_mm3 == 1000 * SPACING.prod()


def test_a_moved_cube_is_as_far_as_it_was_moved():
    found = score(cube(8, 18), cube(5, 15), spacing=np.array([0.5, 2.0, 2.0]), tolerance_mm=1.0)
    assert found.dice == pytest.approx(0.7)
    assert found.hd95_mm == pytest.approx(1.5)  # the ends, three voxels of half a millimetre
    everywhere = score(
        cube(8, 18), cube(5, 15), spacing=np.array([0.5, 2.0, 2.0]), tolerance_mm=1.5
    )
    assert everywhere.surface_dice == 1.0 > found.surface_dice


def test_distances_look_both_ways():
    small, large = cube(5, 15), cube(5, 20)
    there, back = (score(a, b, spacing=np.ones(3)) for a, b in ((small, large), (large, small)))
    assert there.hd95_mm == back.hd95_mm
    assert (there.volume_mm3, there.reference_mm3) == (back.reference_mm3, back.volume_mm3)


def test_nothing_is_not_compared():
    with pytest.raises(GeometryError, match="an empty structure cannot be compared"):
        score(cube(5, 5), cube(5, 15), spacing=SPACING)
