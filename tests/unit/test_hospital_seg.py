"""Label maps go to the hospital as DICOM segmentations, and come back as they were."""

import shutil
import subprocess
from contextlib import suppress

import highdicom
import numpy as np
import pydicom
import pytest
from highdicom._standard_utils import check_required_attributes, get_iod_module_map
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydicom.sr._concepts_dict import concepts
from scipy.spatial.transform import Rotation

from heartwright.anatomy.imaging import read_labels, read_volume, write_labels
from heartwright.anatomy.imaging.hospital import read_origin, write_seg
from heartwright.anatomy.imaging.hospital.codes import _STRUCTURES, property_of
from heartwright.data import GeometryError, InputError, LabelMap, OutputError

NAMES = {7: "left atrium", 30: "heart_ventricle_left", 420: "Größe"}
CENTRE = np.array([10.0, 22.0, 130.0])  # of the patient's series


def label_map(affine=None, *, slices=30) -> LabelMap:
    """Three structures, one of them in two pieces with empty slices between."""
    values = np.zeros((50, 50, slices), np.uint16)
    values[10:20, 12:30, 3:6] = 7
    values[11:18, 12:30, slices - 4 : slices - 2] = 7
    values[30:41, 20, 4] = 30
    values[25, 25:28, 5] = 420
    if affine is None:
        affine = np.diag([0.8, 0.7, 2.0, 1.0])
        affine[:3, 3] = [-10, 5, 100]
    return LabelMap(values, affine, NAMES)


def places(labels: LabelMap) -> dict[str, set[tuple[int, ...]]]:
    """For each name, the places of its voxels, in hundredths of a millimetre."""
    found = {}
    for label in np.unique(labels.values[labels.values > 0]):
        points = labels.grid.to_lps(np.argwhere(labels.values == label).astype(float))
        rounded = np.rint(points * 100).astype(int)
        found[labels.names[int(label)]] = {tuple(point) for point in rounded.tolist()}
    return found


@pytest.fixture
def seg(tmp_path, patient_series):
    """Write a label map beside the patient's series; gives the file."""
    origin = read_origin(patient_series())

    def write(labels: LabelMap, name: str = "seg.dcm"):
        write_seg(labels, tmp_path / name, origin, force=True)
        return tmp_path / name

    return write


@pytest.mark.slow
@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    quaternion=st.lists(st.floats(-1, 1), min_size=4, max_size=4).filter(
        lambda q: np.linalg.norm(q) > 0.1
    ),
    spacing=st.lists(st.floats(0.3, 2.5), min_size=3, max_size=3),
    mirrored=st.booleans(),
)
def test_structures_keep_their_place_and_name(seg, quaternion, spacing, mirrored):
    affine = np.eye(4)
    affine[:3, :3] = Rotation.from_quat(quaternion).as_matrix() * spacing
    if mirrored:
        affine[:3, 2] *= -1
    affine[:3, 3] = CENTRE - affine[:3, :3] @ [25, 25, 6]
    labels = label_map(affine, slices=12)
    back = read_labels(seg(labels))
    assert places(back) == places(labels)
    np.testing.assert_allclose(np.sort(back.grid.spacing), np.sort(spacing), rtol=1e-9)
    assert np.linalg.det(back.affine) > 0


def test_labels_of_a_series_lie_on_its_slices(seg, patient_series):
    volume = read_volume(patient_series())
    labels = label_map(volume.affine, slices=12)
    path = seg(labels)
    back = read_labels(path)
    step = volume.grid.to_index(back.grid.to_lps(np.zeros(3)))
    np.testing.assert_allclose(step, [0, 0, 2], atol=1e-9)  # one empty slice before the first
    assert back.values.shape == (50, 50, 9)
    frame = pydicom.dcmread(path).PerFrameFunctionalGroupsSequence[0]
    assert frame.DerivationImageSequence[0].SourceImageSequence[0].ReferencedSOPInstanceUID


def test_other_readers_see_the_same(seg):
    path = seg(label_map())
    found = highdicom.seg.segread(path)
    assert [item.SegmentLabel for item in found.SegmentSequence] == list(NAMES.values())
    assert [int(item.SegmentNumber) for item in found.SegmentSequence] == [1, 2, 3]
    meanings = [item.SegmentedPropertyTypeCodeSequence[0] for item in found.SegmentSequence]
    assert [code.CodeValue for code in meanings] == ["82471001", "87878005", "85756007"]
    assert int(found.NumberOfFrames) == 5 + 1 + 1  # frames without a voxel are left out
    for module in get_iod_module_map()["segmentation"]:
        if module["usage"] == "M" and "functional-groups" not in module["key"]:
            check_required_attributes(found, module["key"])
    dcmdump = shutil.which("dcmdump")
    if dcmdump is None:
        pytest.skip("dcmdump (Debian package dcmtk) is not installed; highdicom was asked alone")
    said = subprocess.run([dcmdump, "-q", path], capture_output=True, check=True, text=True)
    assert "=SegmentationStorage" in said.stdout
    assert "[left atrium]" in said.stdout
    assert "error" not in said.stderr.lower()


