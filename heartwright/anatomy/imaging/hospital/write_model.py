"""Models as DICOM Encapsulated STL and OBJ (PS3.3 A.85, C.24.2, C.35.1) of their source series."""

import hashlib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from heartwright.anatomy.imaging.hospital.document import Document
from heartwright.anatomy.imaging.hospital.kind import ENCAPSULATED_OBJ, ENCAPSULATED_STL
from heartwright.anatomy.imaging.hospital.origin import Origin, coded, maker, stamp
from heartwright.data.files import atomic, writable
from heartwright.data.provenance import Provenance

if TYPE_CHECKING:
    from pydicom import Dataset

_SERIES = 2000  # is added to the number of the source series
_SOP_CLASS = {"stl": ENCAPSULATED_STL, "obj": ENCAPSULATED_OBJ}
_TITLES = {  # CID 7061, by the source's modality
    "CT": ("85040-4", "LN", "CT 3D CAM model"),
    "MR": ("85041-2", "LN", "MR 3D CAM model"),
    "US": ("129018", "DCM", "US 3D CAM model"),
}
_MILLIMETRE = ("mm", "UCUM", "mm")  # CID 7063
USAGES: Mapping[str, tuple[str, str, str]] = {  # CID 7064
    "education": ("129012", "DCM", "Educational Intent"),
    "planning": ("129013", "DCM", "Planning Intent"),
    "simulation": ("129017", "DCM", "Simulation Intent"),
    "quality-control": ("113680", "DCM", "Quality Control Intent"),
}


def write_models(
    models: Sequence[tuple[Document, Path]],
    origin: Origin,
    *,
    usage: str = "education",
    force: bool = False,
) -> None:
    """Write models, in LPS mm, as one series and one model group: parts of one print.

    Each file holds its mesh file byte for byte, names every instance of its source series, and
    carries that series' patient and frame of reference.

    Args:
        models: mesh files, and where each goes.
        origin: the series that they were made from.
        usage: what they are for, a key of `USAGES`.
        force: overwrite what is there.

    Raises:
        OutputError: a path cannot be written, or exists and `force` is not given.
    """
    created = Provenance.of().created
    digests = [hashlib.sha256(model.content).hexdigest() for model, _ in models]
    names = ["/".join([*digests, created, kind]) for kind in ("model series", "model group")]
    series, group = (origin.uid(name) for name in names)
    for _, path in models:
        writable(path, force=force)
    for number, ((model, path), digest) in enumerate(zip(models, digests, strict=True), start=1):
        dataset = _encapsulated(model, origin, created)
        dataset.SeriesInstanceUID, dataset.ModelGroupUID = series, group
        dataset.InstanceNumber = number
        dataset.ModelUsageCodeSequence = [coded(USAGES[usage])]
        dataset.ContributingEquipmentSequence = [maker(f"SHA-256 of the document: {digest}")]
        dataset.SOPInstanceUID = origin.uid(series, str(number), digest)
        dataset.file_meta.MediaStorageSOPInstanceUID = dataset.SOPInstanceUID
        with atomic(path, force=force) as temporary:
            dataset.save_as(temporary, enforce_file_format=True)


def _encapsulated(model: Document, origin: Origin, created: str) -> "Dataset":
    from pydicom import Dataset
    from pydicom.dataset import FileMetaDataset
    from pydicom.uid import UID, ExplicitVRLittleEndian

    dataset = Dataset()
    dataset.file_meta = FileMetaDataset()
    dataset.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    dataset.SOPClassUID = _SOP_CLASS[model.form]
    dataset.file_meta.MediaStorageSOPClassUID = UID(_SOP_CLASS[model.form])
    stamp(dataset, origin, created)
    dataset.Modality = "M3D"
    dataset.SeriesNumber = origin.series_number(_SERIES)
    dataset.SeriesDescription = "3D models (heartwright)"
    dataset.AcquisitionDateTime = origin.first.get("AcquisitionDateTime")
    dataset.DocumentTitle = dataset.ContentDescription = " ".join(model.name.split())[:64]
    title = _TITLES.get(origin.first.get("Modality"))
    dataset.ConceptNameCodeSequence = [] if title is None else [coded(title)]
    dataset.BurnedInAnnotation = "NO"
    dataset.MeasurementUnitsCodeSequence = [coded(_MILLIMETRE)]
    _colour(dataset, model)
    _refer(dataset, origin)
    dataset.MIMETypeOfEncapsulatedDocument = f"model/{model.form}"
    dataset.EncapsulatedDocumentLength = len(model.content)
    dataset.EncapsulatedDocument = model.content + b"\0" * (len(model.content) % 2)
    return dataset


def _colour(dataset: "Dataset", model: Document) -> None:
    from highdicom.color import CIELabColor

    if model.colour is not None:
        dataset.RecommendedDisplayCIELabValue = list(CIELabColor.from_rgb(*model.colour).value)
        dataset.RecommendedPresentationOpacity = model.opacity


def _refer(dataset: "Dataset", origin: Origin) -> None:
    """Every instance of the source, once as source and once by its series (PS3.3 C.12.2)."""
    from pydicom import Dataset

    dataset.SourceInstanceSequence = _references(origin)
    item = Dataset()
    item.SeriesInstanceUID = origin.first.SeriesInstanceUID
    item.ReferencedInstanceSequence = _references(origin)
    dataset.ReferencedSeriesSequence = [item]


def _references(origin: Origin) -> "list[Dataset]":
    from pydicom import Dataset

    items = []
    for header in origin.headers:
        item = Dataset()
        item.ReferencedSOPClassUID = header.SOPClassUID
        item.ReferencedSOPInstanceUID = header.SOPInstanceUID
        items.append(item)
    return items
