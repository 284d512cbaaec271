"""A plan's measures as a DICOM Comprehensive 3D SR (PS3.3 A.35.13, PS3.16 TID 1500)."""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from heartwright.anatomy.imaging.hospital.origin import (
    IDENTITY,
    PRODUCT,
    Origin,
    coded,
    maker,
    stamp,
)
from heartwright.anatomy.imaging.hospital.structural_heart import (
    QUANTITIES,
    UNITS,
    Measured,
    Triple,
)
from heartwright.data.errors import InputError
from heartwright.data.files import atomic
from heartwright.data.plan import RESEARCH_ONLY
from heartwright.data.provenance import Provenance

if TYPE_CHECKING:
    from pydicom import Dataset

_SERIES = 3000  # is added to the number of the source series
_PLACE_ONLY = ("FrameOfReferenceUID", "PositionReferenceIndicator")  # an SR has it in its points


@dataclass(frozen=True)
class Group:
    """What is measured at one place."""

    name: str  # for people; tells the groups of a document apart
    site: Triple
    measures: tuple[Measured, ...]
    remark: str  # how it was found, and what its uncertainty means
    point_lps_mm: tuple[float, float, float] | None = None  # middle of the section


def write_sr(
    groups: Sequence[Group],
    remarks: Sequence[str],
    path: Path,
    origin: Origin,
    *,
    force: bool = False,
) -> None:
    """Write measures with codes, units, uncertainty and places, beside their source series.

    The document says that it is for research only, is unverified and preliminary, and names the
    program and its version as its observer.

    Args:
        groups: at least one, each with at least one measure.
        remarks: what a reader must know first, a sentence each.
        path: .dcm file.
        origin: the series that the plan goes back to.
        force: write over a file that exists.

    Raises:
        InputError: there is nothing to write.
        GeometryError: a place lies beside the series.
        OutputError: the path cannot be written, or exists and `force` is not given.
    """
    if not any(group.measures for group in groups):
        raise InputError(f"{path}: the plan holds no measure; there is nothing to write.")
    places = [group.point_lps_mm for group in groups if group.point_lps_mm is not None]
    if places:
        origin.refuse_elsewhere(np.array(places, dtype=np.float64), "the plan")
    dataset = _document(groups, remarks, origin)
    with atomic(path, force=force) as temporary:
        dataset.save_as(temporary, enforce_file_format=True)


def _document(groups: Sequence[Group], remarks: Sequence[str], origin: Origin) -> "Dataset":
    import highdicom

    created = Provenance.of().created
    digest = hashlib.sha256(repr((groups, remarks)).encode()).hexdigest()
    dataset = highdicom.sr.Comprehensive3DSR(
        evidence=[_evidence(header) for header in origin.headers],
        content=_content(groups, remarks, origin),
        series_instance_uid=origin.uid("plan series", digest, created),
        series_number=origin.series_number(_SERIES),
        sop_instance_uid=origin.uid("plan", digest, created),
        instance_number=1,
        manufacturer=PRODUCT,
        is_complete=True,
        series_description="Plan (heartwright). Research use only",
    )
    stamp(dataset, origin, created)
    for keyword in _PLACE_ONLY:
        if keyword in dataset:
            delattr(dataset, keyword)
    makers: list[Any] = [maker(f"SHA-256 of the measures: {digest}")]
    dataset.ContributingEquipmentSequence = makers
    return dataset


def _evidence(header: "Dataset") -> "Dataset":
    """What highdicom needs to refer to an image, and nothing of the patient."""
    from pydicom import Dataset

    bare = Dataset()
    for keyword in ("SOPClassUID", "SOPInstanceUID", "StudyInstanceUID", "SeriesInstanceUID"):
        setattr(bare, keyword, header[keyword].value)
    for keyword in IDENTITY:
        setattr(bare, keyword, "")
    return bare


def _content(groups: Sequence[Group], remarks: Sequence[str], origin: Origin) -> Any:
    import highdicom
    from pydicom.sr.codedict import codes

    report = highdicom.sr.MeasurementReport(
        observation_context=_observer(origin),
        procedure_reported=codes.SCT.ImagingProcedure,
        imaging_measurements=[_group(group, origin) for group in groups if group.measures],
        title=codes.DCM.ImagingMeasurementReport,
    )
    report[0].ContentSequence.extend(_comment(text) for text in (RESEARCH_ONLY, *remarks))
    return report


def _observer(origin: Origin) -> Any:
    import highdicom
    from pydicom.sr.codedict import codes

    device = highdicom.sr.DeviceObserverIdentifyingAttributes(
        uid=origin.uid("observer", version(PRODUCT)),
        name=PRODUCT,
        manufacturer_name=PRODUCT,
        model_name=f"{PRODUCT} {version(PRODUCT)}",
    )
    return highdicom.sr.ObservationContext(
        observer_device_context=highdicom.sr.ObserverContext(
            observer_type=codes.DCM.Device, observer_identifying_attributes=device
        )
    )


def _group(group: Group, origin: Origin) -> Any:
    """One measurement group (TID 1501), with its remark as a comment."""
    import highdicom

    made = highdicom.sr.MeasurementsAndQualitativeEvaluations(
        tracking_identifier=highdicom.sr.TrackingIdentifier(
            uid=origin.uid("group", group.name), identifier=group.name
        ),
        finding_sites=[highdicom.sr.FindingSite(_concept(group.site))],
        measurements=[_measurement(each, group, origin) for each in group.measures],
    )
    made[0].ContentSequence.append(_comment(group.remark))
    return made


def _measurement(measured: Measured, group: Group, origin: Origin) -> Any:
    import highdicom

    return highdicom.sr.Measurement(
        name=_concept(QUANTITIES[measured.name]),
        value=_decimal(measured.value),
        unit=_concept(UNITS[measured.unit]),
        algorithm_id=highdicom.sr.AlgorithmIdentification(name=PRODUCT, version=version(PRODUCT)),
        properties=_uncertainty(measured),
        referenced_coordinates=list(_place(group, origin)),
    )


def _uncertainty(measured: Measured) -> Any:
    """Upper and lower range (TID 310), in the measure's own unit: highdicom writes none."""
    import highdicom

    if measured.uncertainty is None:
        return None
    size = _decimal(measured.uncertainty)
    made = highdicom.sr.MeasurementProperties(
        upper_measurement_uncertainty=size, lower_measurement_uncertainty=size
    )
    for item in made:
        item.MeasuredValueSequence[0].MeasurementUnitsCodeSequence = [coded(UNITS[measured.unit])]
    return made


def _place(group: Group, origin: Origin) -> Iterator[Any]:
    import highdicom

    if group.point_lps_mm is not None:
        yield highdicom.sr.CoordinatesForMeasurement3D(
            graphic_type=highdicom.sr.GraphicTypeValues3D.POINT,
            graphic_data=np.array([group.point_lps_mm], dtype=np.float64),
            frame_of_reference_uid=str(origin.first.FrameOfReferenceUID),
        )


def _comment(text: str) -> Any:
    import highdicom
    from pydicom.sr.codedict import codes

    return highdicom.sr.TextContentItem(
        name=codes.DCM.Comment,
        value=text,
        relationship_type=highdicom.sr.RelationshipTypeValues.CONTAINS,
    )


def _concept(code: Triple) -> Any:
    from highdicom.sr import CodedConcept

    value, scheme, meaning = code
    return CodedConcept(value, scheme, meaning)


def _decimal(value: float) -> float:
    """Short enough for a decimal string (DS), finer than anything measured."""
    return float(f"{value:.6g}")
