"""Markers planted in every text of a series, and in its names: none comes out of any verb."""

import gzip
import json
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from pydicom import Dataset, dcmread
from pydicom.datadict import DicomDictionary, tag_for_keyword

from heartwright.anatomy.imaging import read_volume, write_volume
from heartwright.cli.app import run
from heartwright.data.provenance import token

WORD = "ZQ{}X"
PLANTED = {
    "UI": "1.2.826.0.4711.{}",
    "DA": "19230704",
    "DT": "19230704101112.131415",
    "TM": "101112.131415",
    "AS": "087Y",
    "OB": b"ZQ0X",
    "UN": b"ZQ0X",
    **dict.fromkeys(("AE", "CS", "LO", "LT", "PN", "SH", "ST", "UC", "UR", "UT"), WORD),
}
MARKERS = re.compile(
    rb"ZQ\d+X|1\.2\.826\.0\.4711|19230704|101112\.131415|087Y|ROSALIND|quuxley", re.IGNORECASE
)
KEPT = {  # what says how an image is read, and cannot be anything
    "Modality",
    "SOPClassUID",
    "PhotometricInterpretation",
    "SpecificCharacterSet",
    "BurnedInAnnotation",
    "ModalityLUTSequence",
    "PixelData",
    "PerFrameFunctionalGroupsSequence",
    "SharedFunctionalGroupsSequence",
}


def attributes() -> Iterator[tuple[int, str, str]]:
    """Tag, representation and keyword of every attribute of the standard but the kept."""
    for tag, (kinds, _, _, _, keyword) in DicomDictionary.items():
        if tag >> 16 not in {0, 2, 4, 0xFFFE} and keyword not in KEPT:
            yield tag, kinds.split(" or ")[0], keyword


def plant(dataset: Dataset) -> None:
    """A marker in every text; in every sequence an item with texts, private ones, and a deeper."""
    for number, (tag, kind, _) in enumerate(attributes()):
        if kind == "SQ":
            below = [_item(number)] if number % 50 == 0 else []
            dataset.add_new(tag, kind, [_item(number, *below)])
        elif kind in PLANTED:
            marker = PLANTED[kind]
            dataset.add_new(tag, kind, marker if kind in "OBUN" else marker.format(number))
    _plant_outside(dataset)


def _item(number: int, *below: Dataset) -> Dataset:
    item = Dataset()
    item.add_new(0x00080102, "SH", WORD.format(number))
    item.add_new(0x00081155, "UI", PLANTED["UI"].format(number))
    item.add_new(0x00100010, "PN", WORD.format(number))
    item.add_new(0x00110010, "LO", "ZQ1X")
    item.add_new(0x00111001, "LO", "ZQ2X")
    if below:
        item.add_new(0x00081140, "SQ", list(below))
    return item


def _plant_outside(dataset: Dataset) -> None:
    """Private groups, overlays, curves, and what precedes and follows the dataset."""
    for group in (0x0009, 0x0029, 0x7FE1):
        dataset.private_block(group, "ZQ1X", create=True).add_new(1, "LO", "ZQ3X")
    dataset.add_new(0x60003000, "OW", b"ZQ4X")
    dataset.add_new(0x60000022, "LO", "ZQ5X")
    dataset.add_new(0x50003000, "OW", b"ZQ6X")
    dataset.add_new(0xFFFCFFFC, "OB", b"ZQ7X")
    dataset.preamble = b"ZQ8X".ljust(128)
    dataset.file_meta.SourceApplicationEntityTitle = "ZQ9X"
    dataset.file_meta.PrivateInformationCreatorUID = "1.2.826.0.4711.9"
    dataset.file_meta.PrivateInformation = b"ZQ9X"


def ball() -> np.ndarray:
    """Stored numbers of a contrast-filled ball, 9 mm wide, in soft tissue."""
    i, j, k = np.indices((26, 28, 14))
    mm = np.stack([(i - 12.5) * 0.8, (j - 13.5) * 0.7, (k - 6.5) * 2.0])
    return np.where(np.linalg.norm(mm, axis=0) < 7.5, 1424, 1064)


