"""Whatever is broken about a scan, the person gets one sentence, never a traceback or NaN."""

import os
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydicom import dcmread
from pydicom.encaps import encapsulate
from pydicom.uid import UID, HTJ2KLossless, JPEGExtended12Bit

from heartwright.anatomy.imaging import read_labels, read_volume, write_labels, write_volume
from heartwright.anatomy.imaging.identity import Key, deidentify_folder
from heartwright.data import HeartwrightError, LabelMap, Volume

ENDINGS = [".nii", ".nii.gz", ".nrrd"]
FUZZ = settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
LIBRARY_TALK = ("Traceback", "Error:", "Exception", "nibabel", "nrrd.", "pydicom", "gdcm")


def assert_one_sentence(path: Path, read=read_volume) -> None:
    with pytest.raises(HeartwrightError) as caught:
        read(path)
    _assert_sentence(str(caught.value), path)


def _assert_sentence(message: str, path: Path) -> None:
    assert "\n" not in message
    assert message.endswith(".")
    assert not any(talk in message.replace(str(path), "") for talk in LIBRARY_TALK)


def _read_or_say(path: Path) -> None:
    """Both doors give sound values or one sentence."""
    for read in (read_volume, read_labels):
        try:
            image = read(path)
        except HeartwrightError as error:
            _assert_sentence(str(error), path)
        else:
            assert np.isfinite(image.values).all()
            assert np.isfinite(image.affine).all()


@pytest.fixture
def scan():
    values = np.random.default_rng(0).integers(-1000, 1000, (6, 5, 4)).astype(np.int16)
    return Volume(values, np.diag([0.5, 0.6, 0.7, 1.0]))


@pytest.mark.parametrize("ending", ENDINGS)
@pytest.mark.parametrize("share", [0.0, 0.01, 0.3, 0.6, 0.95])
def test_cut_files(ending, share, tmp_path, scan):
    path = tmp_path / f"v{ending}"
    write_volume(scan, path)
    os.truncate(path, int(share * path.stat().st_size))
    assert_one_sentence(path)
    assert_one_sentence(path, read_labels)


@pytest.mark.parametrize("ending", ENDINGS)
@FUZZ
@given(data=st.data())
def test_files_with_wrong_bytes(ending, tmp_path, scan, data):
    labels = LabelMap(np.abs(scan.values).astype(np.int32) % 3, scan.affine, {1: "a"})
    path = tmp_path / f"v{ending}"
    write_labels(labels, path, force=True)
    _corrupt(path, data)
    _read_or_say(path)


def _corrupt(path: Path, data) -> None:
    content = bytearray(path.read_bytes())
    places = st.integers(0, 2**16)  # the length varies with the UIDs' own
    for place, byte in data.draw(st.lists(st.tuples(places, st.integers(0, 255)), min_size=1)):
        content[place % len(content)] = byte
    path.write_bytes(content)


@pytest.mark.parametrize("ending", [*ENDINGS, ".nhdr"])
@pytest.mark.parametrize("content", [b"this is a text\n" * 40, b"\0" * 1000, b"NRRD0005\n\n"])
def test_other_things_under_a_scan_s_name(ending, content, tmp_path):
    path = tmp_path / f"v{ending}"
    path.write_bytes(content)
    assert_one_sentence(path)
    assert_one_sentence(path, read_labels)


def test_nothing_there(tmp_path):
    for name in ("missing.nii.gz", "missing", "missing.nrrd"):
        assert_one_sentence(tmp_path / name)
    assert_one_sentence(tmp_path)  # an empty folder
    assert_one_sentence(tmp_path, read_labels)
    (tmp_path / "folder.nrrd").mkdir()
    assert_one_sentence(tmp_path / "folder.nrrd", read_labels)


