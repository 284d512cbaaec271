"""The measures of a DICOM measurement report (PS3.16 TID 1500), whoever wrote it."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from heartwright.anatomy.imaging.hospital.structural_heart import Triple
from heartwright.anatomy.imaging.image import parsing
from heartwright.data.errors import InputError
from heartwright.data.files import existing

_UPPER = "371886008"  # SCT, +, range of upper measurement uncertainty


@dataclass(frozen=True)
class Reported:
    """One number of a report."""

    group: str
    quantity: Triple
    value: float
    unit: str  # UCUM
    uncertainty: float | None  # upper range, in the same unit; None where the report has none


def read_sr(path: Path) -> tuple[Reported, ...]:
    """Read the numbers of every measurement group.

    Raises:
        InputError: the file is missing, broken, or no measurement report.
    """
    from highdicom.sr import srread
    from pydicom import dcmread

    with parsing(existing(path), "DICOM"):
        if dcmread(path, specific_tags=["Modality"]).get("Modality") != "SR":
            raise InputError(f"{path} is no structured report; name one with measurements.")
        content: Any = srread(path).content
        groups = content.get_image_measurement_groups()
        return tuple(each for group in groups for each in _numbers(group))


def _numbers(group: Any) -> Iterator[Reported]:
    for measured in group.get_measurements():
        name = measured.name
        yield Reported(
            group=str(group.tracking_identifier),
            quantity=(name.value, name.scheme_designator, name.meaning),
            value=float(measured.value),
            unit=str(measured.unit.value),
            uncertainty=_upper(measured),
        )


def _upper(measured: Any) -> float | None:
    for item in measured[0].get("ContentSequence", ()):
        if item.ConceptNameCodeSequence[0].CodeValue == _UPPER:
            return float(item.MeasuredValueSequence[0].NumericValue)
    return None
