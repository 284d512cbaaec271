"""A DICOM series becomes a volume only where its slices say where they lie, each once."""

import numpy as np
import pytest

from heartwright.anatomy.imaging import read_volume
from heartwright.data import GeometryError, InputError

OTHER = "1.2.826.0.1.3680043.8.498.2"


def test_values_and_place_are_those_of_the_tags(tmp_path, write_series, ramp):
    write_series(tmp_path, ramp)
    volume = read_volume(tmp_path)
    np.testing.assert_array_equal(volume.values, ramp - 1024)
    assert volume.values.dtype == np.int16
    assert volume.modality == "CT"
    np.testing.assert_allclose(volume.grid.spacing, [0.8, 0.7, 2.0], rtol=1e-12)
    np.testing.assert_allclose(volume.grid.to_lps(np.array([0, 0, 0])), [-10, 5, 100])
    np.testing.assert_allclose(volume.grid.to_lps(np.array([1, 0, 0])), [-9.2, 5, 100])
    audit = volume.provenance.parameters["geometry"]
    assert audit["slices"] == 6
    assert audit["max_deviation_mm"] == pytest.approx(0, abs=1e-9)


def test_order_comes_from_positions_not_from_names(tmp_path, write_series, ramp):
    forwards = tmp_path / "forwards"
    backwards = tmp_path / "backwards"
    write_series(forwards, ramp)
    heights = 110 - 2 * np.arange(6)
    write_series(
        backwards,
        ramp[:, :, ::-1],
        positions=np.column_stack([np.full(6, -10), np.full(6, 5), heights]),
    )
    first, second = read_volume(forwards), read_volume(backwards)
    np.testing.assert_array_equal(first.values, second.values)
    np.testing.assert_allclose(first.affine, second.affine)


def test_an_oblique_series_lies_where_its_cosines_say(tmp_path, write_series, ramp):
    turn = np.linalg.qr(np.random.default_rng(0).normal(size=(3, 3)))[0]
    turn *= np.sign(np.linalg.det(turn))

    def oblique(number, dataset):
        dataset.ImageOrientationPatient = [f"{x:.9f}" for x in (*turn[:, 0], *turn[:, 1])]

    write_series(
        tmp_path, ramp, positions=np.outer(np.arange(6), 1.25 * turn[:, 2]), change=oblique
    )
    volume = read_volume(tmp_path)
    expected = turn * [0.8, 0.7, 1.25]
    np.testing.assert_allclose(volume.affine[:3, :3], expected, atol=1e-6)
    assert np.linalg.det(volume.affine) > 0


def test_other_files_in_the_folder_are_ignored(tmp_path, write_series, ramp):
    write_series(tmp_path / "deep" / "deeper", ramp)
    (tmp_path / "README.txt").write_text("about this scan")

    def segmentation(number, dataset):
        dataset.file_meta.MediaStorageSOPClassUID = "1.2.840.10008.5.1.4.1.1.66.4"
        dataset.SOPClassUID = dataset.file_meta.MediaStorageSOPClassUID

    write_series(tmp_path / "seg", ramp, uid=OTHER, change=segmentation)
    assert read_volume(tmp_path).values.shape == (5, 4, 6)


def test_fractions_become_float32(tmp_path, write_series, ramp):
    def halves(number, dataset):
        dataset.RescaleSlope = 0.5

    write_series(tmp_path, ramp, change=halves)
    volume = read_volume(tmp_path)
    assert volume.values.dtype == np.float32
    np.testing.assert_array_equal(volume.values, ramp * 0.5 - 1024)


def test_several_series_need_a_name(tmp_path, write_series, ramp):
    write_series(tmp_path, ramp)
    write_series(tmp_path, ramp + 1, uid=OTHER, prefix="other")
    with pytest.raises(InputError, match=r"2 series; choose one .*; 2 \(CT, test 2, 6 im"):
        read_volume(tmp_path)
    for name in (OTHER, "2", "test 2"):
        assert read_volume(tmp_path, series=name).values[0, 0, 0] == 1 - 1024
    for name in ("1.2.826", "nothing"):
        with pytest.raises(InputError, match="choose one with --series"):
            read_volume(tmp_path, series=name)


def test_a_single_file_is_no_scan(tmp_path, write_series, ramp):
    path = write_series(tmp_path, ramp)[0]
    with pytest.raises(InputError, match="name the folder"):
        read_volume(path)