def written(folder: Path) -> Iterator[bytes]:
    """Names and bytes of all files, and what is packed inside."""
    for path in folder.rglob("*"):
        yield str(path.relative_to(folder)).encode()
        if path.is_file():
            yield from unpacked(path.read_bytes(), path)


def unpacked(data: bytes, path: Path) -> Iterator[bytes]:
    yield data
    if zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as archive:
            yield from (archive.read(name) for name in archive.namelist())
    for start in (0, data.find(b"\n\n") + 2):
        if data[start : start + 2] == b"\x1f\x8b":
            yield gzip.decompress(data[start:])


def assert_clean(folder: Path) -> None:
    found = {match.group() for data in written(folder) for match in MARKERS.finditer(data)}
    assert not found


@pytest.fixture(scope="module")
def planted(tmp_path_factory):
    """A file that is named after the patient, in a folder that is, too."""
    from pydicom.dataset import FileMetaDataset
    from pydicom.uid import CTImageStorage, ExplicitVRLittleEndian

    folder = tmp_path_factory.mktemp("planted") / "ROSALIND^ZQ10X"
    folder.mkdir()
    dataset = Dataset()
    plain = {"SOPClassUID": CTImageStorage, "Modality": "CT", "BitsAllocated": 16}
    dataset.file_meta = FileMetaDataset()
    dataset.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    dataset.file_meta.MediaStorageSOPClassUID = CTImageStorage
    plant(dataset)
    dataset.update(plain | {"BitsStored": 12, "HighBit": 11, "PixelRepresentation": 0})
    dataset.update({"Rows": 4, "Columns": 5, "SamplesPerPixel": 1, "InstanceNumber": 1})
    dataset.PhotometricInterpretation = "MONOCHROME2"
    dataset.PixelData = np.arange(20, dtype="<u2").tobytes() + b"ZQ11X "
    dataset["PixelData"].VR = "OW"
    dataset.file_meta.MediaStorageSOPInstanceUID = dataset.SOPInstanceUID
    dataset.save_as(folder / "quuxley.dcm", enforce_file_format=True)
    return folder


def test_no_marker_survives_de_identification(planted, tmp_path, capsys):
    out, key = tmp_path / "out", tmp_path / "key"
    key.write_text("a secret of the project")
    assert run(["deidentify", str(planted), "-o", str(out), "--key", str(key), "--json"]) == 0
    result = json.loads(capsys.readouterr().out)
    assert (result["images"], result["series"], result["refused"]) == (1, 1, [])
    assert_clean(out)
    (file,) = out.rglob("*.dcm")
    assert dcmread(file).PixelData == np.arange(20, dtype="<u2").tobytes()


@pytest.mark.slow
def test_moved_dates_are_other_dates(planted, tmp_path):
    out, key = tmp_path / "out", tmp_path / "key"
    key.write_text("a secret of the project")
    asked = ["deidentify", planted, "-o", out, "--key", key, "--shift-dates"]
    assert run([str(word) for word in asked]) == 0
    (file,) = out.rglob("*.dcm")
    left = {match.group() for match in MARKERS.finditer(file.read_bytes())}
    assert left == {b"101112.131415"}  # the time of day, of another day


def test_the_markers_are_where_they_would_be_found(planted):
    found = {match.group() for data in written(planted.parent) for match in MARKERS.finditer(data)}
    texts = [kind for _, kind, _ in attributes() if kind in PLANTED]
    assert len(found) > len(texts) / 2 > 900
    assert found >= {b"ROSALIND", b"quuxley", *(b"ZQ%dX" % n for n in range(12))}
    assert tag_for_keyword("PatientName") in {tag for tag, _, _ in attributes()}


