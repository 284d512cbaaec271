"""The series that a result was made from, and what the result takes over from it.

A file for the hospital's archive belongs to the patient, study and frame of reference of its
source series (DICOM PS3.3 A.1.2), so it carries that patient's identity: as much of it as the
series itself does. A de-identified series gives de-identified files.
"""

from dataclasses import dataclass
from datetime import datetime
from importlib.metadata import version
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import NAMESPACE_OID, uuid5

import numpy as np
from jaxtyping import Float

from heartwright.anatomy.imaging.dicom import choose
from heartwright.anatomy.imaging.headers import Frame, files_of, read_headers
from heartwright.anatomy.imaging.image import parsing
from heartwright.anatomy.imaging.series import sort
from heartwright.data.errors import GeometryError, InputError
from heartwright.data.files import existing
from heartwright.data.surface import Vertices

if TYPE_CHECKING:
    from pydicom import Dataset

IDENTITY = (  # of a patient and a study, which a writer starts without
    "PatientID",
    "PatientName",
    "PatientBirthDate",
    "PatientSex",
    "AccessionNumber",
    "StudyID",
    "StudyDate",
    "StudyTime",
)
PRODUCT = "heartwright"
_PATIENT_AND_STUDY = {  # PS3.3 C.7.1.1 and C.7.2.1; those that must be there, even if empty
    "PatientName": True,
    "PatientID": True,
    "IssuerOfPatientID": False,
    "PatientBirthDate": True,
    "PatientSex": True,
    "PatientIdentityRemoved": False,
    "DeidentificationMethod": False,
    "DeidentificationMethodCodeSequence": False,
    "StudyDate": True,
    "StudyTime": True,
    "StudyID": True,
    "StudyDescription": False,
    "AccessionNumber": True,
    "ReferringPhysicianName": True,
    "PositionReferenceIndicator": True,
    "LongitudinalTemporalInformationModified": False,
    "TimezoneOffsetFromUTC": False,
}
_TIES = ("StudyInstanceUID", "SeriesInstanceUID", "FrameOfReferenceUID")


@dataclass(frozen=True, eq=False)
class Origin:
    """The headers of one series' files, without pixels."""

    headers: "tuple[Dataset, ...]"
    bounds: Float[np.ndarray, "2 3"]  # lower and upper corner of its slices, LPS mm
    lost: tuple[str, ...] = ()  # identifiers that it lacks, for which others stand in

    @property
    def first(self) -> "Dataset":
        """One header, for what all of them share."""
        return self.headers[0]

    @property
    def identified(self) -> bool:
        """Whether it may tell who the patient is; only a series that says so does not."""
        return str(self.first.get("PatientIdentityRemoved", "")).upper() != "YES"

    def series_number(self, offset: int) -> int:
        """A number for a series of results, far from those that scanners count."""
        return offset + max(0, int(self.first.get("SeriesNumber") or 0))

    def uid(self, *parts: str) -> str:
        """An identifier that the same series and parts always give."""
        return _derived(self.first.SeriesInstanceUID, *parts)

    def refuse_elsewhere(self, points: Vertices, what: str) -> None:
        """A result lies where its scan lies, or it was made from another one.

        Raises:
            GeometryError: the boxes around the points and around the slices do not meet.
        """
        low, high = points.min(axis=0), points.max(axis=0)
        if (low > self.bounds[1]).any() or (high < self.bounds[0]).any():
            raise GeometryError(
                f"{what} lies beside the slices of the series: it was made from another scan, or "
                f"its coordinates are not LPS millimetres; name the series that it belongs to."
            )


def read_origin(path: Path, *, series: str | None = None) -> Origin:
    """The headers of the series that a result goes back to.

    Where careless anonymisation took the identifiers of its study, series or frame of reference,
    others stand in, always the same ones.

    Args:
        path: a folder of DICOM files, or one multi-frame file.
        series: which series, as for `read_volume`.

    Raises:
        InputError: no DICOM series is there, several are and none is named, or its images lack
            their own identifiers.
        GeometryError: an image does not say where it lies.
    """
    frames, broken = read_headers(files_of(existing(path)))
    if broken:
        raise broken[0]
    if not frames:
        raise InputError(
            f"{path} holds no DICOM images; a result goes back to the DICOM series that it was "
            f"made from, so name its folder."
        )
    chosen = choose(sort(frames), series, path)
    files = dict.fromkeys(frame.source.path for frame in chosen.frames)
    headers = tuple(_header(file) for file in files)
    lost = tuple(keyword for keyword in _TIES if not headers[0].get(keyword))
    for header, keyword in product(headers, lost):
        setattr(header, keyword, _derived(headers[0].SOPInstanceUID, keyword))
    corners = np.concatenate([_corners(frame) for frame in chosen.frames])
    return Origin(headers, np.array([corners.min(axis=0), corners.max(axis=0)]), lost)


