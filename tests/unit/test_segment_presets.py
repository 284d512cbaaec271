"""Presets cut, draw and name what their points say, on bodies whose shape is known."""

import numpy as np
import pytest

from heartwright.anatomy.segment import PRESETS, picked, shaped
from heartwright.anatomy.segment.naming import mask_of
from heartwright.anatomy.segment.vessel import SPARE_MM, barriers, opening_at
from heartwright.data import GeometryError, Grid, InputError, LabelMap

SPACING = 1.0
SHAPE = (72, 56, 48)
GRID = Grid(SHAPE, np.diag([SPACING, SPACING, SPACING, 1.0]))
PLACES = GRID.to_lps(np.stack(np.indices(SHAPE), -1))
BODY, BODY_MM = np.array([20.0, 28.0, 24.0]), 14.0
TUBE_MM = 4.0


def ball(centre, radius):
    return np.linalg.norm(PLACES - np.asarray(centre), axis=-1) < radius


def tube(start, axis, radius, length=100.0):
    offset = PLACES - np.asarray(start)
    along = offset @ axis
    aside = np.linalg.norm(offset - along[..., None] * axis, axis=-1)
    return (aside < radius) & (along >= 0) & (along < length)


def unit(*vector):
    return np.array(vector) / np.linalg.norm(vector)


def labelled(**masks):
    values = np.zeros(SHAPE, np.uint8)
    for n, mask in enumerate(masks.values(), start=1):
        values[mask & (values == 0)] = n
    return LabelMap(values, GRID.affine, dict(enumerate(masks, start=1)))


def made(preset, labels, radius_mm=1.75, **points):
    """The preset on a label map; `left_atrium=[...]` is a point of the left atrium."""
    named = {n.replace("_", " "): np.atleast_2d(np.array(at, float)) for n, at in points.items()}
    kind = PRESETS[preset]
    return shaped(picked(labels, kind.structures(named)), kind, named, radius_mm=radius_mm)


AXES = [
    unit(1, 0.3, 0),
    pytest.param(unit(1, 0, 0), marks=pytest.mark.slow),
    pytest.param(unit(0.9, -0.2, 0.4), marks=pytest.mark.slow),
]
ALONG_X = unit(1, 0, 0)


@pytest.mark.parametrize("axis", AXES)
@pytest.mark.parametrize("aside", [0.0, 2.0])
def test_a_vessel_s_direction_is_found_from_a_point_in_it(axis, aside):
    region = ball(BODY, BODY_MM) | tube(BODY, axis, TUBE_MM)
    across = unit(*np.cross(axis, [0, 0, 1.0]))
    found = opening_at(region, GRID, BODY + 26 * axis + aside * across, body=BODY)
    assert np.degrees(np.arccos(min(1.0, found.normal @ axis))) < 6


@pytest.mark.parametrize("axis", AXES)
def test_a_vessel_ends_flat_beyond_its_opening_and_nothing_else_changes(axis):
    region = ball(BODY, BODY_MM) | tube(BODY, axis, TUBE_MM)
    at = BODY + 26 * axis
    result = made("left-atrium", labelled(heart=region), left_atrium=BODY, open=at)
    kept = result.labels.values > 0
    height = (PLACES - at) @ axis
    assert not kept[height > SPARE_MM + 2.0].any()
    np.testing.assert_array_equal(kept[height < SPARE_MM - 2.0], region[height < SPARE_MM - 2.0])
    assert result.warnings == ()


def test_a_barrier_closes_the_whole_section_of_a_vessel():
    region = tube(np.array([0.0, 28, 24]), ALONG_X, TUBE_MM)
    at = opening_at(region, GRID, np.array([30.0, 28, 24]), body=BODY)
    area = barriers(region, GRID, [at]).sum() * SPACING**2
    assert area == region[33].sum() * SPACING**2


def test_a_vessel_that_comes_round_is_said():
    middle, across = np.array([40.0, 28, 24]), PLACES - np.array([40.0, 28, 24])
    ring = np.hypot(np.hypot(across[..., 0], across[..., 1]) - 16, across[..., 2]) < 3
    labels = labelled(ring=ring)
    sideways = np.array([16.0, 0, 0])
    start, at = middle - sideways, middle + sideways
    result = made("blood-pool", labels, left=start, open=at)
    assert "joined to the structure by another way" in result.warnings[0]


def test_a_point_in_a_chamber_is_no_opening():
    wide = labelled(heart=np.ones(SHAPE, bool))
    with pytest.raises(GeometryError, match="is no vessel"):
        made("left-atrium", wide, left_atrium=[5, 5, 5.0], open=[36, 28, 24.0])
    with pytest.raises(InputError, match="lies beside the structure"):
        made("left-atrium", labelled(b=ball(BODY, 9)), left_atrium=BODY, open=[60, 5, 5.0])


