"""A DICOM image without its patient: PS3.15's basic profile, and nothing that is not understood."""

import hashlib
from typing import TYPE_CHECKING

from heartwright import __version__
from heartwright.anatomy.imaging.identity.attributes import Replacing, cleaned
from heartwright.anatomy.imaging.identity.key import Key
from heartwright.anatomy.imaging.identity.picture import VOXELS, lay_bare, refuse_drawn
from heartwright.anatomy.imaging.identity.profile import EDITION

if TYPE_CHECKING:
    from pydicom import Dataset

_BASIC = ("113100", "Basic Application Confidentiality Profile")  # PS3.16, CID 7050
_MOVED = ("113107", "Retain Longitudinal Temporal Information Modified Dates Option")
_PATIENT = ("PatientID", "PatientName", "StudyInstanceUID")  # the first that says something


def deidentified(dataset: "Dataset", key: Key, *, shift: bool, where: str) -> "Dataset":
    """A new dataset by the basic profile of DICOM PS3.15, Annex E; the given one's voxels decoded.

    Args:
        dataset: an image with its file meta information.
        key: what pseudonyms, UIDs and shifts are made from.
        shift: move dates by days of the patient's own, instead of removing them.
        where: what messages call it.

    Raises:
        InputError: text is burned in, an overlay hides among the voxels, or it is not decoded.
        Exception: pydicom's many kinds, where the file is damaged (see `parsing`).
    """
    from pydicom.filewriter import correct_ambiguous_vr

    refuse_drawn(dataset, where)
    lay_bare(dataset, where)
    _complete(dataset)
    dataset = correct_ambiguous_vr(dataset, dataset.file_meta.TransferSyntaxUID.is_little_endian)
    patient = _patient(dataset)
    clean = cleaned(dataset, Replacing(key, key.days(patient) if shift else None))
    clean.PatientName = clean.PatientID = key.token("patient", patient)
    for voxels in VOXELS:
        if voxels in dataset:
            clean.add(dataset[voxels])
    _say_so(clean, shift=shift)
    _head(clean, dataset)
    return clean


def _patient(dataset: "Dataset") -> str:
    said = (str(dataset.get(name) or "").strip() for name in _PATIENT)
    return next((text for text in said if text), "")


def _complete(dataset: "Dataset") -> None:
    """Kind and UID of the image, where careless anonymisers left them to its head, or nowhere."""
    head = dataset.file_meta
    if not dataset.get("SOPClassUID"):
        dataset.SOPClassUID = head.MediaStorageSOPClassUID
    if not dataset.get("SOPInstanceUID"):
        dataset.SOPInstanceUID = head.get("MediaStorageSOPInstanceUID") or _by_content(dataset)


def _by_content(dataset: "Dataset") -> str:
    """A UID for an image that has none, by its voxels and its place."""
    voxels = next(dataset[name].value for name in VOXELS if name in dataset)
    place = str(dataset.get("ImagePositionPatient")).encode()
    digest = hashlib.sha256(bytes(voxels) + place).digest()
    return f"2.25.{int.from_bytes(digest[:15], 'big')}"


def _say_so(clean: "Dataset", *, shift: bool) -> None:
    """What the standard asks of a file that was de-identified."""
    from pydicom import Dataset

    codes = [_BASIC, _MOVED] if shift else [_BASIC]
    clean.PatientIdentityRemoved = "YES"
    clean.DeidentificationMethod = [f"heartwright {__version__}", f"{EDITION} Annex E"]
    clean.DeidentificationMethodCodeSequence = []
    for value, meaning in codes:
        item = Dataset()
        item.CodeValue, item.CodingSchemeDesignator, item.CodeMeaning = value, "DCM", meaning
        clean.DeidentificationMethodCodeSequence.append(item)
    clean.LongitudinalTemporalInformationModified = "MODIFIED" if shift else "REMOVED"


def _head(clean: "Dataset", dataset: "Dataset") -> None:
    """File meta information of its own: the old one names machines, and may be private."""
    from pydicom.dataset import FileMetaDataset

    clean.file_meta = FileMetaDataset()
    clean.file_meta.TransferSyntaxUID = dataset.file_meta.TransferSyntaxUID
    clean.file_meta.MediaStorageSOPClassUID = clean.SOPClassUID
    clean.file_meta.MediaStorageSOPInstanceUID = clean.SOPInstanceUID
