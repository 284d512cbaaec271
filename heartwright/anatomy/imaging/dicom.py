"""A folder of DICOM slices: found, grouped into series, audited and decoded."""

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from jaxtyping import Float, Num

from heartwright.anatomy.imaging.geometry import Planes, stack
from heartwright.anatomy.imaging.image import grey_values, parsing
from heartwright.data.errors import GeometryError, InputError
from heartwright.data.provenance import Provenance
from heartwright.data.volume import Volume

if TYPE_CHECKING:
    from pydicom import Dataset

_MAGIC = b"DICM"  # behind a preamble of 128 bytes
_ENDINGS = {".dcm", ".dicom", ".ima"}
_PLACE = {  # how many numbers each tag holds
    "ImagePositionPatient": 3,
    "ImageOrientationPatient": 6,
    "PixelSpacing": 2,
    "Rows": 1,
    "Columns": 1,
}
_FARTHEST_MM = 1e5
_LISTED = 6  # series that a message names


@dataclass(frozen=True, eq=False)
class Slice:
    """What the header of one file says, as far as we need it; empty where it says nothing."""

    path: Path
    series: str  # SeriesInstanceUID
    number: str
    description: str
    modality: str
    frame_of_reference: str
    multiframe: bool
    place: Mapping[str, Float[np.ndarray, "number"]]  # by the names in `_PLACE`


def is_dicom(path: Path) -> bool:
    """Whether the file says that it is DICOM."""
    with path.open("rb") as stream:
        return stream.read(132)[128:] == _MAGIC


def read_series(folder: Path, *, series: str | None = None) -> Volume:
    """Read the one series of a folder and its subfolders, or the one that is named.

    Raises:
        InputError: no series, several without a name, or a file that is damaged.
        GeometryError: the slices do not lie on an even, upright grid.
    """
    slices = _chosen(_by_series(folder), series, folder)
    _refuse_multiframe(slices[0])
    grid = stack(_planes(slices), f"{folder}")
    ordered = [slices[n] for n in grid.order]
    values = np.stack([_pixels(slice_) for slice_ in ordered]).T
    first = ordered[0]
    parameters = {
        "geometry": asdict(grid.audit),
        "series": first.series,
        "frame_of_reference": first.frame_of_reference,
    }
    return Volume(
        grey_values(values, folder),
        grid.affine,
        first.modality,
        Provenance.of([folder.resolve()], parameters),
    )


def _by_series(folder: Path) -> dict[str, list[Slice]]:
    groups: dict[str, list[Slice]] = {}
    for slice_ in _images(folder):
        groups.setdefault(slice_.series, []).append(slice_)
    if not groups:
        raise InputError(f"{folder} holds no DICOM images; name the folder of a series.")
    return groups


def _images(folder: Path) -> Iterator[Slice]:
    """Headers of all image files; reports, structure sets and other files are passed over."""
    import pydicom

    for path in sorted(p for p in folder.rglob("*") if p.is_file()):
        with parsing(path, "DICOM"):
            if not is_dicom(path) and path.suffix.lower() not in _ENDINGS:
                continue
            header = pydicom.dcmread(path, stop_before_pixels=True)
            slice_ = _slice(path, header) if _is_image(header) else None
        if slice_ is not None:
            yield slice_


def _slice(path: Path, header: "Dataset") -> Slice:
    if "Rows" not in header:
        raise EOFError  # an image always has them: the file ends before
    return Slice(
        path=path,
        series=_text(header, "SeriesInstanceUID"),
        number=_text(header, "SeriesNumber"),
        description=_text(header, "SeriesDescription"),
        modality=_text(header, "Modality"),
        frame_of_reference=_text(header, "FrameOfReferenceUID"),
        multiframe=(
            "PerFrameFunctionalGroupsSequence" in header
            or int(header.get("NumberOfFrames") or 1) > 1
        ),
        place={name: _numbers(header, name) for name in _PLACE},
    )


def _text(header: "Dataset", name: str) -> str:
    """A tag's text on one line, without what cannot be printed."""
    value = header.get(name)
    text = "" if value is None else str(value)
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())


def _numbers(header: "Dataset", name: str) -> Float[np.ndarray, "number"]:
    value = header.get(name)
    return np.array([] if value is None else value, dtype=np.float64, ndmin=1)


def _is_image(header: "Dataset") -> bool:
    """By the kind of object, which stands at the very start of the file."""
    kind = header.file_meta.get("MediaStorageSOPClassUID") or header.get("SOPClassUID")
    if kind is None:
        raise EOFError  # every DICOM file says what it is: this one ends before
    if kind.name == kind:  # private to a vendor
        return "Rows" in header
    return "Image Storage" in kind.name


def _chosen(groups: dict[str, list[Slice]], name: str | None, folder: Path) -> list[Slice]:
    found = [g for g in groups.values() if name is None or _is_called(g, name)]
    exact = [g for g in found if g[0].series == name]
    if len(exact or found) == 1:
        return (exact or found)[0]
    problem = "holds" if name is None else f"has {len(found)} series that fit {name!r} among its"
    raise InputError(
        f"{folder} {problem} {len(groups)} series; choose one with --series: {_listing(groups)}."
    )


def _is_called(group: list[Slice], name: str) -> bool:
    first = group[0]
    begins = bool(name) and first.series.startswith(name)
    return begins or name in {first.number, first.description}


def _listing(groups: dict[str, list[Slice]]) -> str:
    lines = [_line(group) for group in list(groups.values())[:_LISTED]]
    rest = len(groups) - len(lines)
    return "; ".join(lines) + (f"; and {rest} more" if rest else "")


def _line(group: list[Slice]) -> str:
    first = group[0]
    return (
        f"{first.series or 'no UID'} (number {first.number or 'unknown'}, "
        f"{first.description or 'no description'}, {len(group)} images)"
    )


def _refuse_multiframe(slice_: Slice) -> None:
    if slice_.multiframe:
        raise InputError(
            f"{slice_.path} is an enhanced multi-frame object, which is not read yet; export the "
            f"series as single slices."
        )


def _planes(slices: list[Slice]) -> Planes:
    tags = {name: np.array([_checked(slice_, name) for slice_ in slices]) for name in _PLACE}
    return Planes(
        names=tuple(slice_.path.name for slice_ in slices),
        positions=tags["ImagePositionPatient"],
        orientations=tags["ImageOrientationPatient"],
        pixel_spacings=tags["PixelSpacing"],
        sizes=np.hstack([tags["Rows"], tags["Columns"]]).astype(np.int64),
    )


def _checked(slice_: Slice, name: str) -> Float[np.ndarray, "number"]:
    found = slice_.place[name]
    if len(found) != _PLACE[name]:
        raise GeometryError(
            f"{slice_.path} lacks {name}, so its place in the patient is unknown (removed, or the "
            f"file is truncated); export the series again."
        )
    if not (np.abs(found) < _FARTHEST_MM).all():
        raise GeometryError(f"{slice_.path}: its {name} is not usable; export the series again.")
    return found


def _pixels(slice_: Slice) -> Num[np.ndarray, "row column"]:
    """Decoded and rescaled values of one slice."""
    import pydicom
    from pydicom.pixels import apply_modality_lut

    with parsing(slice_.path, "DICOM"):
        dataset = pydicom.dcmread(slice_.path)
        values = np.asarray(apply_modality_lut(dataset.pixel_array, dataset))
    if values.ndim != 2:
        raise InputError(f"{slice_.path} is a colour image; a scan of grey values is needed.")
    return grey_values(values[:, :, None], slice_.path)[:, :, 0]
