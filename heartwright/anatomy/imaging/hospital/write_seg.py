"""A label map as a DICOM segmentation (PS3.3 A.51, C.8.20) of its source series."""

import hashlib
from importlib.metadata import version
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from jaxtyping import Float

from heartwright.anatomy.imaging.hospital.codes import property_of
from heartwright.anatomy.imaging.hospital.origin import IDENTITY, PRODUCT, Origin, maker, stamp
from heartwright.data.errors import GeometryError, InputError
from heartwright.data.files import atomic
from heartwright.data.provenance import Provenance
from heartwright.data.volume import LabelMap

if TYPE_CHECKING:
    from pydicom import Dataset

_SERIES = 1000  # is added to the number of the source series
_UNKNOWN = "not recorded"  # a label map does not say how it was made
_NEEDED = (  # of the source, by highdicom; the rest comes with the stamp
    "SOPClassUID",
    "SOPInstanceUID",
    "StudyInstanceUID",
    "SeriesInstanceUID",
    "FrameOfReferenceUID",
    "Modality",
    "Rows",
    "Columns",
    "NumberOfFrames",
    "ImageType",
    "ImagePositionPatient",
    "ImageOrientationPatient",
    "PixelSpacing",
    "SliceThickness",
    "SpacingBetweenSlices",
    "DimensionOrganizationSequence",
    "DimensionIndexSequence",
    "SharedFunctionalGroupsSequence",
    "PerFrameFunctionalGroupsSequence",
)
_SKEW = 1e-4  # sine of the angle by which axes may miss being perpendicular


def write_seg(labels: LabelMap, path: Path, origin: Origin, *, force: bool = False) -> None:
    """Write a label map as a binary DICOM segmentation with names and SNOMED CT codes.

    Segments are numbered from 1 in the order of their labels, as the standard asks. Frames without
    a voxel of their segment are left out.

    Raises:
        InputError: no voxel carries a label.
        GeometryError: the label map's axes are not perpendicular, which DICOM cannot say, or it
            lies beside the series.
        OutputError: the path cannot be written, or exists and `force` is not given.
    """
    present = [int(label) for label in np.unique(labels.values) if label]
    if not present:
        raise InputError(f"{path}: the label map is empty; there is nothing to write.")
    _refuse_skew(labels, path)
    origin.refuse_elsewhere(_corners(labels), f"{path}")
    dataset = _segmentation(labels, present, origin)
    with atomic(path, force=force) as temporary:
        dataset.save_as(temporary, enforce_file_format=True)


def _segmentation(labels: LabelMap, present: list[int], origin: Origin) -> "Dataset":
    import highdicom

    created = labels.provenance.created or Provenance.of().created
    numbers = np.zeros(max(present) + 1, dtype=np.min_scalar_type(len(present)))
    numbers[present] = np.arange(1, len(present) + 1)
    values = numbers[labels.values].transpose(2, 1, 0)  # frames, rows, columns
    volume = highdicom.Volume(
        np.ascontiguousarray(values),
        labels.affine[:, [2, 1, 0, 3]],
        coordinate_system="PATIENT",
        frame_of_reference_uid=str(origin.first.FrameOfReferenceUID),
    )
    digest = hashlib.sha256(volume.array.tobytes() + labels.affine.tobytes()).hexdigest()
    dataset = highdicom.seg.Segmentation(
        source_images=[_bare(header) for header in origin.headers],
        pixel_array=volume,
        segmentation_type="BINARY",
        segment_descriptions=[
            _description(number, labels.names.get(label, f"label {label}"))
            for number, label in enumerate(present, start=1)
        ],
        series_instance_uid=origin.uid("segmentation series", digest, created),
        series_number=origin.series_number(_SERIES),
        sop_instance_uid=origin.uid("segmentation", digest, created),
        instance_number=1,
        manufacturer=PRODUCT,
        manufacturer_model_name=PRODUCT,
        software_versions=version(PRODUCT),
        device_serial_number="none",
        content_label="HEART",
        content_description="Structures of the heart. Research use only.",
        series_description="Segmentation (heartwright)",
    )
    stamp(dataset, origin, created)
    _fix(dataset, volume, origin.uid("dimensions", digest, created))
    makers: list[Any] = [*dataset.ContributingEquipmentSequence, _maker(labels)]
    dataset.ContributingEquipmentSequence = makers
    return dataset


def _description(number: int, name: str) -> Any:
    import highdicom
    from pydicom.sr.codedict import codes
    from pydicom.sr.coding import Code

    what = property_of(name)
    return highdicom.seg.SegmentDescription(
        segment_number=number,
        segment_label=" ".join(name.split())[:64],  # LO
        segmented_property_category=Code(what.category[0], "SCT", what.category[1]),
        segmented_property_type=Code(what.code, "SCT", what.meaning),
        algorithm_type="SEMIAUTOMATIC",
        algorithm_identification=highdicom.AlgorithmIdentificationSequence(
            name=_UNKNOWN, family=codes.cid7162.ManualProcessing, version=_UNKNOWN
        ),
    )


def _bare(header: "Dataset") -> "Dataset":
    """What highdicom needs of a source's header, and nothing of the patient."""
    from pydicom import Dataset

    bare = Dataset()
    for keyword in _NEEDED:
        if keyword in header:
            setattr(bare, keyword, header[keyword].value)
    for keyword in IDENTITY:
        setattr(bare, keyword, "")
    bare.SliceThickness = bare.get("SliceThickness")  # asked for even where a series has none
    return bare


def _fix(dataset: "Dataset", volume: Any, dimensions: str) -> None:
    """What highdicom takes from a multi-frame source instead of the volume, or makes at random."""
    shared = dataset.SharedFunctionalGroupsSequence[0]
    shared.PixelMeasuresSequence = volume.get_pixel_measures()
    shared.PlaneOrientationSequence = volume.get_plane_orientation()
    for item in (*dataset.DimensionOrganizationSequence, *dataset.DimensionIndexSequence):
        item.DimensionOrganizationUID = dimensions
    for item in dataset.ContributingEquipmentSequence:
        item.ContributionDateTime = dataset.ContentDate + dataset.ContentTime


def _maker(labels: LabelMap) -> "Dataset":
    """Ourselves, with the mark of the file that the labels came in; its name may tell a name."""
    marks = ", ".join(sorted(labels.provenance.inputs.values()))
    return maker(f"SHA-256 of the label map: {marks}" if marks else "label map")


def _corners(labels: LabelMap) -> Float[np.ndarray, "8 3"]:
    """Of the box around everything that is labelled, LPS mm."""
    where = labels.values > 0
    ends = []
    for axis in range(3):
        used = np.flatnonzero(where.any(axis=tuple({0, 1, 2} - {axis})))
        ends.append((used[0], used[-1]))
    return labels.grid.to_lps(np.array(list(product(*ends)), dtype=np.float64))


def _refuse_skew(labels: LabelMap, path: Path) -> None:
    axes = labels.affine[:3, :3] / labels.grid.spacing
    if np.abs(axes.T @ axes - np.eye(3)).max() > _SKEW:
        raise GeometryError(
            f"{path}: the label map's axes are not perpendicular, which a DICOM segmentation "
            f"cannot say; resample the labels onto an upright grid."
        )
