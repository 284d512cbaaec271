"""Points to a purpose, label maps in steps, a second study and scores, by the command line."""

import json
import shutil
from contextlib import redirect_stderr, redirect_stdout
from io import StringIO

import numpy as np
import pytest

from heartwright.anatomy.imaging import read_labels, write_labels, write_volume
from heartwright.cli.app import run
from heartwright.data import LabelMap, Volume
from heartwright.printing import prusa_info

SHAPE, AFFINE = (44, 36, 32), np.diag([1.0, 1.0, 1.25, 1.0])
PLACES = np.stack(np.indices(SHAPE), -1) * np.array([1.0, 1.0, 1.25])


def told(*arguments: object) -> dict:
    """What a verb prints as JSON."""
    out = StringIO()
    with redirect_stdout(out):
        assert run([str(argument) for argument in (*arguments, "--json")]) == 0
    return json.loads(out.getvalue())


def refused(*arguments: object) -> str:
    """The sentence with which a verb refuses."""
    err = StringIO()
    with redirect_stderr(err):
        assert run([str(argument) for argument in arguments]) == 2
    return " ".join(err.getvalue().split())


def ball(x, y, z, radius):
    return np.linalg.norm(PLACES - np.array([x, y, z]), axis=-1) < radius


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A chamber with a vessel towards +x: its scan, its label map, and a stroke map."""
    place = tmp_path_factory.mktemp("segment")
    aside = np.hypot(PLACES[..., 1] - 18, PLACES[..., 2] - 20)
    blood = ball(14, 18, 20, 10) | ((aside < 4) & (PLACES[..., 0] > 14) & (PLACES[..., 0] < 40))
    grey = np.where(ball(18, 18, 20, 2), 1100, np.where(blood, 400, 40)).astype(np.int16)
    write_volume(Volume(grey, AFFINE), place / "scan.nrrd")
    write_labels(LabelMap(blood.astype(np.uint8), AFFINE, {1: "blood"}), place / "labels.nrrd")
    strokes = np.where(ball(14, 18, 20, 5), 1, np.where(ball(14, 18, 20, 12) | blood, 0, 2))
    names = {1: "blood", 2: "rest"}
    write_labels(LabelMap(strokes.astype(np.uint8), AFFINE, names), place / "strokes.nrrd")
    return place


PRESET = ("--preset", "left-atrium", "--at", "left atrium=14,18,20", "--at", "open=32,18,20")


@pytest.mark.parametrize(("source", "flags"), [("scan", ()), ("labels", ("--labels",))])
def test_a_preset_gives_the_same_atrium_from_a_scan_and_from_labels(folder, source, flags):
    out = folder / f"from-{source}.nrrd"
    result = told("segment", folder / f"{source}.nrrd", *flags, *PRESET, "-o", out)
    found = read_labels(out)
    assert found.names == {1: "left atrium"}
    assert not found.values[36:].any()
    assert found.values[20:34, 18, 16].all()
    (opening,) = result["open"]
    np.testing.assert_allclose(
        [float(x) for x in opening.split(",")], [32, 18, 20, 1, 0, 0], atol=0.06
    )


def test_options_that_do_not_go_together_are_refused(folder):
    labels, out = folder / "labels.nrrd", folder / "none.nrrd"
    assert "are for scans" in refused(
        "segment", labels, "--labels", *PRESET, "--lower", 3, "-o", out
    )
    assert "a preset draws" in refused(
        "segment", labels, "--labels", "--at", "14,18,20", "--vessel-radius", 2, "-o", out
    ).replace("--preset", "preset")
    assert "of -1 mm cannot be" in refused(
        "segment", labels, "--labels", *PRESET, "--vessel-radius", -1, "-o", out
    )
    assert not out.exists()


def test_steps_are_taken_in_the_order_given(folder):
    labels, scan = folder / "labels.nrrd", folder / "scan.nrrd"
    steps = ("calcium=blood", "margin=calcium,1", "merge=all,blood,calcium", "rename=all,heart")
    result = told("labels", labels, *steps, "--scan", scan, "-o", folder / "edited.nrrd")
    before = told("score", labels, folder / "labels.nrrd")["structures"]["blood"]
    assert result["structures_mm3"] == {"heart": pytest.approx(before["volume_mm3"])}
    parameters = told("labels", labels, "calcium=blood", "--scan", scan, "-o", folder / "c.nrrd")
    assert set(parameters["structures_mm3"]) == {"blood", "calcium"}


def test_strokes_become_the_structure(folder):
    told(
        "labels", folder / "strokes.nrrd", "grow=rest", "--scan", folder / "scan.nrrd",
        "-o", folder / "grown.nrrd",
    )  # fmt: skip
    found = told("score", folder / "grown.nrrd", folder / "labels.nrrd")["structures"]["blood"]
    assert found["dice"] > 0.95


@pytest.mark.parametrize(
    ("step", "says"),
    [
        ("melt=blood", "'melt' is no step; there are keep-largest, drop-islands"),
        ("margin=blood", "the step is margin=NAME,MM, not 'margin=blood'"),
        ("margin=blood,wide", "takes a number of mm there, not 'wide'"),
        ("smooth=-1", "takes a positive number of mm there, not '-1'"),
        ("remove=bone", "no voxel is labelled 'bone'; this map has blood"),
        ("calcium=blood", "name the scan with --scan"),
    ],
)
def test_a_step_that_cannot_be_is_refused(folder, step, says):
    assert says in refused("labels", folder / "labels.nrrd", step, "-o", folder / "none.nrrd")
    assert not (folder / "none.nrrd").exists()


def test_a_scan_of_other_voxels_is_refused(folder, tmp_path):
    write_volume(Volume(np.zeros((9, 9, 9)), AFFINE), tmp_path / "other.nrrd")
    arguments = ("calcium=blood", "--scan", tmp_path / "other.nrrd", "-o", tmp_path / "x.nrrd")
    assert "not on the same voxels" in refused("labels", folder / "labels.nrrd", *arguments)


def test_a_score_on_another_grid_is_resampled(folder, tmp_path):
    labels = read_labels(folder / "labels.nrrd")
    write_labels(
        LabelMap(labels.values[::2, ::2, ::2], AFFINE @ np.diag([2, 2, 2, 1.0]), labels.names),
        tmp_path / "coarse.nrrd",
    )
    result = told("score", tmp_path / "coarse.nrrd", folder / "labels.nrrd", "--pair", "blood=1")
    assert result["resampled"]
    assert result["structures"]["blood"]["dice"] > 0.85
    assert "takes NAME or NAME=OTHER" in refused(
        "score", folder / "labels.nrrd", folder / "labels.nrrd", "--pair", "=1"
    )


@pytest.mark.slow
def test_a_second_study_s_labels_join_the_first_one_s(folder, tmp_path):
    scan, labels = folder / "scan.nrrd", folder / "labels.nrrd"
    shifted = AFFINE.copy()
    shifted[:3, 3] = 3.0, -2.0, 1.25
    grey = np.where(read_labels(labels).values > 0, 90, 300).astype(np.int16)  # as MR has it
    write_volume(Volume(grey, shifted), tmp_path / "mr.nrrd")
    leaflet = ball(5, 18, 20, 6).astype(np.uint8)
    write_labels(LabelMap(leaflet, shifted, {1: "leaflet"}), tmp_path / "leaflet.nrrd")
    pair = (tmp_path / "mr.nrrd", scan)
    result = told(
        "register", *pair, "--labels", tmp_path / "leaflet.nrrd", "--join", labels,
        "-o", tmp_path / "joined.nrrd",
    )  # fmt: skip
    np.testing.assert_allclose(
        np.array(result["movement"]), np.linalg.inv(shifted @ np.linalg.inv(AFFINE)), atol=0.3
    )
    joined = read_labels(tmp_path / "joined.nrrd")
    assert set(joined.names.values()) == {"blood", "leaflet"}
    moved = told("register", *pair, "-o", tmp_path / "moved.nrrd")
    assert moved["residual_mm"] < 0.5
    assert "name them" in refused("register", *pair, "--join", labels, "-o", tmp_path / "x.nrrd")


# Real scans

HEART = {
    "left-atrium": (
        "left atrium=-3,34,-95", "open=-38.8,28.3,-80.5", "open=-32.7,47.4,-94.4",
        "open=15,37.5,-65", "open=19.8,53.4,-79.2",
    ),
    "aortic-root": (
        "aorta=2,-5,-86", "open=-21.5,-7,-50", "left coronary=18,-3,-87",
        "right coronary=2,-21,-88",
    ),
    "blood-pool": (
        "left atrium=-3,34,-95", "left ventricle=42,-2,-113", "aorta=2,-5,-86",
    ),
}  # fmt: skip


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("prusa-slicer") is None, reason="prusa-slicer is not installed")
@pytest.mark.parametrize("preset", HEART)
def test_a_real_heart_s_presets_slice_without_repair(preset, shared_data, tmp_path):
    labels = shared_data / "scans" / "whole-heart-labels" / "wh.nii.gz"
    shape, stl = tmp_path / "shape.nrrd", tmp_path / "model.stl"
    points = [f"--at={point}" for point in HEART[preset]]
    result = told("segment", labels, "--labels", "--preset", preset, *points, "-o", shape)
    ways = [f"--open={opening}" for opening in result["open"]]
    assert len(ways) == {"left-atrium": 4, "aortic-root": 3, "blood-pool": 0}[preset]
    if ways:
        package = tmp_path / "model.3mf"
        printed = told(
            "print", shape, "--label", 1, "--wall", 1.5, *ways, "-o", package, "--stl", stl
        )
        assert (printed["bodies"], printed["cavities"]) == (1, 0)
    else:
        told("mesh", shape, "--label", 1, "-o", stl)
    found = prusa_info(stl)
    assert found.manifold
    assert found.parts == 1
    sliced = told("slice", stl, "--no-supports", "-o", tmp_path / "model.sl1")
    assert sliced["technologies"]["sla"]["slicing"]["by"].startswith("PrusaSlicer")


@pytest.mark.slow
def test_a_real_root_from_seeds_lies_on_the_given_aorta(shared_data, tmp_path):
    folder = shared_data / "scans" / "thorax-cta-crop"
    points = (
        "aorta=10,-186,671", "left heart=0.3,-146.2,664.7", "left heart=39.3,-171.7,633.2",
        "right heart=4.8,-207.7,639.2", "right heart=-11.7,-155.2,675.2",
    )  # fmt: skip
    told(
        "segment", folder / "ct_cropped.nii.gz", *(f"--at={point}" for point in points),
        "-o", tmp_path / "found.nrrd",
    )  # fmt: skip
    for path, name in ((tmp_path / "found.nrrd", "a"), (folder / "aorta.nii.gz", "b")):
        whole = read_labels(path)
        places = whole.grid.to_lps(np.stack(np.indices(whole.values.shape), -1))
        x, y, z = np.moveaxis(places, -1, 0)
        del x
        root = (whole.values == 1) & (z > 663) & (z < 720) & (y < -150)  # annulus to mid ascending
        write_labels(
            LabelMap(root.astype(np.uint8), whole.affine, {1: "root"}), tmp_path / f"{name}.nrrd"
        )
    found = told("score", tmp_path / "a.nrrd", tmp_path / "b.nrrd", "--pair", "root=1")
    assert found["structures"]["root"]["dice"] > 0.94
    assert found["structures"]["root"]["mean_mm"] < 0.7
    assert found["structures"]["root"]["hd95_mm"] <= 1.5 + 1e-6
