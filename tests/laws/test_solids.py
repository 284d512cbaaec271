"""Laws that hold for every solid: closed, oriented, positive volume, whatever is done to it."""

from collections.abc import Iterator

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from scipy import ndimage

from heartwright.anatomy.mesh import (
    Joints,
    Kind,
    Opening,
    as_solid,
    bodies,
    cavities,
    certify,
    cut_box,
    cut_curve,
    cut_plane,
    engraved,
    inside,
    port,
    section,
    split,
    surface_from_labels,
    voxelise,
    wall,
)
from heartwright.data import LabelMap, Solid, Surface
from heartwright.data.surface import loose_edges, signed_volume

few = settings(max_examples=3, deadline=None, suppress_health_check=[HealthCheck.too_slow])
PEG = Joints(count=1, diameter_mm=2.0, depth_mm=3.0)
spacings = st.tuples(*[st.floats(0.4, 1.2)] * 3)
signs = st.tuples(*[st.sampled_from([-1.0, 1.0])] * 3)


def blob(seed: int) -> np.ndarray:
    """A random lumpy structure on a small grid; it may touch the border."""
    noise = np.random.default_rng(seed).normal(size=(22, 20, 18))
    smooth = ndimage.gaussian_filter(noise, 3.5)
    return (smooth > np.quantile(smooth, 0.8)).astype(np.int16)


def blob_solid(seed: int) -> Solid:
    return surface_from_labels(LabelMap(blob(seed), np.diag([0.7, 0.6, 0.8, 1.0])), 1)


def is_sound(solid: Solid) -> bool:
    closed = loose_edges(solid.faces) == 0
    return closed and signed_volume(solid.vertices, solid.faces) > 0


@few
@given(seed=st.integers(0, 10**6), spacing=spacings, sign=signs)
def test_any_label_on_any_grid_gives_its_volume_back(seed, spacing, sign):
    values = blob(seed)
    affine = np.diag([*(np.array(spacing) * sign), 1.0])
    solid = surface_from_labels(LabelMap(values, affine), 1)
    parts, _ = ndimage.label(values)
    voxels = np.bincount(parts.ravel())[1:].max()
    assert is_sound(solid)
    assert len(bodies(solid)) == 1
    if solid.provenance.parameters["islands_left_out_mm3"] == 0:
        assert solid.volume_mm3 == pytest.approx(voxels * np.prod(spacing), rel=0.01)


@few
@given(seed=st.integers(0, 10**6), direction=st.tuples(*[st.floats(-1, 1)] * 3))
def test_walls_and_splits_stay_solids_and_add_up(seed, direction):
    normal = np.add(direction, (0, 0, 1.5))
    lumen = blob_solid(seed)
    shell = wall(lumen, 1.0)
    assert is_sound(shell.solid)
    assert shell.solid.volume_mm3 == pytest.approx(
        shell.outer.volume_mm3 - lumen.volume_mm3, rel=1e-3
    )
    front, back = split(shell.solid, lumen.vertices.mean(axis=0), normal)
    assert all(is_sound(piece) for piece in front + back)
    parts = sum(piece.volume_mm3 for piece in front + back)
    assert parts == pytest.approx(shell.solid.volume_mm3, rel=1e-6)


@few
@given(seed=st.integers(0, 10**6))
def test_voxels_rays_and_volume_agree_on_the_inside(seed):
    solid = blob_solid(seed)
    mask, affine = voxelise(solid, 0.3)
    centres = np.argwhere(mask | ~mask) @ affine[:3, :3].T + affine[:3, 3]
    assert (inside(solid, centres) != mask.ravel()).mean() < 1e-4
    assert mask.sum() * 0.3**3 == pytest.approx(solid.volume_mm3, rel=0.02)


@few
@given(seed=st.integers(0, 10**6))
def test_a_solid_survives_being_cut_into_loose_triangles(seed):
    solid = blob_solid(seed)
    loose = solid.vertices[solid.faces].astype(np.float32).reshape(-1, 3)
    faces = np.arange(len(loose)).reshape(-1, 3)[:, ::-1]
    back = as_solid(Surface(loose, faces))
    assert back.volume_mm3 == pytest.approx(solid.volume_mm3, rel=1e-4)


@pytest.mark.parametrize("shift", [900.0, -900.0])
def test_far_from_the_origin_nothing_changes(shift):
    affine = np.diag([0.7, -0.6, 0.8, 1.0])
    moved = affine.copy()
    moved[:3, 3] = shift
    here, there = (wall(surface_from_labels(LabelMap(blob(3), a), 1), 1.0) for a in (affine, moved))
    assert there.lumen.vertices - shift == pytest.approx(here.lumen.vertices, abs=1e-9)
    assert there.solid.volume_mm3 == pytest.approx(here.solid.volume_mm3, rel=1e-6)


