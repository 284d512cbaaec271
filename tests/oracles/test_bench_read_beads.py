"""Beads in rendered CT pairs: where they are, which is which, and the strain between them."""

from pathlib import Path

import numpy as np
import pytest
from scipy.ndimage import gaussian_filter
from scipy.spatial.transform import Rotation

from heartwright.bench.read import by_angle, find_beads, matched, numbered, strain_uncertainty
from heartwright.data import GeometryError, InputError, Plane, Volume

BEADS, RADIUS, DIAMETER = 12, 12.5, 1.0  # mm
AIR_HU, RESIN_HU, METAL_HU, MOST_HU = -1000.0, 120.0, 9000.0, 3071
BLUR_MM, NOISE_HU, FINE = 0.4, 25.0, 5
PLANE = Plane(np.zeros(3), np.array([0.0, 0, 1]))


def ring(strain=0.0, *, oval=0.06, wave=0.4, marker=True):
    """Beads around an oval, each at a radius of its own, and the marker 5 mm above the first."""
    turn = 2 * np.pi * np.arange(BEADS) / BEADS + np.pi / 2 + 0.02  # where the plane's angle 0 is
    radius = RADIUS * (1 + oval * np.cos(2 * turn)) * (1 + strain)
    points = np.stack([radius * np.cos(turn), radius * np.sin(turn), wave * np.sin(3 * turn)], 1)
    return np.vstack([points, points[:1] + np.array([0, 0, 5.0])]) if marker else points


def chords(points):
    return np.linalg.norm(np.roll(points, -1, axis=0) - points, axis=1)


def outside(beads):
    """The tube's outer radius by angle: a tenth of a diameter above the beads' middles."""
    if not len(beads):
        return lambda angle: np.full(angle.shape, RADIUS)
    turn, radius = np.arctan2(beads[:, 1], beads[:, 0]), np.hypot(beads[:, 0], beads[:, 1])
    return lambda angle: np.interp(angle, turn, radius + 0.1 * DIAMETER, period=2 * np.pi)


def scanned(beads, *, voxel=0.5, seed=0, turn=None, shift=(0, 0, 0), stent=False):
    """A CT of a resin tube with steel balls in its outside, posed, cut at 12 bits."""
    turn = turn or Rotation.identity()
    half = np.array([17.0, 17.0, 9.0])
    shape = tuple((2 * half / voxel).astype(int))
    directions = turn.as_matrix()
    start = -half + np.random.default_rng(seed).uniform(0, voxel, 3)
    at = start + voxel * np.moveaxis(np.indices(shape), 0, -1)
    away = np.hypot(at[..., 0], at[..., 1])
    angle = np.arctan2(at[..., 1], at[..., 0])
    outer = outside(beads)(angle)
    wall = np.clip(0.5 - (np.abs(away - outer + 1) - 1) / voxel, 0, 1)
    hu = AIR_HU + (RESIN_HU - AIR_HU) * wall
    if stent:
        slope = 2 * 4 / 9.4 * np.cos(4 * angle)
        wire = np.hypot(away - 9.4, (at[..., 2] - 2 * np.sin(4 * angle)) / np.hypot(1, slope))
        hu += (METAL_HU - hu) * np.clip(0.5 - (wire - 0.4) / voxel, 0, 1)
    part = (np.arange(FINE) + 0.5) / FINE - 0.5
    inner = voxel * np.stack(np.meshgrid(part, part, part, indexing="ij"), -1).reshape(-1, 3)
    for bead in beads:
        near = np.linalg.norm(at - bead, axis=-1) < DIAMETER / 2 + voxel
        share = (np.linalg.norm(at[near][:, None] + inner - bead, axis=-1) < DIAMETER / 2).mean(1)
        hu[near] += (METAL_HU - hu[near]) * share
    hu = gaussian_filter(hu, BLUR_MM / voxel)
    hu += np.random.default_rng(seed + 1).normal(0, NOISE_HU, shape)
    affine = np.eye(4)
    affine[:3, :3] = directions * voxel
    affine[:3, 3] = directions @ start + np.asarray(shift, dtype=float)
    return Volume(np.clip(np.rint(hu), -1024, MOST_HU).astype(np.int16), affine, "CT")


