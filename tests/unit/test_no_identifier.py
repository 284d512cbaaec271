"""Identifiers in every text of a series: none survives de-identification, or is told."""

import base64
import gzip
import io
import json
import zipfile

import numpy as np
import pytest
from matplotlib.backends.backend_pdf import PdfPages
from matplotlib.figure import Figure
from pydicom import Dataset, dcmread

from heartwright.anatomy.imaging import read_volume
from heartwright.anatomy.imaging.identity import told_structure
from heartwright.anatomy.segment.calcium import NAME as CALCIUM
from heartwright.anatomy.segment.networks import TASKS
from heartwright.anatomy.segment.presets import (
    AORTA,
    ATRIUM,
    CIRCUMFLEX,
    FOSSA,
    OTHER_ATRIUM,
    SEPTUM,
    STUBS,
)
from heartwright.cli.app import run
from heartwright.data.provenance import token


def as_zip(text: bytes) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("3D/model", gzip.compress(text))
    return stream.getvalue()


def as_nrrd(text: bytes) -> bytes:
    return b"NRRD0005\nencoding: gzip\n\n" + gzip.compress(text)


def as_page(text: bytes) -> bytes:
    return b'<img src="data:image/png;base64,' + base64.b64encode(text) + b'">'


def as_pdf(text: bytes) -> bytes:
    stream = io.BytesIO()
    with PdfPages(stream) as pdf:
        sheet = Figure()
        sheet.text(0.5, 0.5, text.decode())
        pdf.savefig(sheet)
    return stream.getvalue()


def ball() -> np.ndarray:
    """Stored numbers of a contrast-filled ball, 9 mm wide, in soft tissue."""
    i, j, k = np.indices((26, 28, 14))
    mm = np.stack([(i - 12.5) * 0.8, (j - 13.5) * 0.7, (k - 6.5) * 2.0])
    return np.where(np.linalg.norm(mm, axis=0) < 7.5, 1424, 1064)


@pytest.fixture(scope="module")
def planted(tmp_path_factory, plant):
    """A file that is named after the patient, in a folder that is, too; and how many texts."""
    from pydicom.dataset import FileMetaDataset
    from pydicom.uid import CTImageStorage, ExplicitVRLittleEndian

    folder = tmp_path_factory.mktemp("planted") / "ROSALIND^ZQ10XQZ"
    folder.mkdir()
    dataset = Dataset()
    plain = {"SOPClassUID": CTImageStorage, "Modality": "CT", "BitsAllocated": 16}
    dataset.file_meta = FileMetaDataset()
    dataset.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    dataset.file_meta.MediaStorageSOPClassUID = CTImageStorage
    texts = plant(dataset)
    dataset.update(plain | {"BitsStored": 12, "HighBit": 11, "PixelRepresentation": 0})
    dataset.update({"Rows": 4, "Columns": 5, "SamplesPerPixel": 1, "InstanceNumber": 1})
    dataset.PhotometricInterpretation = "MONOCHROME2"
    dataset.PixelData = np.arange(20, dtype="<u2").tobytes() + b"ZQ11XQZ "
    dataset["PixelData"].VR = "OW"
    dataset.file_meta.MediaStorageSOPInstanceUID = dataset.SOPInstanceUID
    dataset.save_as(folder / "quuxley.dcm", enforce_file_format=True)
    return folder, texts


def test_no_marker_survives_de_identification(planted, identifiers, tmp_path, capsys):
    folder, _ = planted
    out, key = tmp_path / "out", tmp_path / "key"
    key.write_text("a secret of the project")
    assert run(["deidentify", str(folder), "-o", str(out), "--key", str(key), "--json"]) == 0
    result = json.loads(capsys.readouterr().out)
    assert (result["images"], result["series"], result["refused"]) == (1, 1, [])
    assert not identifiers(out)
    (file,) = out.rglob("*.dcm")
    assert dcmread(file).PixelData == np.arange(20, dtype="<u2").tobytes()


@pytest.mark.slow
def test_moved_dates_are_other_dates(planted, identifiers, tmp_path):
    folder, _ = planted
    out, key = tmp_path / "out", tmp_path / "key"
    key.write_text("a secret of the project")
    asked = ["deidentify", folder, "-o", out, "--key", key, "--shift-dates"]
    assert run([str(word) for word in asked]) == 0
    (file,) = out.rglob("*.dcm")
    assert identifiers(file) == {b"101112.131415"}  # the time of day, of another day