def test_the_patient_goes_along_and_nothing_private(seg):
    dataset = pydicom.dcmread(seg(label_map()))
    assert str(dataset.PatientName) == "Müller^Jörg"
    assert (dataset.PatientID, dataset.AccessionNumber) == ("4711", "A1")
    assert (dataset.StudyInstanceUID, dataset.FrameOfReferenceUID) == ("1.2.3", "1.2.3.4")
    assert not any(element.tag.is_private for element in dataset.iterall())


def test_a_deidentified_series_gives_a_deidentified_file(tmp_path, patient_series):
    def removed(number, dataset):
        dataset.PatientName, dataset.PatientID = "Nobody", "pseudonym"
        dataset.PatientIdentityRemoved, dataset.DeidentificationMethod = "YES", "PS3.15"

    origin = read_origin(patient_series(change=removed))
    assert not origin.identified
    write_seg(label_map(), tmp_path / "seg.dcm", origin)
    dataset = pydicom.dcmread(tmp_path / "seg.dcm")
    assert (dataset.PatientIdentityRemoved, dataset.DeidentificationMethod) == ("YES", "PS3.15")
    assert "Müller".encode() not in (tmp_path / "seg.dcm").read_bytes()


def test_the_same_input_gives_the_same_bytes(seg, monkeypatch):
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1000000000")
    first = seg(label_map(), "a.dcm")
    assert seg(label_map(), "b.dcm").read_bytes() == first.read_bytes()
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1000000001")  # another time is another instance
    later = seg(label_map(), "c.dcm")
    assert pydicom.dcmread(later).SOPInstanceUID != pydicom.dcmread(first).SOPInstanceUID


@pytest.mark.slow
def test_multi_frame_series_take_segmentations_too(tmp_path, patient_series):
    def told(number, dataset):
        for keyword in ("StudyTime", "StudyID", "Manufacturer", "ReferringPhysicianName"):
            setattr(dataset, keyword, "")
        dataset.InstanceNumber, dataset.KVP = number + 1, 120

    files = sorted(patient_series(change=told).iterdir())
    enhanced = highdicom.legacy.LegacyConvertedEnhancedCTImage(
        [pydicom.dcmread(file) for file in files],
        series_instance_uid="1.2.3.5",
        series_number=5,
        sop_instance_uid="1.2.3.6",
        instance_number=1,
    )
    enhanced.save_as(tmp_path / "enhanced.dcm")
    origin = read_origin(tmp_path / "enhanced.dcm")
    affine = np.eye(4)
    affine[:3, :3] = Rotation.from_euler("xyz", [20, -30, 10], degrees=True).as_matrix() * 0.7
    affine[:3, 3] = CENTRE - affine[:3, :3] @ [25, 25, 6]
    labels = label_map(affine, slices=12)
    write_seg(labels, tmp_path / "seg.dcm", origin)
    assert places(read_labels(tmp_path / "seg.dcm")) == places(labels)


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["BINARY", "LABELMAP"])
def test_both_kinds_of_segmentation_are_read(kind, tmp_path, patient_series, seg):
    path = seg(label_map())
    found = highdicom.seg.segread(path)
    sources = [pydicom.dcmread(file) for file in sorted(patient_series().iterdir())]
    for source in sources:
        source.StudyID = source.StudyTime = ""
    again = highdicom.seg.Segmentation(
        source_images=sources,
        pixel_array=found.get_volume(combine_segments=True),
        segmentation_type=kind,
        segment_descriptions=list(found.SegmentSequence),
        series_instance_uid="1.2.9",
        series_number=9,
        sop_instance_uid="1.2.10",
        instance_number=1,
        manufacturer="other",
        manufacturer_model_name="other",
        software_versions="1",
        device_serial_number="1",
    )
    other = patient_series("other")
    again.save_as(other / "other.dcm")
    assert places(read_labels(other / "other.dcm")) == places(label_map())
    assert read_volume(other).values.shape == (50, 50, 12)  # and is no part of the scan


def test_a_file_of_overlapping_segments_is_refused(tmp_path, seg):
    dataset = pydicom.dcmread(seg(label_map()))
    dataset.PixelData = b"\xff" * len(dataset.PixelData)
    dataset.save_as(tmp_path / "overlap.dcm")
    with pytest.raises(InputError, match="overlap"):
        read_labels(tmp_path / "overlap.dcm")


