"""The sample heart: its truth against closed forms, its looks, and our measures against it."""

from dataclasses import asdict, astuple
from functools import cache

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.ndimage import label as components
from scipy.special import ellipe

from heartwright.anatomy.mesh import section, surface_from_labels
from heartwright.anatomy.segment import segment
from heartwright.data import InputError, Solid
from heartwright.planning.laa import plan
from heartwright.planning.section import diameters
from heartwright.samples.heart import SampleHeart, fields, grid, heart, truth
from heartwright.samples.heart.atrium import atrium

UP = np.array([0.0, 0.0, 1.0])
OVAL = fields.swept_ellipsoid(  # 24 × 18 mm across, from 7 mm below the origin to 37 mm above
    np.zeros(3), 30 * UP, radii=np.array([12.0, 9.0, 7.0]), up=np.array([1.0, 0.0, 0.0])
)

any_seed = st.integers(0, 2**32 - 1)


@cache
def sample(seed: int = 0) -> SampleHeart:
    return heart(seed=seed)


@cache
def coarse() -> SampleHeart:
    return heart(seed=0, spacing_mm=2)


@cache
def lumen(seed: int = 0, *, sharpened: bool = False) -> Solid:
    """The whole way that a scan goes: threshold at the half level, grow, mesh."""
    scan, sites = sample(seed).scan, sample(seed).sites
    labels = segment(scan, lower=sites.lower_hu, seeds=sites.seeds, box=sites.box)
    return surface_from_labels(labels, 1, scan=scan if sharpened else None)


def drawn(seed: int):
    return atrium(np.random.default_rng(seed))


# The truth itself, against closed forms.


def test_section_of_an_oval_tube_is_an_ellipse():
    found = truth.section_measures(OVAL, 10 * UP, UP)
    perimeter = 4 * 12 * ellipe(1 - (9 / 12) ** 2)
    expected = (18, 24, 21, perimeter / np.pi, 2 * np.sqrt(12 * 9))
    assert astuple(found) == pytest.approx(expected, abs=1e-3)


def test_section_does_not_depend_on_the_point_inside():
    beside = truth.section_measures(OVAL, np.array([3.0, -2.0, 10.0]), UP)
    assert astuple(beside) == pytest.approx(
        astuple(truth.section_measures(OVAL, 10 * UP, UP)), abs=1e-3
    )


def test_depth_of_a_tube_reaches_the_end_of_its_cap():
    assert truth.depth_mm(OVAL, 10 * UP, UP) == pytest.approx(27, abs=1e-6)
    oblique = fields.unit(np.array([0.3, 0.2, 1.0]))
    support = np.linalg.norm(oblique * [12, 9, 7])  # of the cap, an ellipsoid around 30 UP
    height = 30 * oblique[2] + support
    assert truth.depth_mm(OVAL, np.zeros(3), oblique) == pytest.approx(height, abs=1e-6)


def test_volume_of_a_tube_with_its_caps_is_within_the_error_that_is_stated():
    exact = np.pi * 12 * 9 * (30 + 4 / 3 * 7)
    coarse, fine = (
        grid.volume_mm3(OVAL, grid.bounds(OVAL), spacing_mm=spacing) for spacing in (1.2, 0.6)
    )
    assert fine == pytest.approx(exact, rel=2e-3)
    assert abs(fine - exact) < abs(fine - coarse)  # what the truth states as its error


def test_sampling_is_exact_near_the_surface_and_right_in_sign_everywhere():
    nodes = grid.around(np.array([[-20.0, -20, -20], [20, 20, 50]]), 0.9)
    exact = OVAL(nodes.to_lps(np.moveaxis(np.indices(nodes.shape), 0, -1)))
    found = grid.sampled(OVAL, nodes)
    assert (np.sign(found) == np.sign(exact)).all()
    near = np.abs(exact) < 3
    assert found[near] == pytest.approx(exact[near], abs=1e-4)


@given(
    st.floats(1, 12),
    st.lists(st.tuples(*[st.floats(-40, 40)] * 3), min_size=2, max_size=2, unique=True),
)
def test_a_blend_only_adds_and_only_nearby(blend, points):
    ball = fields.tube(np.zeros(3), UP, radius_mm=8)
    other = fields.tube(20 * UP, 21 * UP, radius_mm=8)
    where = np.array(points)
    least = np.minimum(ball(where), other(where))
    joined = fields.union(ball, other, blend_mm=blend)(where)
    assert (joined <= least + 1e-9).all()
    apart = np.abs(ball(where) - other(where)) > blend
    assert joined[apart] == pytest.approx(least[apart])


# The anatomy.


@pytest.mark.slow
@settings(max_examples=3, deadline=None)
@given(any_seed)
def test_every_atrium_is_within_adult_anatomy(seed):
    anatomy = drawn(seed)
    place = anatomy.ostium
    ostium = truth.section_measures(anatomy.lumen, place.point, place.normal)
    assert 20 < ostium.d_max_mm < 26
    assert 15 < ostium.d_min_mm < ostium.d_max_mm
    assert 18 < truth.depth_mm(anatomy.appendage, place.point, place.normal) < 36
    for name, opening in anatomy.veins.items():
        vein = truth.section_measures(anatomy.lumen, opening.point, opening.normal)
        assert 11 < vein.d_min_mm <= vein.d_max_mm < 17
        x, y, z = opening.point
        assert x * (1 if name.startswith("left") else -1) > 20
        assert y > place.point[1]  # the veins lie behind the appendage
        assert (z > 15) == ("superior" in name)