def test_points_pick_labels_and_part_one_that_two_share():
    body, second = ball(BODY, 12), ball([38.0, 28, 24], 8)
    other = ball([60.0, 12, 12], 8)
    labels = labelled(both=body | second, other=other)
    points = {"left atrium": BODY[None], "appendage": BODY[None] + [20, 0, 0]}
    found = picked(labels, points)
    assert dict(found.names) == {1: "left atrium", 2: "appendage"}
    np.testing.assert_array_equal(found.values > 0, body | second)
    assert (found.values[PLACES[..., 0] < BODY[0] + 8] != 2).all()
    assert (found.values[PLACES[..., 0] > BODY[0] + 16] != 1).all()


@pytest.mark.parametrize(
    ("points", "says"),
    [
        ({"a": [[65.0, 50, 40]]}, "of 'a' lies in no label"),
        ({"a": [[20.0, 28, 24]], "b": [[20.1, 28, 24]]}, "'a' and 'b' have a point in the same"),
    ],
)
def test_points_that_pick_nothing_are_refused(points, says):
    with pytest.raises(InputError, match=says):
        picked(labelled(body=ball(BODY, 12)), {n: np.array(at) for n, at in points.items()})


def test_a_preset_says_what_it_needs():
    with pytest.raises(InputError, match="this preset needs a point of the aorta"):
        made("aortic-root", labelled(body=ball(BODY, 12)), root=BODY)
    with pytest.raises(InputError, match="a preset's points have names"):
        PRESETS["blood-pool"].structures({"": BODY[None]})


@pytest.mark.parametrize("side", [unit(0, 1, 0), unit(0, 0.8, 0.6)])
def test_a_coronary_stub_leaves_the_root_across_its_surface(side):
    root = tube(np.array([0.0, 28, 24]), ALONG_X, 12.0)
    ostium = np.array([36.0, 28, 24]) + 12 * side
    result = made("aortic-root", labelled(a=root), aorta=[20, 28, 24.0], left_coronary=ostium)
    drawn = (result.labels.values > 0) & ~root
    expected = tube(ostium, side, 1.75, length=13.0) & ~root
    assert 2 * (drawn & expected).sum() / (drawn.sum() + expected.sum()) > 0.85
    assert result.openings[0].normal @ side > 0.99
    np.testing.assert_allclose(result.openings[0].point, ostium + 10 * side, atol=0.8)
    assert "a vessel of radius 1.75 mm was drawn" in result.warnings[0]
    with pytest.raises(InputError, match="is not on the surface"):
        made("aortic-root", labelled(a=root), aorta=[20, 28, 24.0], left_coronary=[36, 52, 24.0])


def test_a_circumflex_artery_runs_through_its_points():
    course = [[10.0, 50, 10], [25, 46, 12], [40, 48, 14]]
    labels = labelled(body=ball(BODY, 12))
    result = made("left-atrium", labels, left_atrium=BODY, circumflex=course)
    artery = mask_of(result.labels, "circumflex")
    for point in course:
        assert artery[tuple(np.rint(GRID.to_index(np.array(point))).astype(int))]
    length = np.linalg.norm(np.diff(np.array(course), axis=0), axis=1).sum()
    tube_mm3 = np.pi * 1.75**2 * length + 4 / 3 * np.pi * 1.75**3
    assert artery.sum() * SPACING**3 == pytest.approx(tube_mm3, rel=0.1)
    with pytest.raises(InputError, match="two or more points"):
        made("left-atrium", labels, left_atrium=BODY, circumflex=course[:1])


def test_the_septum_lies_between_the_atria_and_holds_the_fossa():
    left = PLACES[..., 0] < 30
    right = PLACES[..., 0] > 34
    around = {"left_atrium": [10, 28, 24.0], "right_atrium": [60, 28, 24.0]}
    labels = labelled(left=left, right=right)
    result = made("left-atrium", labels, fossa=[32, 28, 24.0], **around)
    wall = mask_of(result.labels, "interatrial septum", "fossa")
    np.testing.assert_array_equal(wall, ~left & ~right)
    radius = np.hypot(PLACES[..., 1] - 28, PLACES[..., 2] - 24)
    fossa = mask_of(result.labels, "fossa")
    assert not fossa[radius > 7].any()
    assert (fossa == wall)[radius < 6].all()
    with pytest.raises(InputError, match="name the other"):
        made("left-atrium", labels, left_atrium=[10, 28, 24.0], fossa=[32, 28, 24.0])


def test_the_blood_pool_is_one_label_for_each_body_of_blood():
    atrium, ventricle = ball([20.0, 28, 24], 10), ball([34.0, 28, 24], 8)
    apart = ball([58.0, 28, 24], 9)
    labels = labelled(a=atrium, v=ventricle, r=apart)
    where = {"left_atrium": [18, 28, 24.0], "left_ventricle": [37, 28, 24.0]}
    result = made("blood-pool", labels, right_atrium=[58, 28, 24.0], **where)
    assert set(result.labels.names.values()) == {"left atrium + left ventricle", "right atrium"}
    np.testing.assert_array_equal(
        mask_of(result.labels, "left atrium + left ventricle"), atrium | ventricle
    )
