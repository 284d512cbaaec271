"""The whole heart's truth against closed forms, brute force and its own CT."""

from dataclasses import astuple, replace
from functools import cache

import numpy as np
import pytest
from scipy.ndimage import map_coordinates
from scipy.special import ellipe

from heartwright.data import Diameters, InputError, Plane
from heartwright.flows.simulate_ct import simulate_ct
from heartwright.samples.heart import fields, grid
from heartwright.samples.heart.truth import first_exit, rim
from heartwright.samples.heart.whole import (
    Contrast,
    Landmarks,
    Seat,
    Slot,
    WholeHeart,
    whole_heart,
)
from heartwright.samples.heart.whole.calcium import Nodule, calcium
from heartwright.samples.heart.whole.draw import SYSTOLE, left_atrium, root
from heartwright.samples.heart.whole.root import Root
from heartwright.samples.heart.whole.truth import cut, widest_mm
from heartwright.samples.heart.whole.tubes import Frame, ellipse, radial_tube

UP = np.array([0.0, 0.0, 1.0])
TURN = np.arange(4096) * (2 * np.pi / 4096)


@cache
def heart(seed: int = 0) -> WholeHeart:
    return whole_heart(seed)


def aortic_root(**changes: object) -> Root:
    return replace(root(np.random.default_rng(0), SYSTOLE, seat=None), **changes)


def oval(long: float, short: float) -> tuple[float, ...]:
    """Diameters of an ellipse by its semi-axes."""
    perimeter = 4 * long * ellipe(1 - (short / long) ** 2)
    return (2 * short, 2 * long, short + long, perimeter / np.pi, 2 * np.sqrt(short * long))


def of(found: Diameters) -> tuple[float, ...]:
    return astuple(found)


# Tubes.


def test_a_radial_tube_of_constant_radius_is_an_exact_distance():
    frame = Frame.along(np.array([1.0, 2.0, 3.0]), np.array([1.0, 1.0, 0.3]), zero=UP)
    tube = radial_tube(frame, lambda angles, heights: 8.0 + 0 * angles)
    points = np.random.default_rng(0).uniform(-20, 20, size=(100, 3))
    across = np.linalg.norm(np.cross(points - frame.origin, frame.axis), axis=1)
    assert tube(points) == pytest.approx(across - 8, abs=1e-9)


def test_a_cone_is_a_distance_too():
    frame = Frame.along(np.zeros(3), UP, zero=np.array([1.0, 0.0, 0.0]))
    cone = radial_tube(frame, lambda angles, heights: 8.0 + 0.5 * heights + 0 * angles)
    assert cone(np.array([[11.0, 0.0, 0.0]]))[0] == pytest.approx(3 / np.sqrt(1.25), abs=1e-6)


def test_angles_and_points_of_a_frame_agree():
    frame = Frame.along(np.array([5.0, -3.0, 2.0]), np.array([0.2, -0.4, 0.9]), zero=UP)
    for angle in (0.0, 1.0, -2.5):
        assert frame.angles(frame.point(angle, 7.0, 3.0)[None])[0] == pytest.approx(angle)
    assert np.linalg.det(frame.axes) == pytest.approx(1)


# The root, in closed form.


def test_an_oval_annulus_has_the_measures_of_its_ellipse():
    simple = aortic_root(outline=ellipse(13.0, 10.0, turn=0.7))
    assert of(cut(simple.tract, simple.annulus).diameters) == pytest.approx(oval(13, 10), abs=1e-4)


def test_the_tract_has_the_taper_that_is_stated():
    simple = aortic_root(outline=ellipse(12.0, 11.0), taper=-0.06)
    found = cut(simple.tract, simple.plane(-5.0)).diameters
    assert of(found) == pytest.approx(oval(12 * 0.94, 11 * 0.94), abs=1e-4)


def test_junction_and_aorta_are_circles():
    simple = aortic_root()
    for height, radius in (
        (simple.junction_mm, simple.junction_radius_mm),
        (simple.junction_mm + 20, simple.aorta_radius_mm),
    ):
        found = cut(simple.tract, simple.plane(height)).diameters
        assert of(found) == pytest.approx((2 * radius,) * 5, abs=1e-4)


