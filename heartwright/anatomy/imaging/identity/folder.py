"""A folder of DICOM files to another without the patients."""

from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from heartwright.anatomy.imaging.headers import files_of, is_image, may_be_dicom
from heartwright.anatomy.imaging.identity.deidentify import deidentified
from heartwright.anatomy.imaging.identity.key import Key
from heartwright.anatomy.imaging.identity.picture import may_show_names
from heartwright.anatomy.imaging.image import parsing
from heartwright.data.errors import InputError, OutputError
from heartwright.data.files import atomic, existing
from heartwright.data.progress import Progress, silent

if TYPE_CHECKING:
    from pydicom import Dataset


@dataclass
class Tally:
    """What became of the files of a folder."""

    patients: set[str] = field(default_factory=set)  # their new names
    series: Counter[str] = field(default_factory=Counter)  # images, by the new series UID
    drawn: int = 0  # images whose pictures may show a name
    left_out: int = 0  # files that are no DICOM images
    refused: list[str] = field(default_factory=list)  # a sentence for each image not written

    def count(self, image: "Dataset") -> None:
        """Note an image that was written."""
        self.patients.add(str(image.get("PatientID", "")))
        self.series[series_of(image)] += 1
        self.drawn += may_show_names(image)


def series_of(image: "Dataset") -> str:
    """The UID of its series; empty where it has none."""
    return str(image.get("SeriesInstanceUID", ""))


def deidentify_folder(
    path: Path, out: Path, key: Key, *, shift: bool = False, progress: Progress = silent
) -> Tally:
    """De-identify every DICOM image below a folder, or one file, into an empty folder.

    The new files are called `PATIENT/SERIES/00001.dcm`, by their new names, in the order of the old
    ones. What is no image (reports, documents, directories, other formats) is left out.

    Raises:
        InputError: nothing is there, or nothing that may be written.
    """
    tally = Tally()
    found = list(files_of(existing(path)))
    for done, file in enumerate(found, start=1):
        try:
            _move(file, out, key, tally, shift=shift)
        except OutputError:
            raise
        except InputError as error:
            tally.refused.append(str(error))
        progress(done, len(found))
    if not tally.series:
        because = f": {tally.refused[0]}" if tally.refused else "; name a folder of DICOM files."
        raise InputError(f"{path} holds no DICOM image that may be written{because}")
    return tally


def _move(file: Path, out: Path, key: Key, tally: Tally, *, shift: bool) -> None:
    image = _read(file, key, shift=shift)
    if image is None:
        tally.left_out += 1
        return
    series = series_of(image)
    folder = out / str(image.PatientID) / key.token("folder", series)
    folder.mkdir(parents=True, exist_ok=True)
    write_image(image, folder / f"{tally.series[series] + 1:05d}.dcm")
    tally.count(image)


def _read(path: Path, key: Key, *, shift: bool) -> "Dataset | None":
    """The image in a file, de-identified; None where it is no DICOM image."""
    import pydicom

    with parsing(path, "DICOM"):
        if not may_be_dicom(path):
            return None
        return _image(pydicom.dcmread(path), key, shift=shift, where=str(path))


def _image(dataset: "Dataset", key: Key, *, shift: bool, where: str) -> "Dataset | None":
    if not is_image(dataset):
        return None
    if "Rows" not in dataset:
        raise EOFError  # an image always has them: the file ends before
    return deidentified(dataset, key, shift=shift, where=where)


def write_image(image: "Dataset", path: Path) -> None:
    """Write a DICOM file, whole or not at all.

    Raises:
        InputError: a value does not fit its attribute, or the place cannot be written to.
    """
    with atomic(path) as temporary, parsing(path, "DICOM"):
        image.save_as(temporary, enforce_file_format=True)