def found_errors(volume, truth):
    middles = find_beads(volume, count=BEADS, diameter_mm=DIAMETER).middles
    apart = np.linalg.norm(middles[:, None] - truth, axis=-1)
    assert sorted(apart.argmin(axis=1)) == list(range(len(truth)))
    return apart.min(axis=1)


STRAIN = np.array([0.08, 0.05, 0.03, 0.02, 0.02, 0.04, 0.10, 0.12, 0.06, 0.03, 0.02, 0.05])
POSE = Rotation.from_euler("xyz", [25, -60, 140], degrees=True)


@pytest.fixture(scope="module")
def pair():
    shift = np.array([30.0, -12, 200])
    return scanned(ring()), scanned(ring(STRAIN), voxel=0.4, seed=5, turn=POSE, shift=shift), shift


def test_middles_are_found_to_a_fifth_of_a_millimetre(pair):
    before, after, shift = pair
    assert found_errors(before, ring()).max() < 0.2
    assert found_errors(after, POSE.apply(ring(STRAIN)) + shift).max() < 0.2


def test_strain_comes_back_from_another_pose_and_voxel_size(pair):
    first, second = (find_beads(one, count=BEADS, diameter_mm=DIAMETER).middles for one in pair[:2])
    both = matched(numbered(first, PLANE, count=BEADS), second, PLANE, count=BEADS)
    truth = chords(ring(STRAIN)[:BEADS]) / chords(ring()[:BEADS]) - 1
    error = both.strain().arcs - truth
    sure = strain_uncertainty(both, (0.5, 0.4))
    assert both.by_marker
    assert both.turn_deg == pytest.approx(np.rad2deg(POSE.magnitude()), abs=2)
    assert np.abs(error).max() < 0.02
    assert np.sqrt((error**2).mean()) < sure.mean() < 0.02
    assert both.strain().unevenness == pytest.approx(truth.max() - truth.mean(), abs=0.02)


@pytest.mark.slow
@pytest.mark.parametrize("voxel", [0.3, 0.5, 0.6])
@pytest.mark.parametrize("seed", [1, 2])
def test_middles_over_voxels_and_places(voxel, seed):
    turn = Rotation.random(random_state=seed)
    error = found_errors(scanned(ring(), voxel=voxel, seed=seed, turn=turn), turn.apply(ring()))
    assert error.max() < 0.2  # 0.1 mm is the air's pull inwards, the same in both scans


def test_a_device_inside_the_ring_is_left_out():
    volume = scanned(ring(), seed=3, stent=True)
    beads = find_beads(volume, count=BEADS, diameter_mm=DIAMETER)
    assert len(beads.middles) == BEADS + 1
    assert beads.others


def test_missing_and_merged_beads_are_told():
    with pytest.raises(GeometryError, match="11 of the 12"):
        find_beads(scanned(ring(marker=False)[1:]), count=BEADS, diameter_mm=DIAMETER)
    beads = ring(marker=False)
    beads[1] = beads[0] + [0, 1.1, 0]
    with pytest.raises(GeometryError, match="merge"):
        find_beads(scanned(beads), count=BEADS, diameter_mm=DIAMETER)


@pytest.mark.parametrize(
    ("beads", "voxel", "diameter", "error", "says"),
    [
        (np.empty((0, 3)), 0.5, 1.0, GeometryError, "nothing in the scan"),
        (ring(), 0.5, 0.4, InputError, "too coarse"),
        (ring(), 0.5, 4.0, GeometryError, "of the 12 beads of 4 mm"),
        (
            np.vstack([ring(), ring()[3:6] + np.array([0, 0, 5])]),
            0.5,
            1.0,
            GeometryError,
            "16 bodies",
        ),
    ],
)
def test_scans_that_cannot_be_read(beads, voxel, diameter, error, says):
    with pytest.raises(error, match=says):
        find_beads(scanned(beads, voxel=voxel), count=BEADS, diameter_mm=diameter)