def test_the_wall_bulges_above_the_crown_and_nowhere_below():
    simple = aortic_root()
    flat = replace(simple, depths_mm=np.zeros(3))
    hinge = simple.nadirs
    for height, bulge in ((0.0, False), (-3.0, False), (1.0, True), (8.0, True)):
        beyond = simple.radius(hinge, np.full(3, height)) - flat.radius(hinge, np.full(3, height))
        assert (beyond > 0.05).all() if bulge else (beyond == 0).all()
    posts = simple.commissures
    assert simple.radius(posts, np.full(3, 9.0)) == pytest.approx(
        flat.radius(posts, np.full(3, 9.0))
    )


def test_the_widest_section_is_the_widest():
    simple = aortic_root()
    best = widest_mm(simple)

    def area(height: float) -> float:
        return float((simple.radius(TURN, np.full(4096, height)) ** 2).sum())

    assert area(best) >= max(area(z) for z in np.linspace(0.0, simple.junction_mm, 200)) - 1e-3


def test_the_lower_edge_is_the_lowest_point_where_artery_and_sinus_meet():
    simple = aortic_root()
    artery = simple.left
    along = simple.frame.outward(np.array(artery.angle))
    side = np.cross(simple.frame.axis, along)
    middle = simple.frame.lifted(artery.height_mm).origin
    rays = np.array([np.cos(a) * side + np.sin(a) * simple.frame.axis for a in TURN[::8]])
    starts = middle + artery.radius_mm * rays
    reach = first_exit(simple.tract, starts, np.broadcast_to(along, starts.shape), reach_mm=30)
    meeting = starts + reach[:, None] * along
    heights = (meeting - simple.frame.origin) @ simple.frame.axis
    lowest = meeting[heights.argmin()]
    assert heights.min() == pytest.approx(artery.height_mm - artery.radius_mm, abs=1e-3)
    assert simple.lower_edge(artery) == pytest.approx(lowest, abs=1e-2)


# Gaps around a device.


def widest_ball(seat: Seat) -> float:
    """Diameter of the largest circle between device and wall, by brute force."""
    wall = seat.outline()(TURN)[:, None] * np.stack([np.cos(TURN), np.sin(TURN)], axis=1)
    angles = np.arange(0, 2 * np.pi, 0.02)
    best = 0.0
    for beyond in np.arange(0.4, 1.6, 0.02):
        reach = seat.radius_mm + beyond
        centres = reach * np.stack([np.cos(angles), np.sin(angles)], axis=1)
        inside = seat.outline()(angles) > reach
        if inside.any():
            away = np.linalg.norm(centres[inside, None] - wall[None, ::8], axis=2).min(axis=1)
            best = max(best, float(2 * np.minimum(away, beyond).max()))
    return best


@pytest.mark.parametrize(
    "seat",
    [
        Seat(24.0, slots=(Slot(2.0, 6.0, 0.4),)),
        Seat(27.0, slots=(Slot(1.0, 4.0, 2.0), Slot(3.0, 9.0, 4.0))),
        Seat(22.0, crescent_mm=2.0, crescent_angle=1.0),
    ],
    ids=["slot", "two slots", "crescents"],
)
def test_width_and_area_of_a_gap_are_those_of_its_outline(seat):
    gaps = seat.gaps(Frame.along(np.zeros(3), UP, zero=np.array([1.0, 0.0, 0.0])))
    outline = seat.outline()(TURN)
    beyond = (outline**2 - seat.radius_mm**2).mean() * np.pi
    assert sum(gap.area_mm2 for gap in gaps) == pytest.approx(beyond, abs=1e-6)
    assert (outline >= seat.radius_mm - 1e-9).all()
    widest = max(gap.width_mm for gap in gaps)
    assert outline.max() - seat.radius_mm == pytest.approx(widest, abs=1e-4)
    assert widest_ball(seat) == pytest.approx(widest, abs=0.04)
    for gap in gaps:
        assert np.linalg.norm(gap.place) == pytest.approx(seat.radius_mm + gap.width_mm)