def test_the_markers_are_where_they_would_be_found(planted, identifiers):
    folder, texts = planted
    found = identifiers(folder.parent)
    assert len(found) > texts / 2 > 900
    assert found >= {b"ROSALIND", b"quuxley", *(b"ZQ%dXQZ" % n for n in range(12))}
    assert dcmread(folder / "quuxley.dcm").PatientName.original_string in found


@pytest.mark.parametrize("pack", [as_zip, as_nrrd, as_pdf, as_page])
def test_no_wrapping_hides_a_marker(pack, identifiers):
    assert identifiers(pack(b"of ROSALIND's heart")) == {b"ROSALIND"}


@pytest.mark.parametrize("name", ["LAA", "heart_atrium_left", "threshold 300 to 600", "label 12"])
def test_a_structure_s_name_of_anatomy_is_told(name):
    assert told_structure(name, "label 7") == name


def test_the_names_that_verbs_give_are_told():
    drawn = [*STUBS, CIRCUMFLEX, FOSSA, SEPTUM, ATRIUM, OTHER_ATRIUM, AORTA, CALCIUM]
    by_networks = [name for task in TASKS.values() for name in task.labels.values()]
    assert [n for n in (*drawn, *by_networks) if told_structure(n, "") != n] == []


@pytest.mark.parametrize("name", ["", "_", "Rosalind's left atrium", "aorta 19230704", "左心房"])
def test_any_other_name_of_a_structure_is_not_told(name):
    assert told_structure(name, "label 7") == "label 7"


@pytest.fixture
def heart(tmp_path, write_series):
    """A ball to be segmented, in a folder that is named after the patient, every text planted."""
    folder = tmp_path / "ROSALIND^ZQ10XQZ"

    def change(number: int, dataset: Dataset) -> None:
        dataset.update({"PatientName": "Quuxley^Rosalind", "PatientID": "ZQ4711XQZ"})
        for keyword in ("SeriesDescription", "ScanOptions", "ConvolutionKernel", "StackID"):
            setattr(dataset, keyword, "QUUXLEY")
        dataset.update({"ImageType": ["ORIGINAL", "ROSALIND"], "StudyDate": "19230704"})
        dataset.StudyInstanceUID = dataset.FrameOfReferenceUID = "1.2.826.0.4711.1"

    write_series(folder, ball(), change=change, prefix="quuxley", uid="1.2.826.0.4711.3")
    other = lambda n, d: [change(n, d), d.update({"ImageType": ["DERIVED", "QUUXLEY"]})]  # noqa: E731
    write_series(folder, ball(), change=other, prefix="zq1x", uid="1.2.826.0.4711.4")
    return folder


def test_scan_shows_nothing_of_the_patient(heart, identifiers, capsys):
    for form in ([], ["--json"]):
        assert run(["scan", str(heart), *form]) == 0
        assert not identifiers(capsys.readouterr().out.encode())


def test_a_volume_s_provenance_has_no_words_of_a_person(tmp_path, identifiers, write_series, ramp):
    for word, percent in (("ROSALIND", 40), ("QUUXLEY", 75)):

        def change(number: int, dataset: Dataset, word: str = word, phase: int = percent) -> None:
            dataset.update({"ConvolutionKernel": word, "SOPInstanceUID": f"1.2.{phase}.{number}"})
            dataset.update({"NominalPercentageOfCardiacPhase": phase, "StackID": f"{word}{phase}"})

        write_series(tmp_path / word, ramp, change=change)
    for phase in ("40%", "75%"):
        told = read_volume(tmp_path, series=f"1@{phase}").provenance
        assert told.parameters["part"] == phase
        assert not identifiers(told.to_json().encode())


def test_a_part_called_by_a_word_is_told_as_a_token(tmp_path, identifiers, write_series, ramp):
    for word in ("ROSALIND", "QUUXLEY"):

        def change(number: int, dataset: Dataset, word: str = word) -> None:
            dataset.ConvolutionKernel = word
            dataset.SOPInstanceUID = f"1.2.{len(word)}.{number}"

        write_series(tmp_path / word, ramp, change=change)
    told = read_volume(tmp_path, series="1@QUUXLEY").provenance
    assert told.parameters["part"] == token("QUUXLEY")
    assert not identifiers(told.to_json().encode())
