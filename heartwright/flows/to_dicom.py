"""Model, label map or plan → DICOM objects beside the series that it was made from."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from heartwright.data import InputError
from heartwright.flows.endings import place
from heartwright.flows.lumen import is_mesh
from heartwright.flows.plan_to_dicom import plan_to_dicom
from heartwright.flows.print_model import WALL_COLOUR
from heartwright.flows.solids import read_solid

if TYPE_CHECKING:
    from heartwright.anatomy.imaging.hospital import Document, Form, Origin
    from heartwright.printing import Part

_SEEN_THROUGH = 0.5  # opacity of a wall with parts in it (PS3.17 RRRR.3)
_IDENTIFIED = (
    "These files carry the patient's identity, as their series does: they are for the hospital's "
    "archive only."
)


def to_dicom(
    shape: Path,
    path: Path,
    *,
    scan: Path,
    series: str | None = None,
    parts: Sequence[tuple[str, Path]] = (),
    form: "Form" = "stl",
    usage: str = "education",
    force: bool = False,
) -> dict[str, Any]:
    """Write a label map as a segmentation, a plan as a report, or a model as encapsulated meshes.

    A part goes into a file of its own beside `path`, in the same series and model group.
    """
    from heartwright.anatomy.imaging.hospital import read_origin

    place(path, ".dcm", force=force)
    origin = read_origin(scan, series=series)
    if is_mesh(shape):
        found = _models(shape, path, origin, parts=parts, form=form, usage=usage, force=force)
    elif parts:
        raise InputError(f"{shape} is no model; --part goes with one.")
    elif shape.suffix.lower() == ".json":
        found = plan_to_dicom(shape, path, origin, force=force)
    else:
        found = _segmentation(shape, path, origin, force=force)
    return {"warnings": list(_warnings(origin))} | found


def _warnings(origin: "Origin") -> Iterator[str]:
    if origin.identified:
        yield _IDENTIFIED
    if origin.lost:
        yield (
            f"The series lacks its {', '.join(origin.lost)}, so no archive will file the result "
            f"beside it; take the series from the archive itself."
        )


def _segmentation(shape: Path, path: Path, origin: "Origin", *, force: bool) -> dict[str, Any]:
    from heartwright.anatomy.imaging import read_labels
    from heartwright.anatomy.imaging.hospital import write_seg

    labels = read_labels(shape)
    write_seg(labels, path, origin, force=force)
    present = [int(label) for label in np.unique(labels.values) if label]
    return {
        "segments": {
            number: labels.names.get(label, f"label {label}")
            for number, label in enumerate(present, start=1)
        },
        "files": {"segmentation": str(path)},
    }


def _models(
    shape: Path,
    path: Path,
    origin: "Origin",
    *,
    parts: Sequence[tuple[str, Path]],
    form: "Form",
    usage: str,
    force: bool,
) -> dict[str, Any]:
    from heartwright.anatomy.imaging.hospital import write_models
    from heartwright.printing import Part
    from heartwright.printing.parts import with_parts

    solid = replace(read_solid(shape), name="model")  # a file's name may tell a person's
    bodies = with_parts(Part(solid, "model", WALL_COLOUR), parts)
    origin.refuse_elsewhere(solid.vertices, f"{shape}")
    paths = [path, *(_beside(path, body.name) for body in bodies[1:])]
    if len(set(paths)) < len(paths):
        raise InputError("two parts have the same name; give each --part one of its own.")
    opacities = [_SEEN_THROUGH if parts else 1.0, *(1.0 for _ in parts)]
    documents = [_document(b, form, o) for b, o in zip(bodies, opacities, strict=True)]
    write_models(list(zip(documents, paths, strict=True)), origin, usage=usage, force=force)
    return {
        "models_ml": {body.name: body.solid.volume_mm3 / 1000 for body in bodies},
        "files": {body.name: str(place) for body, place in zip(bodies, paths, strict=True)},
    }


def _beside(path: Path, name: str) -> Path:
    word = re.sub(r"[^\w-]+", "-", name)
    return path.with_name(f"{path.stem}-{word}.dcm")


def _document(body: "Part", form: "Form", opacity: float) -> "Document":
    from heartwright.anatomy.imaging.hospital import Document
    from heartwright.printing.files import encode_obj, encode_stl

    solid = replace(body.solid, name=body.name)
    content = encode_stl(solid) if form == "stl" else encode_obj(solid)
    return Document(content, form, body.name, colour=body.colour, opacity=opacity)