HOSTILE = {
    "enormous": "sizes: 100000 100000 100000",
    "negative": "sizes: -2 2 2",
    "empty": "sizes: 0 2 2",
    "one axis": "sizes: 8",
    "words": "sizes: many more still",
    "endless skip": "sizes: 2 2 2\nline skip: 999999999999",
    "backward skip": "sizes: 2 2 2\nbyte skip: -99",
    "no directions": "sizes: 2 2 2\nspace directions: none none none",
    "other encoding": "sizes: 2 2 2\nencoding: hex",
    "twice": "sizes: 2 2 2\nsizes: 2 2 2",
    "no colon": "sizes: 2 2 2\nsomething",
}


@pytest.mark.parametrize("line", HOSTILE.values(), ids=HOSTILE.keys())
def test_hostile_nrrd_headers(line, tmp_path):
    fields = {
        "type": "uint8",
        "dimension": "3",
        "space": "left-posterior-superior",
        "space directions": "(1,0,0) (0,1,0) (0,0,1)",
        "encoding": "raw",
        "space origin": "(0,0,0)",
    }
    kept = [f"{key}: {value}" for key, value in fields.items() if f"{key}:" not in line]
    path = tmp_path / "v.nrrd"
    path.write_bytes("\n".join(["NRRD0004", *kept, line, "", ""]).encode() + bytes(8))
    assert_one_sentence(path)


def test_a_nifti_header_that_claims_too_much(tmp_path, scan):
    path = tmp_path / "v.nii"
    write_volume(scan, path)
    content = bytearray(path.read_bytes())
    content[42:48] = np.full(3, 32767, "<i2").tobytes()  # dim[1:4]
    path.write_bytes(content)
    assert_one_sentence(path)


@pytest.mark.parametrize("cut", [0, 50, 131, 140, 300, 500, 700, -30, -1])
def test_cut_dicom(cut, tmp_path, write_series, ramp):
    path = write_series(tmp_path, ramp)[3]
    size = path.stat().st_size
    os.truncate(path, cut if cut >= 0 else size + cut)
    assert_one_sentence(tmp_path)
    with pytest.raises(HeartwrightError, match=r"slice003.dcm is not a complete DICOM file"):
        read_volume(tmp_path)


@pytest.mark.parametrize("syntax", ["RLE", "JPEG2000Lossless", "JPEGLSLossless"])
@pytest.mark.parametrize("share", [0.5, 0.8, 0.97])
def test_cut_compressed_dicom(syntax, share, tmp_path, write_series):
    noise = np.random.default_rng(3).integers(0, 4000, (48, 40, 3))
    paths = write_series(tmp_path, noise)
    for path in paths:
        _compress(path, syntax)
    os.truncate(paths[1], int(share * paths[1].stat().st_size))
    assert_one_sentence(tmp_path)


def _compress(path: Path, syntax: str) -> None:
    import gdcm

    reader = gdcm.ImageReader()
    reader.SetFileName(str(path))
    assert reader.Read()
    change = gdcm.ImageChangeTransferSyntax()
    name = {"RLE": "RLELossless"}.get(syntax, syntax)
    change.SetTransferSyntax(gdcm.TransferSyntax(getattr(gdcm.TransferSyntax, name)))
    change.SetInput(reader.GetImage())
    assert change.Change()
    writer = gdcm.ImageWriter()
    writer.SetFile(reader.GetFile())
    writer.SetImage(change.GetOutput())
    writer.SetFileName(str(path))
    assert writer.Write()


@FUZZ
@given(data=st.data())
def test_dicom_with_wrong_bytes(tmp_path, write_series, ramp, data):
    path = data.draw(st.sampled_from(write_series(tmp_path, ramp[:, :, :3])))
    _corrupt(path, data)
    try:
        volume = read_volume(tmp_path)
    except HeartwrightError as error:
        _assert_sentence(str(error), path)
    else:
        assert np.isfinite(volume.affine).all()