def stamp(dataset: "Dataset", origin: Origin, created: str) -> None:
    """Give a result the patient, study and place of its source, its maker, and its time.

    Args:
        dataset: changed.
        origin: the source series.
        created: ISO 8601.
    """
    source = origin.first
    dataset.SpecificCharacterSet = "ISO_IR 192"
    for keyword, demanded in _PATIENT_AND_STUDY.items():
        if keyword in source:
            setattr(dataset, keyword, source[keyword].value)
        elif demanded:
            setattr(dataset, keyword, None)
    dataset.StudyInstanceUID = source.StudyInstanceUID
    dataset.FrameOfReferenceUID = source.FrameOfReferenceUID
    dataset.Manufacturer = dataset.ManufacturerModelName = PRODUCT
    dataset.DeviceSerialNumber = "none"
    dataset.SoftwareVersions = version(PRODUCT)
    moment = _local(datetime.fromisoformat(created), source)
    for kind in ("InstanceCreation", "Content"):
        setattr(dataset, f"{kind}Date", f"{moment:%Y%m%d}")
        setattr(dataset, f"{kind}Time", f"{moment:%H%M%S}")


def maker(description: str) -> "Dataset":
    """An item that names us as equipment that contributed (PS3.3 C.12.1.1.5)."""
    from pydicom import Dataset

    item = Dataset()
    item.PurposeOfReferenceCodeSequence = [coded(("109102", "DCM", "Processing Equipment"))]
    item.Manufacturer = item.ManufacturerModelName = PRODUCT
    item.SoftwareVersions = version(PRODUCT)
    item.ContributionDescription = description
    return item


def coded(code: tuple[str, str, str]) -> "Dataset":
    """A code sequence's item from value, scheme and meaning (PS3.3 8.8)."""
    from pydicom import Dataset

    item = Dataset()
    item.CodeValue, item.CodingSchemeDesignator, item.CodeMeaning = code
    return item


def _local(moment: datetime, source: "Dataset") -> datetime:
    """The time as the hospital's clocks say it: in the series' zone if it names one."""
    try:
        zone = datetime.strptime(str(source.get("TimezoneOffsetFromUTC") or ""), "%z").tzinfo
    except ValueError:  # none, or no offset
        zone = None
    return moment.astimezone(zone)


def _corners(frame: Frame) -> Float[np.ndarray, "4 3"]:
    """Of one plane, LPS mm.

    Raises:
        GeometryError: it does not say where it lies.
    """
    if missing := frame.missing() or frame.unusable():
        raise GeometryError(
            f"{frame.name} lacks a usable {missing[0]}, so nothing can be filed beside it; export "
            f"the series again."
        )
    row, column = frame.place["ImageOrientationPatient"].reshape(2, 3)
    between_rows, between_columns = frame.place["PixelSpacing"]
    along = row * between_columns * frame.place["Columns"]
    down = column * between_rows * frame.place["Rows"]
    return frame.place["ImagePositionPatient"] + np.array([0 * row, along, down, along + down])


def _header(path: Path) -> "Dataset":
    import pydicom

    with parsing(path, "DICOM"):
        header = pydicom.dcmread(path, stop_before_pixels=True)
        header.decode()
    for keyword in ("SOPClassUID", "SOPInstanceUID"):
        known = header.get(keyword) or header.file_meta.get(f"MediaStorage{keyword}")
        if not known:
            raise InputError(
                f"{path} lacks {keyword}, so nothing can refer to it; export the series again."
            )
        setattr(header, keyword, known)
    return header


def _derived(*parts: str) -> str:
    """An identifier that the same parts always give (PS3.5 B.2: derived from a UUID)."""
    return f"2.25.{uuid5(NAMESPACE_OID, '/'.join(parts)).int}"
