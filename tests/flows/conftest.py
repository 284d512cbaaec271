"""The files of one patient, who is named wherever a file can name her."""

import json
import stat
import sys
import zipfile
from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest

if TYPE_CHECKING:  # imported here in earnest, heartwright would miss jaxtyping's checks
    from heartwright.data import Solid
    from heartwright.printing import Part

NAME = "ROSALIND"
NOTE = f"{NAME} ZQ4711XQZ 19230704"
BODY, RADIUS, TUBE, TIP = np.array([-7.0, 0, 0]), 9.5, 4.0, 14.0  # mm: an atrium with an appendage
SPACING = np.array([1.0, 1.0, 3.0])
SHAPE = (38, 30, 10)
AFFINE = np.diag([*SPACING, 1.0])
AFFINE[:3, 3] = -SPACING * (np.array(SHAPE) - 1) / 2
TOLD = {0x0008, 0x0010, 0x0032, 0x0038}  # groups that tell of persons, places and moments


def depth() -> np.ndarray:
    """How deep in the blood each voxel's centre lies, mm."""
    places = np.moveaxis(np.indices(SHAPE), 0, -1) * SPACING + AFFINE[:3, 3]
    ball = RADIUS - np.linalg.norm(places - BODY, axis=-1)
    x, y, z = np.moveaxis(places, -1, 0)
    return np.maximum(ball, np.minimum.reduce([TUBE - np.hypot(y, z), x - BODY[0], TIP - x]))


def box(edge: float, at: tuple[float, float, float]) -> "Solid":
    import trimesh

    from heartwright.data import Solid

    mesh = trimesh.creation.box((edge,) * 3).apply_translation(at)
    return Solid(np.array(mesh.vertices), np.array(mesh.faces), NAME)


@pytest.fixture(scope="module")
def patient(tmp_path_factory, plant) -> dict[str, Path]:
    """Files of one patient by what they are, all called after her, all telling who she is."""
    from heartwright.flows.lumen import read_lumen

    home = tmp_path_factory.mktemp("in") / f"{NAME}^ZQ10XQZ"
    home.mkdir()
    files = scans(home, plant) | images(home)
    files |= models(home, read_lumen(files["labels"])) | notes(home)
    return files | views(home, plant) | of_verbs(home, files)


def scans(home: Path, plant: Callable) -> dict[str, Path]:
    """A CT with an identifier in every text of its headers."""
    from pydicom import dcmread
    from pydicom.uid import CTImageStorage

    ct = home / "quuxley-ct"
    ct.mkdir()
    grey = np.clip(1424 + 240 * np.minimum(depth(), 0) / SPACING[0], 1064, 1424).astype("<u2")
    common = {"RescaleSlope": 1, "RescaleIntercept": -1024, "PixelSpacing": SPACING[:2].tolist()}
    common |= {"ImageOrientationPatient": [1, 0, 0, 0, 1, 0], "SeriesNumber": 1, "Modality": "CT"}
    first = picture(ct / "quuxley-0.dcm", CTImageStorage, SHAPE[:2], plant, common)
    for number, height in enumerate(AFFINE[2, 3] + SPACING[2] * np.arange(SHAPE[2])):
        dataset = dcmread(first)  # what is not looked at is copied as it is, which is quick
        uid = f"1.2.826.0.4711.5.{number + 1}"
        dataset.SOPInstanceUID = dataset.file_meta.MediaStorageSOPInstanceUID = uid
        dataset.ImagePositionPatient = [*AFFINE[:2, 3].tolist(), float(height)]
        dataset.PixelData = grey[:, :, number].tobytes("F")
        dataset.save_as(ct / f"quuxley-{number}.dcm")
    return {"ct": ct}