@pytest.fixture
def heart(tmp_path, write_series):
    """A ball to be segmented, in a folder that is named after the patient, every text planted."""
    folder = tmp_path / "ROSALIND^ZQ10X"

    def change(number: int, dataset: Dataset) -> None:
        dataset.update({"PatientName": "Quuxley^Rosalind", "PatientID": "ZQ4711X"})
        for keyword in ("SeriesDescription", "ScanOptions", "ConvolutionKernel", "StackID"):
            setattr(dataset, keyword, "QUUXLEY")
        dataset.update({"ImageType": ["ORIGINAL", "ROSALIND"], "StudyDate": "19230704"})
        dataset.StudyInstanceUID = dataset.FrameOfReferenceUID = "1.2.826.0.4711.1"

    write_series(folder, ball(), change=change, prefix="quuxley", uid="1.2.826.0.4711.3")
    other = lambda n, d: [change(n, d), d.update({"ImageType": ["DERIVED", "QUUXLEY"]})]  # noqa: E731
    write_series(folder, ball(), change=other, prefix="zq1x", uid="1.2.826.0.4711.4")
    return folder


@pytest.mark.slow
def test_no_verb_writes_what_it_reads_of_a_patient(heart, tmp_path, capsys):
    out, named = tmp_path / "out", tmp_path / "quuxley"
    out.mkdir()
    named.mkdir()
    centre = "0,14.45,113"
    face = f"{centre},0,0,1"
    labels, solid, shell = named / "rosalind.nrrd", named / "rosalind.3mf", named / "ZQ1X.stl"
    verbs = [
        ["segment", heart, "--series", "3", "--at", centre, "-o", labels],
        ["segment", heart, "--series", "4", "--at", centre, "-o", out / "labels.nii.gz"],
        ["mesh", labels, "--scan", heart, "--series", "3", "-o", solid],
        ["mesh", labels, "-o", shell],
        ["print", labels, "--wall", 1, "-o", out / "print.3mf", "--stl", out / "print.stl"],
        ["print", shell, "--wall", 1, "-o", out / "again.3mf", "--stl", out / "again.stl"],
        ["cut", solid, "--plane", face, "-o", named / "half.stl", out / "b.ply"],
        ["engrave", named / "half.stl", "--text", "A", "--at", face, "-o", out / "engraved.3mf"],
        ["activate", solid, "--pace", "0,14.45,120.5", "-o", out / "beat.3mf"],
        ["slice", solid, "--technology", "sla", "-o", out / "printed.sl1"],
    ]
    said = []
    for verb in verbs:
        code = run([str(word) for word in (*verb, "--json")])
        said.append(capsys.readouterr())
        assert code == 0, said[-1].err
    write_volume(read_volume(heart, series="3"), out / "volume.nrrd")
    (labels.rename(out / "labels.nrrd"), solid.rename(out / "mesh.3mf"))
    shell.rename(out / "mesh.stl")
    assert_clean(out)


def test_scan_shows_nothing_of_the_patient(heart, capsys):
    for form in ([], ["--json"]):
        assert run(["scan", str(heart), *form]) == 0
        assert not MARKERS.search(capsys.readouterr().out.encode())


def test_a_volume_s_provenance_has_no_words_of_a_person(tmp_path, write_series, ramp):
    for word, percent in (("ROSALIND", 40), ("QUUXLEY", 75)):

        def change(number: int, dataset: Dataset, word: str = word, phase: int = percent) -> None:
            dataset.update({"ConvolutionKernel": word, "SOPInstanceUID": f"1.2.{phase}.{number}"})
            dataset.update({"NominalPercentageOfCardiacPhase": phase, "StackID": f"{word}{phase}"})

        write_series(tmp_path / word, ramp, change=change)
    for phase in ("40%", "75%"):
        told = read_volume(tmp_path, series=f"1@{phase}").provenance
        assert told.parameters["part"] == phase
        assert not MARKERS.search(told.to_json().encode())


def test_a_part_called_by_a_word_is_told_as_a_token(tmp_path, write_series, ramp):
    for word in ("ROSALIND", "QUUXLEY"):

        def change(number: int, dataset: Dataset, word: str = word) -> None:
            dataset.ConvolutionKernel = word
            dataset.SOPInstanceUID = f"1.2.{len(word)}.{number}"

        write_series(tmp_path / word, ramp, change=change)
    told = read_volume(tmp_path, series="1@QUUXLEY").provenance
    assert told.parameters["part"] == token("QUUXLEY")
    assert not MARKERS.search(told.to_json().encode())
