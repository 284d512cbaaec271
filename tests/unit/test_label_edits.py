"""Steps on label maps do what their names say, to the label they name and to no other."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from heartwright.anatomy.segment.between import filled_between
from heartwright.anatomy.segment.calcium import threshold_hu, with_calcium
from heartwright.anatomy.segment.editing import drop_islands, keep_largest, margin, masked
from heartwright.anatomy.segment.joint import smoothed
from heartwright.anatomy.segment.naming import merged, number_of, renamed
from heartwright.data import GeometryError, InputError, LabelMap

SPACING = np.array([0.8, 1.0, 1.25])
SHAPE = (50, 40, 32)
MIDDLE = np.array([20.0, 20.0, 20.0])


def away(centre=MIDDLE):
    return np.linalg.norm(np.stack(np.indices(SHAPE), -1) * SPACING - centre, axis=-1)


def labelled(**masks) -> LabelMap:
    values = np.zeros(SHAPE, np.uint8)
    for n, mask in enumerate(masks.values(), start=1):
        values[mask] = n
    names = dict(enumerate(masks, start=1))
    return LabelMap(values, np.diag([*SPACING, 1.0]), names)


def volume(labels: LabelMap, name: str) -> float:
    return (labels.values == number_of(labels, name)).sum() * SPACING.prod()


def ball_mm3(radius: float) -> float:
    return 4 / 3 * np.pi * radius**3


def test_a_label_is_found_by_name_or_number_and_else_named():
    labels = labelled(ball=away() < 8)
    assert number_of(labels, "ball") == number_of(labels, "1") == 1
    with pytest.raises(InputError, match="no voxel is labelled 'bell'; this map has ball"):
        number_of(labels, "bell")


def test_islands_go_and_the_rest_stays():
    large, small = away() < 8, away(np.array([5.0, 5, 5])) < 3
    labels = labelled(a=large | small, b=away(np.array([35.0, 5, 5])) < 2)
    for edited in (keep_largest(labels, "a"), drop_islands(labels, "a", smallest_mm3=500.0)):
        np.testing.assert_array_equal(edited.values == 1, large)
        np.testing.assert_array_equal(edited.values == 2, labels.values == 2)
    assert drop_islands(labels, "a", smallest_mm3=50.0).values.sum() == labels.values.sum()


def test_a_mask_keeps_what_is_enclosed_or_what_is_not():
    labels = labelled(shell=(away() < 12) & (away() >= 9), clot=(away() < 4) | (away() > 16))
    inner = masked(labels, "clot", by="shell", inside=True)
    outer = masked(labels, "clot", by="shell", inside=False)
    np.testing.assert_array_equal(inner.values == 2, away() < 4)
    np.testing.assert_array_equal(outer.values == 2, away() > 16)


@settings(max_examples=10)
@given(radius=st.floats(6, 9), by=st.floats(-3, 4))
def test_a_margin_moves_a_ball_s_surface_by_its_millimetres(radius, by):
    grown = margin(labelled(ball=away() < radius), "ball", margin_mm=by)
    found = (3 * volume(grown, "ball") / (4 * np.pi)) ** (1 / 3)
    assert found == pytest.approx(radius + by, abs=0.3)  # a third of a voxel


def test_a_margin_takes_background_only():
    wall = (away() >= 8) & (away() < 9.5)
    grown = margin(labelled(ball=away() < 8, wall=wall), "ball", margin_mm=4.0)
    np.testing.assert_array_equal(grown.values == 2, wall)
    with pytest.raises(GeometryError, match="a margin of -9 mm leaves nothing of 'ball'"):
        margin(labelled(ball=away() < 8), "ball", margin_mm=-9.0)


def test_smoothing_keeps_every_volume_and_opens_no_gap():
    noise = np.random.default_rng(0).normal(0, 1.0, SHAPE)
    rough = away() + noise
    labels = labelled(core=rough < 7, wall=(rough >= 7) & (rough < 10))
    smooth = smoothed(labels, width_mm=1.0)
    for name in ("core", "wall"):
        assert volume(smooth, name) == pytest.approx(volume(labels, name), rel=5e-3)
    assert (smooth.values[away() < 8.5] > 0).all()
    assert not smooth.values[away() > 12.5].any()
    np.testing.assert_array_equal(smooth.values[away() < 5], 1)


def test_a_thin_wall_survives_smoothing():
    labels = labelled(core=away() < 8, wall=(away() >= 8) & (away() < 9.2))
    assert volume(smoothed(labels, width_mm=1.5), "wall") == pytest.approx(
        volume(labels, "wall"), rel=5e-3
    )


def test_an_even_map_is_smooth_already():
    labels = labelled(ball=np.zeros(SHAPE, bool))
    assert smoothed(labels, width_mm=1.0) is labels


@pytest.mark.parametrize("axis", [0, 1, 2])
@pytest.mark.parametrize("every", [3, 5])
def test_slices_painted_far_apart_are_filled_to_the_oblique_cone(axis, every):
    index = np.moveaxis(np.stack(np.indices(SHAPE), -1) * SPACING, axis, 0)
    height = index[..., axis]
    others = [n for n in range(3) if n != axis]
    radius = 5 + 0.1 * height
    off = np.hypot(index[..., others[0]] - 12 - 0.2 * height, index[..., others[1]] - 16)
    cone = off < radius
    count = (cone.shape[0] - 1) // every * every + 1
    cone[count:] = False
    sparse = np.zeros_like(cone)
    sparse[:count:every] = cone[:count:every]
    labels = labelled(cone=np.moveaxis(sparse, 0, axis))
    found = np.moveaxis(filled_between(labels, "cone").values, axis, 0) == 1
    assert 2 * (found & cone).sum() / (found.sum() + cone.sum()) > 0.98
    np.testing.assert_array_equal(found[:count:every], cone[:count:every])


def test_nothing_to_fill_is_said():
    with pytest.raises(InputError, match="'ball' has no gap between slices"):
        filled_between(labelled(ball=away() < 8), "ball")


@pytest.mark.parametrize("noise", [10.0, 60.0])
def test_calcium_is_what_is_brighter_than_this_blood(noise):
    deposit = away(np.array([28.0, 20, 20])) < 2.5
    grey = np.select([deposit, away() < 8], [1000.0, 400.0], 50.0)
    grey = grey + np.random.default_rng(1).normal(0, noise, SHAPE)
    found = with_calcium(labelled(blood=away() < 8), grey, "blood")
    calcium = found.values == number_of(found, "calcium")
    assert 2 * (calcium & deposit).sum() / (calcium.sum() + deposit.sum()) > 0.95
    assert threshold_hu(grey[away() < 7]) == pytest.approx(400 + max(4 * noise, 100), abs=15)


def test_blood_without_calcium_is_said_to_have_none():
    grey = np.where(away() < 8, 400.0, 50.0)
    with pytest.raises(GeometryError, match="no calcium: nothing in or around 'blood'"):
        with_calcium(labelled(blood=away() < 8), grey, "blood")


def test_labels_merge_and_change_names():
    labels = labelled(a=away() < 5, b=(away() >= 5) & (away() < 8), c=away() > 18)
    both = merged(labels, "body", ["a", "b"])
    np.testing.assert_array_equal(both.values == number_of(both, "body"), away() < 8)
    assert sorted(both.names.values()) == ["body", "c"]
    assert renamed(labels, "a", "x").names[1] == "x"
    with pytest.raises(InputError, match="'b' is another label's name"):
        renamed(labels, "a", "b")