def _moved(number, millimetres, axis=2):
    def change(n, dataset):
        if n == number:
            position = [float(x) for x in dataset.ImagePositionPatient]
            position[axis] += millimetres
            dataset.ImagePositionPatient = position

    return change


def _set(number, **tags):
    def change(n, dataset):
        if n == number:
            dataset.update(tags)

    return change


def _without(number, tag):
    def change(n, dataset):
        if n == number:
            delattr(dataset, tag)

    return change


def _smaller(number, dataset):
    if number == 2:
        dataset.Columns, dataset.PixelData = 4, dataset.PixelData[:32]


REFUSED = {
    "repeated": (_moved(3, -2.0), "1 of 6 slices repeat"),
    "far aside": (_moved(3, 90.0, axis=0), "wanders sideways"),
    "crooked": (
        lambda n, d: d.update({"ImageOrientationPatient": [1, 0, 0, 1, 0, 0]}),
        "perpendicular",
    ),
    "other spacing": (
        _set(1, PixelSpacing=[0.7, 0.9]),
        r"different pixel spacing in mm: 0\.7, 0\.8",
    ),
    "flat": (lambda n, d: d.update({"PixelSpacing": [0, 0.8]}), "not usable"),
    "infinite": (_set(2, ImagePositionPatient=["0", "0", "1e300"]), "slice002.*not usable"),
    "no position": (_without(4, "ImagePositionPatient"), "slice004.dcm lacks ImagePositionPatient"),
    "no orientation": (_without(0, "ImageOrientationPatient"), "lacks ImageOrientationPatient"),
}


ASIDE = {
    "turned": (_set(3, ImageOrientationPatient=[0, 1, 0, 0, 0, -1]), r"1@axial .*1@sagittal"),
    "crooked": (_set(0, ImageOrientationPatient=[1, 0, 0, 1, 0, 0]), r"1 image\).*5 images"),
    "other size": (_smaller, r"1@5x4 \(CT, test 1, 5 images\); 1@4x4 \(CT, test 1, 1 image\)"),
}


@pytest.mark.parametrize(("change", "message"), ASIDE.values(), ids=ASIDE.keys())
def test_a_single_odd_slice_is_not_lost_unseen(change, message, tmp_path, write_series, ramp):
    write_series(tmp_path, ramp, change=change)
    with pytest.raises(InputError, match=message):
        read_volume(tmp_path)


@pytest.mark.parametrize(("change", "message"), REFUSED.values(), ids=REFUSED.keys())
def test_geometry_that_is_no_grid_is_refused(change, message, tmp_path, write_series, ramp):
    write_series(tmp_path, ramp, change=change)
    with pytest.raises(GeometryError, match=message):
        read_volume(tmp_path)


@pytest.mark.parametrize(
    ("gone", "message"), [([2], "misses 1 slice:"), ([2, 3], "misses 2 slices:")]
)
def test_missing_slices_are_counted(gone, message, tmp_path, write_series, ramp):
    paths = write_series(tmp_path, ramp)
    for number in gone:
        paths[number].unlink()
    with pytest.raises(GeometryError, match=message):
        read_volume(tmp_path)


def test_one_slice_is_no_volume(tmp_path, write_series, ramp):
    write_series(tmp_path, ramp[:, :, :1])
    with pytest.raises(GeometryError, match="one slice only"):
        read_volume(tmp_path)


def test_rounding_of_positions_is_forgiven(tmp_path, write_series, ramp):
    write_series(tmp_path, ramp, change=_moved(3, 0.015))
    audit = read_volume(tmp_path).provenance.parameters["geometry"]
    assert audit["max_deviation_mm"] == pytest.approx(0.015, abs=1e-6)


def test_multiframe_and_colour_are_refused(tmp_path, write_series, ramp):
    write_series(tmp_path / "frames", ramp, change=lambda n, d: d.update({"NumberOfFrames": 6}))
    with pytest.raises(InputError, match="multi-frame"):
        read_volume(tmp_path / "frames")

    def colour(number, dataset):
        dataset.SamplesPerPixel, dataset.PhotometricInterpretation = 3, "RGB"
        dataset.PlanarConfiguration = 0
        dataset.BitsAllocated, dataset.BitsStored, dataset.HighBit = 8, 8, 7
        dataset.PixelData = bytes(60)

    write_series(tmp_path / "colour", ramp, change=colour)
    with pytest.raises(InputError, match="colour"):
        read_volume(tmp_path / "colour")