def picture(
    path: Path, kind: str, size: tuple[int, ...], plant: Callable, more: dict[str, object]
) -> Path:
    """A black DICOM image of so many columns and rows."""
    from pydicom import Dataset
    from pydicom.dataset import FileMetaDataset
    from pydicom.uid import ExplicitVRLittleEndian

    dataset = Dataset()
    dataset.file_meta = FileMetaDataset()
    plant(dataset, TOLD)
    dataset.PatientName = f"{NAME}^Quuxley"
    dataset.SeriesDescription = dataset.ProtocolName = dataset.DeviceSerialNumber = f"of {NAME}"
    for keyword in ("StudyInstanceUID", "SeriesInstanceUID", "FrameOfReferenceUID"):
        setattr(dataset, keyword, "1.2.826.0.4711.6")
    dataset.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    dataset.file_meta.MediaStorageSOPClassUID = dataset.SOPClassUID = kind
    dataset.file_meta.MediaStorageSOPInstanceUID = dataset.SOPInstanceUID
    dataset.update({"Columns": size[0], "Rows": size[1], "SamplesPerPixel": 1})
    dataset.update({"BitsAllocated": 16, "BitsStored": 16, "HighBit": 15, "PixelRepresentation": 0})
    dataset.update({"PhotometricInterpretation": "MONOCHROME2", **more})
    dataset.PixelData = bytes(2 * size[0] * size[1])
    dataset["PixelData"].VR = "OW"
    dataset.save_as(path, enforce_file_format=True)
    return path


def images(home: Path) -> dict[str, Path]:
    """The scan and its label map as other programs write them, with notes of their own."""
    from heartwright.anatomy.imaging import write_labels, write_volume
    from heartwright.data import LabelMap, Provenance, Volume

    grey = np.where(depth() > 0, 400, 40).astype(np.int16)
    blood = (depth() > 0).astype(np.uint8)
    note = Provenance(parameters={"note": NOTE}, inputs={NAME: NAME})
    files = {name: home / f"quuxley-{name}.nrrd" for name in ("nrrd", "labels", "strange")}
    write_volume(Volume(grey, AFFINE, provenance=note), files["nrrd"])
    for name, structure in (("labels", "left atrium"), ("strange", f"heart of {NAME}")):
        write_labels(LabelMap(blood, AFFINE, {1: structure}, note), files[name])
    for file in files.values():
        told = f"NRRD0005\n# {NOTE}\ncontent: {NOTE}\nPatientName:={NAME}\nSegment0_Tags:={NOTE}|\n"
        file.write_bytes(file.read_bytes().replace(b"NRRD0005\n", told.encode(), 1))
    return files | {"nifti": as_nifti(grey, home), "mha": as_metaimage(grey, home)}


def as_nifti(grey: np.ndarray, home: Path) -> Path:
    import nibabel

    image = nibabel.Nifti1Image(grey, np.diag([-1.0, -1, 1, 1]) @ AFFINE)
    for field in ("descrip", "aux_file", "intent_name", "db_name"):
        image.header[field] = NAME
    image.header.extensions.append(nibabel.nifti1.Nifti1Extension(6, NOTE.encode()))
    nibabel.save(image, home / "quuxley.nii.gz")
    return home / "quuxley.nii.gz"


def as_metaimage(grey: np.ndarray, home: Path) -> Path:
    sizes, steps, origin = (" ".join(map(str, row)) for row in (SHAPE, SPACING, AFFINE[:3, 3]))
    lines = {
        "ObjectType": "Image",
        "NDims": 3,
        "Comment": NOTE,
        "Name": NAME,
        "TransformMatrix": "1 0 0 0 1 0 0 0 1",
        "Offset": origin,
        "ElementSpacing": steps,
        "DimSize": sizes,
        "ElementType": "MET_SHORT",
        "ElementDataFile": "LOCAL",
    }
    head = "".join(f"{name} = {value}\n" for name, value in lines.items())
    file = home / "quuxley.mha"
    file.write_bytes(head.encode() + grey.tobytes("F"))
    return file


def models(home: Path, lumen: "Solid") -> dict[str, Path]:
    """The blood's body and what is made of it, in every format, with names and comments."""
    from heartwright.anatomy.mesh import Opening, cut_plane
    from heartwright.data import Provenance
    from heartwright.flows.print_model import walled
    from heartwright.printing import Part, write_ply, write_stl
    from heartwright.printing.files import encode_obj

    solid = replace(lumen, name=NAME, provenance=Provenance(parameters={"wall_mm": 2.0, "a": NOTE}))
    names = ("stl", "ply", "obj", "vtp", "bit", "half", "walled")
    endings = dict.fromkeys(names, "stl") | {"ply": "ply", "obj": "obj", "vtp": "vtp"}
    files = {name: home / f"quuxley-{name}.{ending}" for name, ending in endings.items()}
    bit, opening = box(6, (-7, 0, 9.5)), Opening(np.array([10.0, 0, 0]), np.array([1.0, 0, 0]))
    walls = walled(solid, wall_mm=2.0, openings=[opening]).wall.solid
    half = cut_plane(solid, BODY, np.array([0.0, 0, 1]))[1]
    for name, shape in (("stl", solid), ("bit", bit), ("half", half), ("walled", walls)):
        write_stl(shape, files[name])
        files[name].write_bytes(f"solid {NOTE}".encode().ljust(80) + files[name].read_bytes()[80:])
    write_ply(solid, files["ply"])
    told = f"ply\ncomment {NOTE}\nobj_info {NOTE}\n"
    files["ply"].write_bytes(files["ply"].read_bytes().replace(b"ply\n", told.encode(), 1))
    files["obj"].write_bytes(f"# {NOTE}\no {NAME}\ng {NAME}\n".encode() + encode_obj(solid))
    write_vtp(solid, files["vtp"])
    return files | {"package": as_package([Part(solid, NAME), Part(bit, f"{NAME} 2")], home)}


