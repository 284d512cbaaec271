"""Models go to the hospital as DICOM around STL or OBJ, and come back as they were."""

import json
import shutil
import subprocess
from contextlib import suppress
from dataclasses import replace

import numpy as np
import pydicom
import pytest
import trimesh
from highdicom._standard_utils import check_required_attributes, get_iod_module_map
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydicom.sr._concepts_dict import concepts

from heartwright.anatomy.imaging import read_volume, write_labels
from heartwright.anatomy.imaging.hospital import (
    USAGES,
    Document,
    holds_labels,
    holds_model,
    read_document,
    read_origin,
    write_models,
)
from heartwright.anatomy.imaging.hospital.write_model import _MILLIMETRE, _TITLES
from heartwright.cli.app import run
from heartwright.data import InputError, LabelMap, Solid
from heartwright.flows.solids import read_solid
from heartwright.printing import read_surface, write_stl
from heartwright.printing.files import encode_obj, encode_stl

SOP = {"stl": "1.2.840.10008.5.1.4.1.1.104.3", "obj": "1.2.840.10008.5.1.4.1.1.104.4"}


@pytest.fixture(scope="module")
def ball() -> Solid:
    mesh = trimesh.creation.icosphere(subdivisions=2, radius=9.0)
    return Solid(
        np.array(mesh.vertices) + np.array([10, 22, 130]), np.array(mesh.faces), name="Müller"
    )


@pytest.fixture
def written(tmp_path, patient_series, ball):
    """A wall and calcium as one model group; gives both files."""
    documents = [
        Document(encode_stl(ball), "stl", "wall", colour=(226, 170, 158), opacity=0.5),
        Document(encode_obj(ball), "obj", "calcium", colour=(240, 234, 214)),
    ]
    paths = [tmp_path / "wall.dcm", tmp_path / "calcium.dcm"]
    write_models(
        list(zip(documents, paths, strict=True)), read_origin(patient_series()), usage="planning"
    )
    return paths


def command(capsys, *arguments) -> dict:
    assert run([*map(str, arguments), "--json"]) == 0, capsys.readouterr().err
    return json.loads(capsys.readouterr().out)


def test_the_document_is_kept_byte_for_byte(written, ball):
    for path, form, content in zip(written, SOP, (encode_stl(ball), encode_obj(ball)), strict=True):
        assert holds_model(path)
        assert not holds_labels(path)
        document = read_document(path)
        assert (document.content, document.form, document.mm) == (content, form, 1.0)
    surface = read_surface(written[1])
    np.testing.assert_array_equal(surface.vertices, ball.vertices)  # text gives float64 back
    np.testing.assert_array_equal(surface.faces, ball.faces)


def test_attributes_are_the_standard_s(written):
    wall, calcium = map(pydicom.dcmread, written)
    for dataset, form in ((wall, "stl"), (calcium, "obj")):
        assert dataset.SOPClassUID == dataset.file_meta.MediaStorageSOPClassUID == SOP[form]
        assert dataset.MIMETypeOfEncapsulatedDocument == f"model/{form}"
        assert dataset.Modality == "M3D"
        assert dataset.MeasurementUnitsCodeSequence[0].CodeValue == "mm"
        assert dataset.ModelUsageCodeSequence[0].CodeMeaning == "Planning Intent"
        assert len(dataset.EncapsulatedDocument) % 2 == 0
        for module in get_iod_module_map()[f"encapsulated-{form}"]:
            if module["usage"] != "U":
                check_required_attributes(dataset, module["key"])
    assert wall.ModelGroupUID == calcium.ModelGroupUID
    assert wall.SeriesInstanceUID == calcium.SeriesInstanceUID
    assert wall.SOPInstanceUID != calcium.SOPInstanceUID
    assert [wall.InstanceNumber, calcium.InstanceNumber] == [1, 2]
    assert wall.RecommendedPresentationOpacity == 0.5


def test_the_source_is_named_and_its_patient_kept(written, patient_series):
    sources = {pydicom.dcmread(file).SOPInstanceUID for file in patient_series("again").iterdir()}
    dataset = pydicom.dcmread(written[0])
    assert {item.ReferencedSOPInstanceUID for item in dataset.SourceInstanceSequence} == sources
    assert (str(dataset.PatientName), dataset.PatientID) == ("Müller^Jörg", "4711")
    assert dataset.FrameOfReferenceUID == "1.2.3.4"
    assert not any(element.tag.is_private for element in dataset.iterall())


def test_dcmtk_reads_it(written):
    dcmdump = shutil.which("dcmdump")
    if dcmdump is None:
        pytest.skip("dcmdump (Debian package dcmtk) is not installed")
    for path, name in zip(
        written, ("EncapsulatedSTLStorage", "EncapsulatedOBJStorage"), strict=True
    ):
        said = subprocess.run([dcmdump, "-q", path], capture_output=True, check=True, text=True)
        assert f"={name}" in said.stdout
        assert "error" not in said.stderr.lower()