@pytest.mark.parametrize(
    "settings",
    [
        {"diameter_mm": 2.0},
        {"diameter_mm": 24.0, "crescent_mm": -1.0},
        {"diameter_mm": 24.0, "crescent_mm": 1.0, "slots": (Slot(1.0, 4.0, 0.0),)},
        {"diameter_mm": 24.0, "slots": (Slot(3.0, 4.0, 0.0),)},
        {"diameter_mm": 24.0, "slots": (Slot(1.0, 4.0, 0.1), Slot(1.0, 4.0, -0.1))},
        {"diameter_mm": float("nan")},
    ],
)
def test_a_seat_without_a_closed_form_is_refused(settings):
    with pytest.raises(InputError):
        Seat(**settings)


# A heart.


@pytest.mark.slow
def test_the_ostium_of_a_seated_neck_is_the_seat():
    seat = Seat(21.0, crescent_mm=2.5, crescent_angle=0.4)
    atrium = left_atrium(np.random.default_rng(0), SYSTOLE, morphology=None, seat=seat)
    frame = atrium.neck.frame
    found = cut(atrium.lumen, Plane(frame.origin, frame.axis)).diameters
    assert of(found) == pytest.approx(oval(13.0, 10.5), abs=1e-3)


@pytest.mark.slow
def test_landmarks_lie_where_they_say():
    given, marks = heart(), heart().landmarks
    lumen, ring = given.ventricle.lumen, given.root.annulus
    assert lumen(marks.nadirs) == pytest.approx(np.zeros(3), abs=1e-4)
    assert (marks.nadirs - ring.point) @ ring.normal == pytest.approx(np.zeros(3), abs=1e-9)
    edges = np.stack([marks.left_coronary, marks.right_coronary])
    assert lumen(edges) == pytest.approx(np.zeros(2), abs=1e-4)
    assert given.atrium.lumen(marks.ridge[None])[0] == pytest.approx(0, abs=1e-4)
    assert given.atrium.lumen(marks.appendage_tip[None])[0] == pytest.approx(0, abs=1e-4)
    assert given.arteries.circumflex(marks.circumflex[None])[0] == pytest.approx(-1.6, abs=1e-6)
    assert given.atrium.lumen(marks.left_atrium[None])[0] < -10
    assert min(-lumen(marks.left_ventricle[None])[0], -lumen(marks.aorta[None])[0]) > 10
    away = first_exit(given.ventricle.cavity, marks.left_ventricle[None], UP[None], reach_mm=60)
    assert np.isfinite(away).all()


@pytest.mark.slow
def test_clicks_have_the_error_that_is_asked_for():
    marks = heart().landmarks
    errors = [
        np.linalg.norm(marks.clicked(error_mm=1.5, seed=seed).nadirs - marks.nadirs, axis=1)
        for seed in range(300)
    ]
    assert np.sqrt(np.mean(np.square(errors))) == pytest.approx(1.5, rel=0.1)
    assert isinstance(marks.clicked(error_mm=0.0, seed=3), Landmarks)
    with pytest.raises(InputError, match="error"):
        marks.clicked(error_mm=-1.0, seed=0)


def test_a_nodule_has_the_volume_of_its_ellipsoid():
    nodule = Nodule("leaflet", "left", np.zeros(3), np.array([1.5, 2.0, 2.5]), UP, UP[[2, 0, 1]])
    box = np.array([[-4.0] * 3, [4.0] * 3])
    found = grid.volume_mm3(calcium([nodule]), box, spacing_mm=0.1)
    assert found == pytest.approx(nodule.volume_mm3, rel=2e-3)


@pytest.mark.slow
def test_the_muscle_ends_where_the_membranous_septum_begins():
    given = heart()
    outward, axis = (
        given.root.frame.outward(np.array(given.root.septum_angle)),
        given.root.frame.axis,
    )
    top, bottom = given.landmarks.septum
    beside = bottom + 2.0 * outward
    assert given.ventricle.muscle((beside - 1.0 * axis)[None])[0] < 0
    assert given.ventricle.muscle((beside + 0.5 * axis)[None])[0] > 0
    assert (top - bottom) @ axis == pytest.approx(given.root.septum_mm)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("settings", "word"),
    [
        ({"spacing_mm": 9.0}, "spacing"),
        ({"noise_hu": -1.0}, "noise"),
        ({"motion_mm": 50.0}, "motion"),
        ({"region": "foot"}, "region"),
        ({"contrast": Contrast(appendage=2.0)}, "filled"),
        ({"contrast": Contrast(thrombus_mm=-2.0)}, "thrombus"),
        ({"contrast": Contrast(atrium_hu=110.0)}, "blood"),
    ],
)
def test_scans_that_cannot_be_are_refused(settings, word):
    with pytest.raises(InputError, match=word):
        heart().scan(**settings)


