"""A plan's structured report: codes against pydicom's dictionary, numbers read back by others."""

import shutil
import subprocess

import numpy as np
import pytest

from heartwright.anatomy.imaging.hospital import Group, Measured, read_origin, read_sr, write_sr
from heartwright.anatomy.imaging.hospital.structural_heart import (
    AORTIC_ANNULUS,
    AORTIC_ROOT,
    APPENDAGE,
    APPENDAGE_OSTIUM,
    OUR_SCHEME,
    QUANTITIES,
    UNITS,
)
from heartwright.data import RESEARCH_ONLY, GeometryError, InputError

SITES = (APPENDAGE, APPENDAGE_OSTIUM, AORTIC_ROOT, AORTIC_ANNULUS)
NEWER = {  # PS3.16 2025, CID 12334, 12338, 12339: pydicom 3.0 ends before them
    *(("DCM", str(n)) for n in (131120, 131143, 131144, 131145, 131148, 131149, 131166, 131169)),
    *(("DCM", str(n)) for n in (131221, 131222, 131223, 131224, 131225)),
    ("UMLS", "C2059685"),
    ("UMLS", "C2059455"),
}
OSTIUM = Group(
    "ostium",
    APPENDAGE_OSTIUM,
    (
        Measured("ostium_greatest_diameter", 23.16284, "mm", 1.02),
        Measured("ostium_area", 319.2, "mm²", 32.4),
        Measured("lao", -30.0, "°"),
    ),
    "Found by three given points.",
    (1.0, 2.0, 3.0),
)


@pytest.fixture(scope="module")
def dictionary() -> dict[tuple[str, str], set[str]]:
    """Scheme and value → the meanings that pydicom knows, in lower case."""
    from pydicom.sr._concepts_dict import concepts

    known: dict[tuple[str, str], set[str]] = {}
    for scheme, entries in concepts.items():
        for codes in entries.values():
            for value, (meaning, _) in codes.items():
                known.setdefault((scheme, value), set()).add(meaning.lower())
    return known


@pytest.fixture
def origin(tmp_path):
    """A series of four slices."""
    from pydicom import Dataset
    from pydicom.dataset import FileMetaDataset
    from pydicom.uid import CTImageStorage, ExplicitVRLittleEndian

    for number in range(4):
        slice_ = Dataset()
        slice_.file_meta = FileMetaDataset()
        slice_.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
        slice_.file_meta.MediaStorageSOPClassUID = slice_.SOPClassUID = CTImageStorage
        uid = f"2.25.1{number}"
        slice_.file_meta.MediaStorageSOPInstanceUID = slice_.SOPInstanceUID = uid
        slice_.StudyInstanceUID, slice_.SeriesInstanceUID = "2.25.2", "2.25.3"
        slice_.FrameOfReferenceUID, slice_.Modality, slice_.SeriesNumber = "2.25.4", "CT", 5
        slice_.PatientName, slice_.PatientID = "Roe^Richard", "4711"
        slice_.Rows = slice_.Columns = 8
        slice_.PixelSpacing, slice_.ImageOrientationPatient = [5, 5], [1, 0, 0, 0, 1, 0]
        slice_.ImagePositionPatient = [-20, -20, 5 * number]
        slice_.save_as(tmp_path / f"{number}.dcm", enforce_file_format=True)
    return read_origin(tmp_path)


@pytest.fixture
def written(origin, tmp_path):
    path = tmp_path / "plan.sr.dcm"
    write_sr([OSTIUM], ["The phase is not known."], path, origin)
    return path


def test_standard_codes_are_those_of_pydicom_s_dictionary(dictionary):
    standard = [code for code in (*QUANTITIES.values(), *SITES) if code[1] != OUR_SCHEME]
    unknown = {(scheme, value) for value, scheme, _ in standard} - dictionary.keys()
    assert unknown <= NEWER  # when pydicom learns them, the lines below hold them against it
    for value, scheme, meaning in standard:
        assert meaning.lower() in dictionary.get((scheme, value), {meaning.lower()})
    assert {("UCUM", value) for value, _, _ in UNITS.values()} <= dictionary.keys()


def test_codes_fit_their_fields_and_are_told_apart():
    codes = list(QUANTITIES.values())
    assert len({code[:2] for code in codes}) == len({code[2] for code in codes}) == len(codes)
    assert all(len(value) <= 16 and len(meaning) <= 64 for value, _, meaning in codes)  # SH, LO
    assert len(OUR_SCHEME) <= 16


def test_numbers_come_back_with_unit_and_uncertainty(written):
    found = read_sr(written)
    assert [each.quantity for each in found] == [QUANTITIES[m.name] for m in OSTIUM.measures]
    assert [each.unit for each in found] == ["mm", "mm2", "deg"]
    np.testing.assert_allclose([e.value for e in found], [23.1628, 319.2, -30], atol=1e-4)
    assert [each.uncertainty for each in found] == [1.02, 32.4, None]
    assert {each.group for each in found} == {"ostium"}


def test_the_document_belongs_to_its_series_and_says_what_it_is(written, origin):
    from pydicom import dcmread

    made = dcmread(written)
    assert made.SOPClassUID.name == "Comprehensive 3D SR Storage"
    assert (made.StudyInstanceUID, made.PatientName) == ("2.25.2", "Roe^Richard")
    assert (made.VerificationFlag, made.PreliminaryFlag) == ("UNVERIFIED", "PRELIMINARY")
    assert "FrameOfReferenceUID" not in made
    evidence = made.CurrentRequestedProcedureEvidenceSequence[0].ReferencedSeriesSequence[0]
    assert len(evidence.ReferencedSOPSequence) == len(origin.headers)
    texts = {item.TextValue for item in made.ContentSequence if "TextValue" in item}
    assert {RESEARCH_ONLY, "The phase is not known.", "heartwright"} <= texts


def test_another_toolkit_reads_the_document(written):
    program = shutil.which("dsrdump")
    if program is None:
        pytest.skip("dcmtk is not installed")
    told = subprocess.run(
        [program, "--print-all-codes", "--print-long-values", written],
        capture_output=True,
        text=True,
        check=True,
    )
    assert "E:" not in told.stderr
    assert 'NUM:(131223,DCM,"Left atrial appendage major axis")="23.1628"' in told.stdout
    assert "SCOORD3D" in told.stdout
    assert RESEARCH_ONLY in told.stdout


def test_what_cannot_be_a_plan_of_this_series_is_refused(origin, tmp_path):
    far = Group("ostium", APPENDAGE_OSTIUM, OSTIUM.measures, "", (900.0, 0.0, 0.0))
    with pytest.raises(GeometryError, match="the plan lies beside the slices"):
        write_sr([far], [], tmp_path / "a.dcm", origin)
    with pytest.raises(InputError, match="holds no measure"):
        write_sr([], [], tmp_path / "a.dcm", origin)
    with pytest.raises(InputError, match="is no structured report"):
        read_sr(tmp_path / "0.dcm")