def test_frames_far_apart_are_refused(tmp_path, seg):
    dataset = pydicom.dcmread(seg(label_map()))
    frame = dataset.PerFrameFunctionalGroupsSequence[0]
    frame.PlanePositionSequence[0].ImagePositionPatient[2] += 2e6
    dataset.save_as(tmp_path / "far.dcm")
    with pytest.raises((GeometryError, InputError)):
        read_labels(tmp_path / "far.dcm")


def test_shares_of_voxels_are_refused(tmp_path, seg):
    dataset = pydicom.dcmread(seg(label_map()))
    dataset.SegmentationType = "FRACTIONAL"
    dataset.SegmentationFractionalType, dataset.MaximumFractionalValue = "PROBABILITY", 255
    dataset.BitsAllocated = dataset.BitsStored = 8
    dataset.HighBit = 7
    pixels = dataset.Rows * dataset.Columns * int(dataset.NumberOfFrames)
    dataset.PixelData = bytes(pixels + pixels % 2)
    dataset.save_as(tmp_path / "shares.dcm")
    with pytest.raises(InputError, match="shares of voxels"):
        read_labels(tmp_path / "shares.dcm")


def test_what_cannot_be_written_is_refused(tmp_path, seg, patient_series):
    labels = label_map()
    empty = LabelMap(np.zeros_like(labels.values), labels.affine)
    with pytest.raises(InputError, match="empty"):
        seg(empty)
    skewed = labels.affine.copy()
    skewed[0, 2] = 0.5
    with pytest.raises(GeometryError, match="not perpendicular"):
        seg(label_map(skewed))
    elsewhere = labels.affine.copy()
    elsewhere[:2, 3] += 500
    with pytest.raises(GeometryError, match="lies beside the slices"):
        seg(label_map(elsewhere))
    origin = read_origin(patient_series())
    with pytest.raises(OutputError, match="exists already"):
        write_seg(labels, seg(labels), origin)


def test_a_series_robbed_of_its_identifiers_gets_others(tmp_path, patient_series):
    def robbed(number, dataset):
        dataset.StudyInstanceUID = dataset.SOPInstanceUID = ""
        del dataset.FrameOfReferenceUID

    origin = read_origin(patient_series(change=robbed))
    assert origin.lost == ("StudyInstanceUID", "FrameOfReferenceUID")
    write_seg(label_map(), tmp_path / "seg.dcm", origin)
    dataset = pydicom.dcmread(tmp_path / "seg.dcm")
    assert dataset.StudyInstanceUID.startswith("2.25.")
    assert dataset.StudyInstanceUID != dataset.FrameOfReferenceUID
    again = read_origin(tmp_path / "ct")
    assert again.first.StudyInstanceUID == dataset.StudyInstanceUID


@pytest.mark.parametrize("ending", [".seg.nrrd", ".nii", ".nii.gz"])
def test_names_survive_other_formats(ending, tmp_path):
    write_labels(label_map(), tmp_path / f"labels{ending}")
    assert places(read_labels(tmp_path / f"labels{ending}")) == places(label_map())


def test_a_folder_without_images_is_refused(tmp_path):
    with pytest.raises(InputError, match="holds no DICOM images"):
        read_origin(tmp_path)


@pytest.mark.slow
@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_damaged_files_end_in_a_sentence(tmp_path, seg, data):
    path = tmp_path / "seg.dcm"
    whole = path.read_bytes() if path.exists() else seg(label_map()).read_bytes()
    place = data.draw(st.integers(140, len(whole) - 1))
    broken = tmp_path / "broken.dcm"
    if data.draw(st.booleans()):
        broken.write_bytes(whole[:place])
    else:
        broken.write_bytes(whole[:place] + bytes([whole[place] ^ 0xFF]) + whole[place + 1 :])
    with suppress(InputError, GeometryError):  # and nothing else
        read_labels(broken)


def test_every_code_is_one_of_the_standard_s():
    known = {code for codes in concepts["SCT"].values() for code in codes}
    for what in _STRUCTURES.values():
        assert {what.code, what.category[0]} <= known


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("left atrium", "82471001"),
        ("Left_Atrium", "82471001"),
        ("heart_atrium_left", "82471001"),
        ("LAA", "33626005"),
        ("atrial_appendage_left", "33626005"),
        ("heart", "80891009"),
        ("heart_ventricle_right", "53085002"),
        ("Aorta", "15825003"),
        ("something else", "85756007"),
        ("", "85756007"),
    ],
)
def test_names_tell_the_structure(name, code):
    assert property_of(name).code == code