@FUZZ
@given(data=st.data())
def test_de_identifying_wrong_bytes(tmp_path, write_series, data):
    """A damaged file is written without its patient, or refused; never a traceback or a hang."""
    values = np.arange(5 * 4 * 1).reshape(5, 4, 1)
    change = lambda n, d: d.update({"PatientName": "Rosalind", "PatientComments": "Rosalind"})  # noqa: E731
    (path,) = write_series(tmp_path / "in", values, change=change)
    _corrupt(path, data)
    with TemporaryDirectory(dir=tmp_path) as out:
        try:
            tally = deidentify_folder(tmp_path / "in", Path(out), Key(bytes(16)))
        except HeartwrightError as error:
            _assert_sentence(str(error), path)
        else:
            assert tally.series.total() == 1
            (written,) = Path(out).rglob("*.dcm")
            assert b"Rosalind" not in written.read_bytes()


@pytest.mark.parametrize("cut", [0, 50, 131, 140, 300, 500, 700, -30, -1])
def test_de_identifying_cut_files(cut, tmp_path, write_series, ramp):
    path = write_series(tmp_path / "in", ramp[:, :, :1])[0]
    os.truncate(path, cut if cut >= 0 else path.stat().st_size + cut)
    with pytest.raises(HeartwrightError, match=r"slice000.dcm is not a complete DICOM file"):
        deidentify_folder(tmp_path / "in", tmp_path / "out", Key(bytes(16)))


@pytest.mark.parametrize("syntax", ["RLE", "JPEG2000Lossless", "JPEGLSLossless"])
@settings(FUZZ, max_examples=15)
@given(data=st.data())
def test_compressed_dicom_with_wrong_bytes(syntax, tmp_path, write_series, data):
    """In the streams' own headers, where GDCM would end the process over impossible bits."""
    noise = np.random.default_rng(3).integers(0, 4000, (16, 12, 2))
    path = write_series(tmp_path, noise)[1]
    _compress(path, syntax)
    content = bytearray(path.read_bytes())
    start = content.rindex(b"\xe0\x7f\x10\x00")
    for place in data.draw(st.lists(st.integers(0, 80), min_size=1, max_size=3)):
        content[start + place] = data.draw(st.integers(0, 255))
    path.write_bytes(content)
    try:
        read_volume(tmp_path)
    except HeartwrightError as error:
        _assert_sentence(str(error), tmp_path)


@pytest.mark.parametrize(
    ("syntax", "lead", "bits"),
    [
        ("JPEG2000Lossless", b"\xff\x4f\xff\x51", 39),  # less one, as the stream has it
        ("JPEG2000Lossless", b"\xff\x4f\xff\x51", 255),
        ("JPEGLSLossless", b"\xff\xf7", 0),
        ("JPEGLSLossless", b"\xff\xf7", 40),
    ],
)
def test_streams_that_claim_impossible_bits(syntax, lead, bits, tmp_path, write_series):
    path = write_series(tmp_path, np.ones((16, 12, 2), dtype=int))[1]
    _compress(path, syntax)
    content = bytearray(path.read_bytes())
    content[content.index(lead) + (4 if syntax == "JPEGLSLossless" else 42)] = bits
    path.write_bytes(content)
    assert_one_sentence(tmp_path)


@pytest.mark.parametrize("syntax", ["1.2.3.4", HTJ2KLossless, JPEGExtended12Bit])
def test_a_compression_that_is_not_read(syntax, tmp_path, write_series, ramp):
    path = write_series(tmp_path, ramp)[2]
    dataset = dcmread(path)
    dataset.file_meta.TransferSyntaxUID = UID(syntax)
    dataset.PixelData = encapsulate([bytes(64)])
    dataset["PixelData"].VR = "OB"
    dataset.save_as(path, implicit_vr=False, little_endian=True)
    with pytest.raises(HeartwrightError, match=r"is compressed as .*; export it uncompressed"):
        read_volume(tmp_path)


def test_mixed_series(tmp_path, write_series, ramp):
    write_series(tmp_path, ramp)
    write_series(tmp_path, ramp, uid="1.2.826.0.1.3680043.8.498.2", prefix="other")
    assert_one_sentence(tmp_path)


def test_a_closed_file(tmp_path, scan):
    path = tmp_path / "v.nrrd"
    write_volume(scan, path)
    path.chmod(0)
    if os.access(path, os.R_OK):
        pytest.skip("this user may read everything")
    assert_one_sentence(path)
