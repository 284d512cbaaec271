"""The headers of DICOM files: one `Frame` for every plane, whether in a file of its own or not."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from jaxtyping import Float

from heartwright.anatomy.imaging.clues import Values, clues
from heartwright.anatomy.imaging.image import parsing
from heartwright.anatomy.imaging.shown import Shown, one_line
from heartwright.data.errors import InputError

if TYPE_CHECKING:
    from pydicom import Dataset

PLACE = {  # how many numbers each tag holds
    "ImagePositionPatient": 3,
    "ImageOrientationPatient": 6,
    "PixelSpacing": 2,
    "Rows": 1,
    "Columns": 1,
}
_FARTHEST_MM = 1e5
_MAGIC = b"DICM"  # behind a preamble of 128 bytes
_ENDINGS = {".dcm", ".dicom", ".ima"}


@dataclass(frozen=True, eq=False)
class Source:
    """What the header of one file says of all its planes; empty where it says nothing."""

    path: Path
    instance: str  # SOPInstanceUID
    series: str  # SeriesInstanceUID
    number: str
    description: str  # "withheld" where it repeats something that identifies the patient
    modality: str
    frame_of_reference: str
    cine: bool = False  # several frames without places: a film, not a volume


@dataclass(frozen=True, eq=False)
class Frame:
    """One plane."""

    source: Source
    index: int | None  # in a multi-frame file, from 0
    place: Mapping[str, Float[np.ndarray, "number"]]  # by the names in `PLACE`
    clues: Values
    rescale: tuple[float, float] | None = None  # slope and intercept of a multi-frame file's frame

    def missing(self) -> list[str]:
        """The names of its place that are absent or of the wrong length."""
        return [name for name, count in PLACE.items() if len(self.place[name]) != count]

    def unusable(self) -> list[str]:
        """The names of its place whose numbers cannot be true."""
        far = [name for name in PLACE if not (np.abs(self.place[name]) < _FARTHEST_MM).all()]
        return far or [n for n in ("PixelSpacing", "Rows", "Columns") if self.place[n].min() <= 0]

    @property
    def name(self) -> str:
        """What messages call it."""
        part = "" if self.index is None else f" (frame {self.index + 1})"
        return f"{self.source.path}{part}"


def is_dicom(path: Path) -> bool:
    """Whether the file says that it is DICOM."""
    with path.open("rb") as stream:
        return stream.read(132)[128:] == _MAGIC


def may_be_dicom(path: Path) -> bool:
    """Whether the file says that it is DICOM, or is called so."""
    return is_dicom(path) or path.suffix.lower() in _ENDINGS


def read_headers(paths: Iterable[Path]) -> tuple[list[Frame], list[InputError]]:
    """The planes of all image files, and what is wrong with those that cannot be read.

    Reports, structure sets and files of other kinds are passed over.
    """
    frames: list[Frame] = []
    broken: list[InputError] = []
    for path in paths:
        try:
            frames.extend(_frames(path))
        except InputError as error:
            broken.append(error)
    return frames, broken


def files_of(path: Path) -> Iterator[Path]:
    """The file itself, or every file of a folder and its subfolders."""
    return iter([path] if path.is_file() else sorted(p for p in path.rglob("*") if p.is_file()))


def _frames(path: Path) -> list[Frame]:
    import pydicom

    from heartwright.anatomy.imaging.multiframe import planes

    with parsing(path, "DICOM"):
        if not may_be_dicom(path):
            return []
        header = pydicom.dcmread(path, stop_before_pixels=True)
        if not is_image(header):
            return []
        if "Rows" not in header:
            raise EOFError  # an image always has them: the file ends before
        text = Shown(header)
        source = _source(path, header, text)
        if "PerFrameFunctionalGroupsSequence" in header:
            return planes(header, source, text)
        return [_plane(header, source, text)]


def _plane(header: "Dataset", source: Source, text: Shown) -> Frame:
    place = {name: numbers(header.get(name)) for name in PLACE}
    return Frame(source, None, place, clues(header.get, text))


def _source(path: Path, header: "Dataset", text: Shown) -> Source:
    return Source(
        path=path,
        instance=one_line(header.get("SOPInstanceUID")),
        series=one_line(header.get("SeriesInstanceUID")),
        number=one_line(header.get("SeriesNumber")),
        description=text(header.get("SeriesDescription")),
        modality=text(header.get("Modality")),
        frame_of_reference=one_line(header.get("FrameOfReferenceUID")),
        cine=int(header.get("NumberOfFrames") or 1) > 1,
    )


def numbers(value: Any) -> Float[np.ndarray, "number"]:
    """A tag's numbers; none where it is absent."""
    return np.array([] if value is None else value, dtype=np.float64, ndmin=1)


def is_image(header: "Dataset") -> bool:
    """Whether it is one, by the kind of object, which stands at the very start of the file."""
    kind = header.file_meta.get("MediaStorageSOPClassUID") or header.get("SOPClassUID")
    if kind is None:
        raise EOFError  # every DICOM file says what it is: this one ends before
    if kind.name == kind:  # private to a vendor, or younger than pydicom
        return "Rows" in header and "SegmentSequence" not in header
    return "Image Storage" in kind.name or kind.name == "Enhanced US Volume Storage"
