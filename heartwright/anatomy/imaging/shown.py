"""A tag's text as it may be shown on a screen."""

import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pydicom import Dataset

_IDENTIFYING = (
    "PatientName",
    "PatientID",
    "OtherPatientIDs",
    "OtherPatientNames",
    "PatientBirthName",
    "PatientMotherBirthName",
    "PatientBirthDate",
    "PatientAddress",
    "AccessionNumber",
    "InstitutionName",
    "ReferringPhysicianName",
    "PerformingPhysicianName",
    "OperatorsName",
)


class Shown:
    """The texts of one header, but for those that repeat what identifies the patient."""

    def __init__(self, header: "Dataset") -> None:
        said = " ".join(str(header[tag].value) for tag in _IDENTIFYING if tag in header)
        self._identifying = {word.casefold() for word in re.findall(r"[^\W_]{3,}", said)}

    def __call__(self, value: Any) -> str:
        """The value on one line, or "withheld"."""
        line = one_line(value)
        told = any(word in line.casefold() for word in self._identifying)
        return "withheld" if told else line


def one_line(value: Any) -> str:
    """A tag's text on one line, without what cannot be printed."""
    if value is None:
        return ""
    several = not isinstance(value, str) and hasattr(value, "append")
    text = "-".join(str(item) for item in value) if several else str(value)
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())