def write_vtp(solid: "Solid", path: Path) -> None:
    import pyvista

    mesh = pyvista.PolyData.from_regular_faces(solid.vertices, solid.faces)
    mesh.point_data[f"{NAME}_mm"] = np.full(len(solid.vertices), 1.5)
    mesh.field_data["PatientName"] = [NAME]
    mesh.save(path)


def as_package(parts: "list[Part]", home: Path) -> Path:
    """A 3MF of ours with names, and in it a designer and PrusaSlicer's settings with notes."""
    from heartwright.printing import write_3mf

    plain, file = home / "quuxley-plain.3mf", home / "quuxley.3mf"
    write_3mf(parts, plain)
    designer = f'<metadata name="Designer">{NOTE}</metadata><resources>'
    keys = ("notes", "printer_notes", "print_settings_id", "start_gcode", "output_filename_format")
    settings = "".join(f"; {key} = {NAME}\n" for key in keys) + "; gcode_label_objects = 1\n"
    with zipfile.ZipFile(plain) as inner, zipfile.ZipFile(file, "w") as outer:
        for name in inner.namelist():
            outer.writestr(name, inner.read(name).replace(b"<resources>", designer.encode()))
        outer.writestr("Metadata/Slic3r_PE.config", settings)
    return file


def notes(home: Path) -> dict[str, Path]:
    """Points, tables, factors, a recipe and a key."""
    from heartwright.printing.coupon import features

    around = np.linspace(0, 2 * np.pi, 12, endpoint=False)
    ring = np.column_stack([0 * around + 5, 4 * np.cos(around), 4 * np.sin(around)])
    files = {
        "points": marked(home, "points", [BODY]),
        "end": marked(home, "end", [np.array([12.0, 0, 0])]),
        "curve": marked(home, "curve", ring),
        "rim": marked(home, "rim", ring[::4]),
    }
    x = np.arange(-7.0, 12, 0.5)
    rows = "".join(f"1,{x},0,0,4\n" for x in x)
    measured = "".join(f"{f.name},{f.nominal_mm},{NOTE}\n" for f in features())
    factors = {"compensation": {"x": 1.0, "y": 1.0, "z": 1.01}, "of": NOTE, "provenance": {NAME: 1}}
    budget = {"technology": "sla", "printer_mm": 0.1, "printer_verified": False, "note": NOTE}
    budget |= {"editing": {"mean_mm": 0.1, "p95_mm": 0.1, "bias_mm": 0.1, "cut_off": 0.0}}
    budget |= {"segmentation": None, "provenance": {"inputs": {NAME: NAME}}}
    sizes = ((21, 21, 24, 0), (24, 24, 24, 1), (27, 24, 30, 0), (27, 27, 27, 1), (31, 31, 31, 0))
    series = "".join(f"{NOTE},{','.join(map(str, row))}\n" for row in sizes)
    texts = {
        "series.csv": f"{NAME},used,print,ct,leak\n{series}",
        "budget.json": json.dumps(budget),
        "line.csv": f"branch,x,y,z,{NAME}\n{rows}",
        "sheet.csv": f"feature,measured_mm,{NAME}\n{measured}",
        "factors.json": json.dumps(factors),
        "recipe.yaml": RECIPE,
        "key.txt": f"a secret of {NAME}",
    }
    for name, text in texts.items():
        file = files[name.split(".")[0]] = home / f"quuxley-{name}"
        file.write_text(text)
    return files


