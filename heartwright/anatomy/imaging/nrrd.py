"""NRRD files, with the names that 3D Slicer writes into its .seg.nrrd."""

import gzip
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from jaxtyping import Float

from heartwright.anatomy.imaging.image import Image, parsing, three_dimensional
from heartwright.data.errors import InputError
from heartwright.data.volume import checked_affine

_TO_LPS = {
    "left-posterior-superior": (1.0, 1.0, 1.0),
    "lps": (1.0, 1.0, 1.0),
    "right-anterior-superior": (-1.0, -1.0, 1.0),
    "ras": (-1.0, -1.0, 1.0),
    "left-anterior-superior": (1.0, -1.0, 1.0),
    "las": (1.0, -1.0, 1.0),
}
_LONGEST_HEADER = 1 << 20  # bytes; Slicer's are a few kB
_BLANK_LINE = re.compile(rb"\r?\n\r?\n")
_SEGMENT = re.compile(r"^Segment(\d+)_(Name|LabelValue):=(.*?)\r?$", re.MULTILINE)


def read(path: Path) -> Image:
    """Read a NRRD image with its header attached (.nrrd) or beside it (.nhdr).

    Raises:
        InputError: the file is damaged, is no 3-D image, or does not say where it lies.
        GeometryError: its directions are not usable.
    """
    import nrrd

    with parsing(path, "NRRD"):
        text, header = _header(path)
        _refuse_elsewhere(header, path)
        values, _ = nrrd.read(str(path), index_order="F")
    values = three_dimensional(values, path)
    with parsing(path, "NRRD"):
        affine = _affine(header, path)
    return Image(values, checked_affine(affine, str(path)), _names(text))


def encode(image: Image, note: str) -> bytes:
    """The image as gzipped NRRD, its segments as Slicer has them, the note under one key."""
    header = "\n".join(_lines(image, note)) + "\n\n"
    little = image.values.astype(image.values.dtype.newbyteorder("<"), copy=False)
    return header.encode() + gzip.compress(little.tobytes("F"), compresslevel=6, mtime=0)


def _header(path: Path) -> tuple[str, dict[str, Any]]:
    """The header as text and as fields."""
    import nrrd

    with path.open("rb") as stream:
        start = stream.read(_LONGEST_HEADER)
    fields = nrrd.read_header(iter(start.split(b"\n")))
    if max(int(fields.get(key, 0)) for key in ("line skip", "lineskip")) > _LONGEST_HEADER:
        raise ValueError
    return _BLANK_LINE.split(start, maxsplit=1)[0].decode("utf-8", "replace"), fields


def _refuse_elsewhere(header: dict[str, Any], path: Path) -> None:
    """A header may point only at a plain file in its own folder."""
    name = header.get("data file", header.get("datafile"))
    if name is None:
        return
    if Path(name).name != name or not (path.parent / name).is_file():
        raise InputError(
            f"{path} keeps its voxels in {name}, which is no file beside it; put both in one "
            f"folder."
        )


def _affine(header: dict[str, Any], path: Path) -> Float[np.ndarray, "4 4"]:
    """Index to LPS mm."""
    space = str(header.get("space", "")).lower()
    if space not in _TO_LPS or not {"space directions", "space origin"} <= header.keys():
        raise InputError(
            f"{path} does not say where it lies in the patient (space, directions and origin); "
            f"save it again from 3D Slicer."
        )
    units = set(header.get("space units", ["mm"]))
    if units != {"mm"}:
        raise InputError(f"{path} is measured in {', '.join(units)}; save it again in mm.")
    affine = np.eye(4)
    affine[:3, :3] = np.asarray(header["space directions"], dtype=np.float64)[:3].T
    affine[:3, 3] = header["space origin"]
    return np.diag([*_TO_LPS[space], 1.0]) @ affine


def _names(header: str) -> dict[int, str]:
    """Label value to segment name, as far as the header has both."""
    found: dict[str, dict[str, str]] = {}
    for number, key, value in _SEGMENT.findall(header):
        found.setdefault(number, {})[key] = value.strip()
    return {
        int(segment["LabelValue"]): segment["Name"]
        for segment in found.values()
        if segment.keys() == {"LabelValue", "Name"} and segment["LabelValue"].isdecimal()
    }


def _lines(image: Image, note: str) -> Iterator[str]:
    yield "NRRD0005"
    yield f"type: {image.values.dtype.name.replace('float32', 'float')}"
    yield "dimension: 3"
    yield "space: left-posterior-superior"
    yield f"sizes: {' '.join(str(n) for n in image.values.shape)}"
    yield f"space directions: {' '.join(_vector(column) for column in image.affine[:3, :3].T)}"
    yield "kinds: domain domain domain"
    yield "endian: little"
    yield "encoding: gzip"
    yield f"space origin: {_vector(image.affine[:3, 3])}"
    for number, (label, name) in enumerate(sorted(image.names.items())):
        yield f"Segment{number}_ID:=Segment_{label}"
        yield f"Segment{number}_Name:={' '.join(name.split())}"
        yield f"Segment{number}_LabelValue:={label}"
        yield f"Segment{number}_Layer:=0"
    yield f"heartwright:={note}"


def _vector(vector: Float[np.ndarray, "3"]) -> str:
    """Shortest digits that read back exactly."""
    return f"({','.join(repr(float(x)) for x in vector)})"