def test_the_same_input_gives_the_same_bytes(tmp_path, patient_series, ball, monkeypatch):
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1000000000")
    origin, document = read_origin(patient_series()), Document(encode_stl(ball), "stl", "wall")
    paths = [tmp_path / "a.dcm", tmp_path / "b.dcm"]
    for path in paths:
        write_models([(document, path)], origin)
    assert paths[0].read_bytes() == paths[1].read_bytes()


@pytest.mark.parametrize(("unit", "scale"), [("cm", 10), ("um", 1e-3)])
def test_units_are_honoured(unit, scale, tmp_path, patient_series, ball):
    small = replace(ball, vertices=ball.vertices / scale)
    path = tmp_path / "other.dcm"
    write_models([(Document(encode_obj(small), "obj"), path)], read_origin(patient_series()))
    dataset = pydicom.dcmread(path)
    dataset.MeasurementUnitsCodeSequence[0].CodeValue = unit
    dataset.save_as(path)
    np.testing.assert_allclose(read_surface(path).vertices, ball.vertices, rtol=1e-12)


def test_an_unknown_unit_is_refused(written):
    dataset = pydicom.dcmread(written[0])
    dataset.MeasurementUnitsCodeSequence[0].CodeValue = "[ft_i]"
    dataset.save_as(written[0])
    with pytest.raises(InputError, match=r"measured in \[ft_i\]"):
        read_surface(written[0])


@pytest.mark.slow
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_damaged_files_end_in_a_sentence(tmp_path, written, data):
    whole = written[0].read_bytes()
    place = data.draw(st.integers(140, 6000))
    broken = tmp_path / "broken.dcm"
    if data.draw(st.booleans()):
        broken.write_bytes(whole[:place])
    else:
        broken.write_bytes(whole[:place] + bytes([whole[place] ^ 0xFF]) + whole[place + 1 :])
    with suppress(InputError):  # and nothing else
        read_surface(broken)


def test_every_code_is_one_of_the_standard_s():
    def known(scheme: str, value: str) -> bool:
        return any(value in codes for codes in concepts[scheme].values())

    for value, scheme, _ in (*USAGES.values(), *_TITLES.values(), _MILLIMETRE):
        assert known(scheme, value)


@pytest.mark.slow
def test_a_label_map_and_a_model_go_there_and_back(tmp_path, patient_series, ball, capsys):
    """The verbs: segmentation out and meshed, its mesh out with a part, and read again."""
    scan = patient_series()
    volume = read_volume(scan)
    mask = (volume.values > 200).astype(np.uint8)
    write_labels(LabelMap(mask, volume.affine, {1: "left atrium"}), tmp_path / "labels.nrrd")
    seg, mesh, part = (tmp_path / name for name in ("seg.dcm", "mesh.stl", "part.stl"))

    found = command(capsys, "dicom", tmp_path / "labels.nrrd", "--scan", scan, "-o", seg)
    assert found["segments"] == {"1": "left atrium"}
    assert "identity" in found["warnings"][0]
    meshed = command(capsys, "mesh", seg, "-o", mesh)
    assert not meshed["warnings"]  # the segmentation's first slice is no border
    assert meshed["volume_mm3"] == pytest.approx(mask.sum() * volume.grid.voxel_mm3, rel=0.02)

    small = (ball.vertices - ball.bounds.mean(axis=0)) / 4 + [12, 20, 125]
    write_stl(replace(ball, vertices=small), part)
    out = tmp_path / "model.dcm"
    found = command(
        capsys, "dicom", mesh, "--scan", scan, "-o", out, "--part", f"calcium={part}", "--as", "obj"
    )
    assert found["files"] == {
        "model": str(out),
        "calcium": str(tmp_path / "model-calcium.dcm"),
    }
    assert sum(found["models_ml"].values()) == pytest.approx(meshed["volume_mm3"] / 1000, rel=1e-3)
    assert b"mesh" not in out.read_bytes()  # a file's name may tell a person's
    volume_mm3 = read_solid(out).volume_mm3  # as every verb reads a model
    assert volume_mm3 / 1000 == pytest.approx(found["models_ml"]["model"], rel=1e-6)


def test_what_cannot_be_filed_is_refused(tmp_path, patient_series, ball, capsys):
    scan, empty, out = patient_series(), tmp_path / "empty", tmp_path / "out.dcm"
    mesh, far, labels = (tmp_path / name for name in ("mesh.stl", "far.stl", "labels.nrrd"))
    empty.mkdir()
    write_stl(ball, mesh)
    write_stl(replace(ball, vertices=ball.vertices - [100, 0, 0]), far)
    for arguments, message in (
        ([mesh, "--scan", scan, "-o", out.with_suffix(".stl")], "written as .dcm"),
        ([mesh, "--scan", empty, "-o", out], "holds no DICOM images"),
        ([far, "--scan", scan, "-o", out], "lies beside the slices"),
        ([labels, "--scan", scan, "-o", out, "--part", f"a={mesh}"], "--part goes with one"),
    ):
        assert run(["dicom", *map(str, arguments)]) == 2
        assert message in " ".join(capsys.readouterr().err.split())
        assert not out.exists()