@settings(max_examples=3, deadline=None)
@given(any_seed)
def test_every_atrium_is_one_body_of_plausible_volume(seed):
    anatomy = drawn(seed)
    box = grid.bounds(anatomy.lumen)
    assert 80e3 < grid.volume_mm3(anatomy.lumen, box, spacing_mm=1.5) < 120e3
    blood = grid.sampled(anatomy.lumen, grid.around(box, 1.5)) < 0
    assert components(blood)[1] == 1


@settings(max_examples=3, deadline=None)
@given(any_seed)
def test_the_appendage_behind_its_ostium_is_the_lumen_there(seed):
    """Depth is measured on the appendage alone: nothing else may reach its tip."""
    anatomy = drawn(seed)
    nodes = grid.around(grid.bounds(anatomy.lumen), 2.0)
    points = nodes.to_lps(np.argwhere(np.ones(nodes.shape, bool)))
    points = points[np.abs(anatomy.appendage(points)) < 2]
    beyond = (points - anatomy.ostium.point) @ anatomy.ostium.normal > 6
    tip = points[beyond]
    assert anatomy.lumen(tip) == pytest.approx(anatomy.appendage(tip), abs=0.05)


# The sample.


@pytest.mark.slow
def test_the_same_seed_gives_the_same_heart_and_another_seed_another():
    first, again = coarse(), heart(seed=0, spacing_mm=2)
    assert np.array_equal(again.scan.values, first.scan.values)
    assert again.truth == first.truth
    assert drawn(0).ostium.point.tolist() != drawn(1).ostium.point.tolist()


@pytest.mark.slow
def test_the_truth_does_not_depend_on_the_voxels():
    assert coarse().truth == sample().truth


@pytest.mark.parametrize("noise", [-1.0, float("nan"), float("inf")])
def test_noise_that_makes_no_sense_is_refused(noise):
    with pytest.raises(InputError, match="noise"):
        heart(noise_hu=noise)


@pytest.mark.slow
def test_the_scan_looks_like_ct():
    given_ = sample()
    grey, mask = given_.scan.values, given_.labels.values == given_.sites.label
    assert given_.scan.modality == "CT"
    assert given_.scan.provenance.parameters["synthetic"]
    assert max(grey.shape) <= 250
    centre = np.rint(given_.scan.grid.to_index(given_.sites.seeds[0])).astype(int)
    block = grey[tuple(slice(n - 5, n + 6) for n in centre)]
    assert block.mean() == pytest.approx(400, abs=2)
    assert block.std() == pytest.approx(15, abs=1.5)
    assert np.percentile(grey, 5) < -650
    assert mask.sum() * given_.scan.grid.voxel_mm3 == pytest.approx(
        given_.truth.volume_mm3, rel=2e-3
    )


def test_the_sites_are_where_they_say():
    given_ = sample()
    anatomy = atrium(np.random.default_rng([0, 0]))
    sites = given_.sites
    assert anatomy.lumen(sites.ostium) == pytest.approx(np.zeros(3), abs=1e-6)
    away = (sites.ostium - anatomy.ostium.point) @ anatomy.ostium.normal
    assert away == pytest.approx(np.zeros(3), abs=1e-9)
    assert anatomy.lumen(sites.pacing[None]) == pytest.approx([0], abs=1e-6)
    for opening in sites.openings.values():
        assert anatomy.lumen(opening.point[None])[0] < -3
        assert anatomy.lumen((opening.point + 8 * opening.normal)[None])[0] > 0


def test_a_threshold_alone_takes_the_aorta_and_growing_leaves_it():
    given_ = sample()
    bright = given_.scan.values > given_.sites.lower_hu
    parts, _ = components(bright)
    assert (np.bincount(parts.ravel())[1:] > 10_000).sum() == 2
    sites = given_.sites
    found = segment(given_.scan, lower=sites.lower_hu, seeds=sites.seeds).values > 0
    true = given_.labels.values > 0
    dice = 2 * (found & true).sum() / (found.sum() + true.sum())
    assert dice > 0.99


@pytest.mark.parametrize("spacing", [0.1, 5.0, float("nan")])
def test_voxels_that_make_no_sense_are_refused(spacing):
    with pytest.raises(InputError, match="spacing"):
        heart(spacing_mm=spacing)


# Our measures against the truth.

SEEDS = [pytest.param(seed, marks=pytest.mark.slow) for seed in (0, 1, 7, 42)]


@pytest.mark.parametrize("sharpened", [False, True], ids=["labels", "scan"])
@pytest.mark.parametrize("seed", SEEDS)
def test_measures_on_the_segmented_atrium_are_within_0_3_mm_of_the_truth(seed, sharpened):
    true, sites = sample(seed).truth, sample(seed).sites
    found = plan(lumen(seed, sharpened=sharpened), sites.ostium)
    assert asdict(found.ostium) == pytest.approx(asdict(true.ostium), abs=0.3)
    assert found.depth_mm == pytest.approx(true.depth_mm, abs=0.3)
    assert lumen(seed, sharpened=sharpened).volume_mm3 == pytest.approx(true.volume_mm3, rel=0.01)


@pytest.mark.slow
def test_the_veins_of_the_segmented_atrium_are_within_0_3_mm_of_the_truth():
    for name, opening in sample().sites.openings.items():
        loops = section(lumen(), opening.point, opening.normal)
        found = [diameters(loop, opening.normal) for loop in loops]
        expected = asdict(sample().truth.veins[name])
        assert any(asdict(d) == pytest.approx(expected, abs=0.3) for d in found), name


def test_the_demo_offers_sizes_of_three_families():
    found = plan(lumen(), sample().sites.ostium)
    offered = [(device.name, device.size_mm) for device in found.devices]
    assert offered == [
        ("WATCHMAN 2.5", 27),
        ("WATCHMAN FLX", 27),
        ("WATCHMAN FLX", 31),
        ("Amplatzer Amulet", 34),
    ]