def test_a_mirrored_grid_gives_mirrored_points():
    affine = np.diag([0.7, 0.6, 0.8, 1.0])
    here = surface_from_labels(LabelMap(blob(5), affine), 1)
    there = surface_from_labels(LabelMap(blob(5), np.diag([-1, 1, 1, 1]) @ affine), 1)
    assert there.vertices * [-1, 1, 1] == pytest.approx(here.vertices, abs=1e-9)
    assert there.volume_mm3 == pytest.approx(here.volume_mm3, rel=1e-9)


def test_printers_rounding_leaves_an_opened_wall_closed(tube):
    opening = Opening(np.array([0.0, 0.0, 8.0]), np.array([0.1, 0.2, 1.0]))
    solid = wall(tube, 1.2, openings=[opening]).solid
    rounded = solid.vertices.astype(np.float32)
    back = as_solid(
        Surface(rounded[solid.faces].reshape(-1, 3), np.arange(3 * len(solid.faces)).reshape(-1, 3))
    )
    assert back.volume_mm3 == pytest.approx(solid.volume_mm3, rel=1e-4)
    assert len(bodies(solid)) == 1
    assert cavities(solid) == 0


def test_curves_of_a_section_run_anticlockwise(tube):
    normal = np.array([0.0, 0.0, 2.0])
    (loop,) = section(tube, np.array([0.0, 0.0, 1.0]), normal)
    around = loop - loop.mean(axis=0)
    area = np.cross(around, np.roll(around, -1, axis=0)).sum(axis=0) / 2
    assert area[2] == pytest.approx(197 * 0.25, rel=0.01)  # its voxels, 2 % under the circle
    assert loop[:, 2] == pytest.approx(1.0)


def made_of_a_wall(walled: Solid) -> Iterator[Solid]:
    """One solid, or its parts, from every function that makes solids out of a walled model."""
    end = Opening(np.array([0.0, 0.0, 8.0]), np.array([0.05, 0.1, 1.0]))
    for kind, bore in (("barb", 4.0), ("hose", 6.0), ("flange", 5.0), ("luer", 3.0)):
        yield port(walled, end, kind=Kind(kind), bore_mm=bore)
    side = Opening(np.array([5.2, 0.0, 0.0]), np.array([1.0, 0.0, 0.0]))
    pegged = port(walled, side, kind=Kind.peg, bore_mm=3.0)
    yield pegged
    yield from cut_plane(pegged, np.array([0.1, 0.2, -1.3]), np.array([0.2, 0.1, 1.0]))
    yield from cut_box(pegged, np.array([[0.1, -20.0, -20.0], [20.0, 20.0, 20.0]]))
    angles = np.arange(16) * np.pi / 8
    yield from cut_curve(
        walled, np.column_stack([5 * np.cos(angles), 5 * np.sin(angles), angles * 0])
    )


@pytest.mark.slow
def test_every_solid_that_is_made_is_certified(tube):
    opening = Opening(np.array([0.0, 0.0, 8.0]), np.array([0.0, 0.0, 1.0]))
    closed, opened = wall(tube, 1.2), wall(tube, 1.2, openings=[opening])
    assert certify(closed.solid).cavities == 1
    block, _ = cut_plane(tube, np.zeros(3), np.array([0.3, 0.0, 1.0]))
    pinned = cut_plane(block, np.array([0.0, 0.0, 6.0]), np.array([0.0, 0.0, 1.0]), joints=PEG)
    face = Opening(np.array([0.0, 0.0, 0.0]), np.array([-0.3, 0.0, -1.0]))
    lettered = engraved(block, "L1", face, height_mm=3.0, depth_mm=0.5)
    made = [*made_of_a_wall(opened.solid), *pinned, lettered, block]
    for solid in (tube, closed.solid, closed.outer, opened.solid, *made):
        certificate = certify(solid)
        assert certificate.valid, certificate
        assert certificate.bodies == 1
    assert not any(certify(solid).cavities for solid in made)


@pytest.mark.slow
@few
@given(seed=st.integers(0, 10**6))
def test_any_label_and_its_wall_are_certified(seed):
    shell = wall(blob_solid(seed), 1.0)
    assert certify(shell.lumen).valid
    assert certify(shell.solid).valid


@pytest.fixture(scope="module")
def tube() -> Solid:
    """A vertical tube, radius 4 mm, from z = -12 to 12, with round ends."""
    z = np.linspace(-14, 14, 57)[None, None]
    x = np.linspace(-6, 6, 25)
    beyond = np.maximum(np.abs(z) - 8, 0)
    radius = np.sqrt(x[:, None, None] ** 2 + x[None, :, None] ** 2 + beyond**2)
    affine = np.diag([0.5, 0.5, 0.5, 1.0])
    affine[:3, 3] = [-6, -6, -14]
    return surface_from_labels(LabelMap((radius <= 4).astype(np.int16), affine), 1)