def test_an_even_ring_without_a_marker_goes_by_the_smallest_turn_or_is_refused():
    even = {"oval": 0, "wave": 0, "marker": False}
    before = numbered(ring(**even), PLANE, count=BEADS)
    small, half = (Rotation.from_euler("z", turn, degrees=True) for turn in (4, 15))
    both = matched(before, small.apply(ring(STRAIN, **even))[::-1], PLANE, count=BEADS)
    truth = chords(ring(STRAIN, **even)) / chords(before) - 1
    assert both.strain().arcs == pytest.approx(truth, abs=1e-9)
    with pytest.raises(GeometryError, match="more than one way"):
        matched(before, half.apply(ring(**even)), PLANE, count=BEADS)


@pytest.mark.parametrize("seed", range(5))
def test_a_marker_tells_any_pose(seed):
    rng = np.random.default_rng(seed)
    before = numbered(ring(oval=0), PLANE, count=BEADS)
    after = Rotation.random(random_state=seed).apply(ring(STRAIN, oval=0))
    both = matched(before, rng.permutation(after) + 50, PLANE, count=BEADS)
    truth = chords(ring(STRAIN, oval=0)[:BEADS]) / chords(before[:BEADS]) - 1
    assert both.strain().arcs == pytest.approx(truth, abs=1e-9)


def test_beads_beside_the_plane_or_of_one_scan_only_are_refused():
    with pytest.raises(GeometryError, match="do not go round"):
        numbered(ring(), Plane(np.array([30.0, 0, 0]), PLANE.normal), count=BEADS)
    with pytest.raises(GeometryError, match="both scans"):
        matched(numbered(ring(), PLANE, count=BEADS), ring(marker=False), PLANE, count=BEADS)
    with pytest.raises(GeometryError, match="marker"):
        numbered(np.vstack([ring(marker=False), [[11, 1, 0.5]]]), PLANE, count=BEADS)


def test_virtual_arcs_are_shared_out_by_angle():
    values = np.arange(12.0)
    assert by_angle(values, np.deg2rad(30.0 * np.arange(12))) == pytest.approx(values)
    shifted = by_angle(values, np.deg2rad(30.0 * np.arange(12) + 15))
    assert shifted == pytest.approx([*(values[:-1] + 0.5), 5.5], abs=0.02)
    assert by_angle(values, np.deg2rad([0.0, 90, 180, 270])) == pytest.approx([1, 4, 7, 10])


def test_the_verb_sets_the_pair_beside_the_virtual_ring(pair, tmp_path: Path, capfd):
    import json

    from heartwright.anatomy.imaging import write_volume
    from heartwright.cli.app import run

    files = [tmp_path / "before.nrrd", tmp_path / "after.nrrd"]
    for volume, file in zip(pair, files, strict=False):
        write_volume(volume, file)
    foretold = tmp_path / "virtual.json"
    virtual = (STRAIN + np.roll(STRAIN, -1)) / 2
    stored = {"arc_strain": virtual.tolist(), "provenance": {"parameters": {"axis": [0, 0, 1]}}}
    foretold.write_text(json.dumps(stored))
    line = ["bench", "read", "--before", *map(str, [files[0], "--after", files[1]])]
    line += ["--beads", "12", "--virtual", str(foretold), "--json"]
    assert run([*line, "--plane=0,0,0,0,0,1"]) == 0
    said = json.loads(capfd.readouterr().out)
    assert said["n"] == 12
    assert said["correlation"] > 0.8
    assert "esearch use only" in said["disclaimer"]
    assert run([*line, "--plane=0,0,0,0,0,-1"]) == 2
    assert "180°" in capfd.readouterr().err
