"""The real scans: loaded where they lie, and the left heart grown out of the thorax CT."""

import json
import shutil

import numpy as np
import pytest

from heartwright.anatomy.imaging import read_labels, read_volume
from heartwright.anatomy.segment import segment
from heartwright.cli.app import run
from heartwright.printing import prusa_info


@pytest.fixture(scope="module")
def scans(shared_data):
    return shared_data / "scans"


def test_a_real_series_lies_where_its_label_map_lies(scans):
    """20 slices, JPEG 2000, stored downwards, thickness 3 but spacing 2 mm."""
    volume = read_volume(scans / "dicom-abdomen-20-slices")
    labels = read_labels(scans / "dicom-abdomen-20-slices.seg.nii.gz")
    np.testing.assert_allclose(volume.grid.spacing, [0.9765625, 0.9765625, 2.0])
    assert volume.provenance.parameters["geometry"]["max_deviation_mm"] < 1e-6
    rows = volume.values.shape[1]
    there = labels.grid.to_lps(np.array([0, rows - 1, 0]))  # its rows run the other way
    np.testing.assert_allclose(there, volume.grid.to_lps(np.array([0, 0, 0])), atol=1e-4)
    assert np.linalg.det(volume.affine) > 0 > np.linalg.det(labels.affine)


@pytest.mark.parametrize(("organ", "label"), [("spleen", 1), ("liver", 5), ("muscle", 86)])
def test_organs_of_that_label_map_are_even_in_the_scan(scans, organ, label):
    """Place and rescaling at once: a mirrored or shifted grid mixes in air, fat and bone."""
    volume = read_volume(scans / "dicom-abdomen-20-slices")
    labels = read_labels(scans / "dicom-abdomen-20-slices.seg.nii.gz")
    inside = volume.values[labels.values[:, ::-1] == label]
    assert 20 < np.median(inside) < 120  # HU of soft tissue
    assert inside.std() < 40


def test_the_whole_heart_s_left_atrium_measures_97_ml(scans):
    labels = read_labels(scans / "whole-heart-labels" / "wh.nii.gz")
    assert np.linalg.det(labels.affine) < 0
    assert labels.values.dtype == np.uint8
    volume = labels.mask(2).sum() * labels.grid.voxel_mm3
    assert volume == pytest.approx(97_520, abs=5)


def test_a_mask_of_the_pulmonary_artery_lies_on_its_crop(scans):
    folder = scans / "pulmonary-cta-crop"
    volume = read_volume(folder / "ct_cropped.nii.gz")
    artery = read_labels(folder / "pulmonary_artery.nii.gz")
    np.testing.assert_array_equal(volume.affine, artery.affine)
    assert np.median(volume.values[artery.mask(1)]) == pytest.approx(549, abs=25)


# Points inside the chambers, as voxels of the thorax crop, read off the slices.
LEFT_HEART = {"atrium": (50, 70, 81), "ventricle": (80, 40, 61), "root": (52, 42, 88)}
ELSEWHERE = {
    "right ventricle": (73, 16, 62),
    "right outflow": (62, 28, 82),
    "pulmonary artery": (70, 36, 94),
    "descending aorta": (60, 88, 70),
}
SEED = np.array([[48.3, -195.7, 631.7]])
BOX = np.array([[-9.0, -250.0, 600.0], [100.0, -110.0, 681.5]])


def test_the_contrast_filled_left_heart_grows_inside_its_box(scans):
    """The box keeps out the right atrium, which a thin septum leaves joined at 1.5 mm."""
    folder = scans / "thorax-cta-crop"
    volume = read_volume(folder / "ct_cropped.nii.gz")
    labels = segment(volume, lower=350.0, seeds=SEED, box=BOX)
    grown = labels.values == 1
    assert all(grown[voxel] for voxel in LEFT_HEART.values())
    assert not any(grown[voxel] for voxel in ELSEWHERE.values())
    told = labels.provenance.parameters
    assert told["volume_mm3"] == pytest.approx(213_200, rel=0.001)
    assert told["cut_mm2"].keys() == {"right", "superior", "posterior"}
    aorta = read_labels(folder / "aorta.nii.gz").mask(1)
    assert (grown & aorta)[:, :65, 76:95].sum() / aorta[:, :65, 76:95].sum() > 0.85
    assert not (grown & aorta)[:, 70:].any()  # the dissected descending part


def test_a_threshold_alone_floods_the_right_heart(scans):
    volume = read_volume(scans / "thorax-cta-crop" / "ct_cropped.nii.gz")
    flooded = segment(volume, lower=350.0, seeds=SEED)
    assert flooded.values[ELSEWHERE["pulmonary artery"]] == 1
    assert flooded.provenance.parameters["volume_mm3"] > 600_000


def command(capsys: pytest.CaptureFixture[str], *arguments: object) -> dict:
    """What a verb prints as JSON."""
    assert run([str(argument) for argument in (*arguments, "--json")]) == 0
    return json.loads(capsys.readouterr().out)


@pytest.mark.slow
def test_the_left_heart_goes_from_the_scan_to_a_printable_wall(scans, tmp_path, capsys):
    labels, model = tmp_path / "left.nrrd", tmp_path / "left.3mf"
    place = ("--at", "48.3,-195.7,631.7", "--box=-9,-250,600/100,-110,681.5")
    scan = scans / "thorax-cta-crop" / "ct_cropped.nii.gz"
    command(capsys, "segment", scan, "--lower", 350, *place, "-o", labels)
    stl = model.with_suffix(".stl")
    found = command(capsys, "print", labels, "--wall", 1.5, "-o", model, "--stl", stl)
    assert found["watertight"]
    assert found["bodies"] == 1
    if shutil.which("prusa-slicer"):
        assert all(prusa_info(file).manifold for file in (stl, model))