@pytest.mark.parametrize(
    ("settings", "word"), [({"seed": -1}, "seed"), ({"seed": 0, "morphology": "cloud"}, "cloud")]
)
def test_hearts_that_cannot_be_are_refused(settings, word):
    with pytest.raises(InputError, match=word):
        whole_heart(**settings)


# Its CT.


@pytest.mark.slow
def test_labels_have_the_volumes_of_the_fields():
    given = heart()
    labels = given.scan(spacing_mm=1.0, noise_hu=0).labels
    voxels = {name: (labels.values == number).sum() for number, name in labels.names.items()}
    box = np.stack(
        [labels.grid.to_lps(np.zeros(3)), labels.grid.to_lps(np.array(labels.grid.shape))]
    )
    lumen = grid.volume_mm3(given.atrium.lumen, box, spacing_mm=0.8)
    assert voxels["left atrium"] + voxels["left atrial appendage"] == pytest.approx(lumen, rel=0.01)
    heart_blood = grid.volume_mm3(given.ventricle.lumen, box, spacing_mm=0.8)
    missing = grid.volume_mm3(
        fields.intersection(given.ventricle.lumen, given.atrium.lumen, blend_mm=1e-3),
        box,
        spacing_mm=0.8,
    )
    assert missing < 1
    assert voxels["left ventricle"] + voxels["aorta"] == pytest.approx(heart_blood, rel=0.01)


@pytest.mark.slow
@pytest.mark.parametrize("motion_mm", [0.0, 2.0])
def test_the_half_level_of_the_scan_is_the_annulus(motion_mm):
    given = whole_heart(4)
    seen = given.scan(noise_hu=0, motion_mm=motion_mm, region="aortic root").scan
    ring = given.root.annulus
    edge = rim(given.ventricle.lumen, ring.point, ring.normal, rays=64)
    outward = (edge - ring.point) / np.linalg.norm(edge - ring.point, axis=1, keepdims=True)
    steps = np.linspace(-3, 3, 121)
    points = edge[:, None] + steps[:, None] * outward[:, None]
    grey = map_coordinates(
        seen.values.astype(float), seen.grid.to_index(points.reshape(-1, 3)).T, order=1
    ).reshape(64, 121)
    crossing = steps[(grey < (360 + 100) / 2).argmax(axis=1)]
    assert np.abs(np.median(crossing)) < 0.15
    assert np.percentile(np.abs(crossing), 80) < 0.4


@pytest.mark.slow
def test_incomplete_filling_clot_and_open_valve_show():
    contrast = Contrast(appendage=0.4, thrombus_mm=6.0)
    full, poor = (
        heart().scan(spacing_mm=1.0, noise_hu=0, region="left atrium", contrast=each)
        for each in (Contrast(), contrast)
    )
    assert "thrombus" in poor.labels.names.values()
    assert "thrombus" not in full.labels.names.values()
    number = {name: n for n, name in poor.labels.names.items()}
    clot = poor.labels.values == number["thrombus"]
    assert np.median(poor.scan.values[clot]) < 150
    tip = poor.labels.values == number["left atrial appendage"]
    assert np.median(poor.scan.values[tip]) < np.median(full.scan.values[tip]) - 40
    atrium = poor.labels.values == number["left atrium"]
    assert np.median(poor.scan.values[atrium]) == pytest.approx(400, abs=2)


@pytest.mark.slow
def test_the_verb_tells_landmarks_and_truth(tmp_path):
    told = simulate_ct(
        tmp_path / "heart.nrrd", structure="whole-heart", spacing_mm=2.0, noise_hu=0, seed=0
    )
    assert (tmp_path / "heart.nrrd").exists()
    assert told["landmarks_lps_mm"]["nadirs"] == heart().landmarks.nadirs.round(3).tolist()
    truth = heart().truth
    assert told["truth"]["annulus"]["d_area_mm"] == truth.root.annulus.diameters.d_area_mm
    assert told["truth"]["depth_mm"] == truth.appendage.depth_mm