RECIPE = f"""# of {NAME}
title: The heart of {NAME}
steps:
  labels:
    segment:
      {{scan: quuxley-ct/, at: {{left atrium: quuxley-points.mrk.json}}, output: labels.nrrd}}
  lumen:
    mesh: {{labels: $labels, scan: quuxley-ct/, output: lumen.stl}}
  model:
    print: {{shape: $lumen, wall: 2.0, part: {{calcium: quuxley-bit.stl}}, output: model.3mf}}
"""


def marked(home: Path, name: str, points: Iterable[np.ndarray]) -> Path:
    """A markups file of 3D Slicer."""
    controls = [{"label": NAME, "description": NOTE, "position": list(point)} for point in points]
    markup = {"name": NAME, "coordinateSystem": "LPS", "controlPoints": controls}
    file = home / f"quuxley-{name}.mrk.json"
    file.write_text(json.dumps({"@schema": NOTE, "markups": [markup]}))
    return file


def views(home: Path, plant: Callable) -> dict[str, Path]:
    """Two angiograms, and a vessel traced in them."""
    from pydicom.uid import XRayAngiographicImageStorage

    from heartwright.anatomy.imaging.angiography import Camera

    way = np.linspace(0, 1, 60)
    vessel = np.column_stack([8 * np.sin(4 * way), 15 * way - 7, 30 - 60 * way])
    files = {}
    for number, angles in enumerate(((30.0, 10.0), (-40.0, 0.0)), start=1):
        eye = Camera.from_angles(*angles, source_to_detector_mm=1000, source_to_isocentre_mm=700)
        flat = eye.project(vessel) / 0.5 + 3.5
        table = np.column_stack([flat, 2 * eye.magnification(vessel) / 0.5])
        files[f"table{number}"] = home / f"quuxley-{number}.csv"
        head = "column_px,row_px,half_width_px"
        np.savetxt(files[f"table{number}"], table, delimiter=",", header=head, comments="")
        gantry = {
            "Modality": "XA",
            "PatientOrientation": None,
            "PositionerPrimaryAngle": angles[0],
            "PositionerSecondaryAngle": angles[1],
            "DistanceSourceToDetector": 1000,
            "DistanceSourceToPatient": 700,
            "ImagerPixelSpacing": [0.5, 0.5],
        }
        view = files[f"view{number}"] = home / f"quuxley-{number}.dcm"
        picture(view, XRayAngiographicImageStorage, (8, 8), plant, gantry)
    return files


def of_verbs(home: Path, files: dict[str, Path]) -> dict[str, Path]:
    """What goes to the archive, identified; and the scan without its patient."""
    from heartwright.cli.app import run

    made = {"seg": home / "quuxley-seg.dcm", "document": home / "quuxley-model.dcm"}
    made |= {"bare": home / "quuxley-bare", "plan": home / "quuxley-plan.json"}
    for line in (
        f"dicom {files['labels']} --scan {files['ct']} -o {made['seg']}",
        f"dicom {files['stl']} --scan {files['ct']} -o {made['document']}",
        f"deidentify {files['ct']} -o {made['bare']} --key {files['key']}",
        f"plan laa {files['strange']} --ostium {files['rim']} -o {made['plan']}",
    ):
        assert run(line.split()) == 0
    plan = json.loads(made["plan"].read_text())
    plan["provenance"] |= {"parameters": {"note": NOTE}, "inputs": {NAME: NAME}}
    made["plan"].write_text(json.dumps(plan | {"site": f"of {NAME}"}))
    return made


@pytest.fixture
def network(tmp_path, monkeypatch):
    """A program that is called TotalSegmentator, and says much of the patient."""
    folder = tmp_path / "bin"
    folder.mkdir()
    (folder / "paint.py").write_text(
        f"import nibabel, numpy as np, sys\n"
        f"image = nibabel.load(sys.argv[2])\n"
        f"values = np.where(np.asarray(image.dataobj) > 200, 51, 0).astype(np.uint8)\n"
        f"painted = nibabel.Nifti1Image(values, image.affine)\n"
        f"painted.header['descrip'] = '{NAME}'\n"
        f"nibabel.save(painted, sys.argv[4])\n"
        f"print('{NOTE}')\n"
    )
    program = folder / "TotalSegmentator"
    program.write_text(f'#!/bin/sh\nexec {sys.executable} {folder}/paint.py "$@"\n')
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setenv("PATH", str(folder), prepend=":")
