"""A folder of DICOM images, or one multi-frame file, to a volume."""

import re
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

import numpy as np

from heartwright.anatomy.imaging.geometry import GeometryAudit, Planes, Stack, refuse_gaps, stack
from heartwright.anatomy.imaging.headers import PLACE, Frame, files_of, read_headers
from heartwright.anatomy.imaging.image import Image, grey_values
from heartwright.anatomy.imaging.pixels import voxels
from heartwright.anatomy.imaging.resample import BELOW_AIR, upright
from heartwright.anatomy.imaging.series import Series, sort
from heartwright.data.errors import GeometryError, InputError
from heartwright.data.provenance import Provenance, token
from heartwright.data.volume import Volume, checked_affine

_LISTED = 6  # series that a message names
_PLAIN = re.compile(  # a part's name that is not in a maker's words: plane, size, phase, echo
    r"(oblique-)?(axial|coronal|sagittal)|\d+x\d+|(t|time|stack|echo|b)?\d{1,4}(\.\d+)?(%|ms|s)?(-\d+)?"
)


def read_series(path: Path, *, series: str | None = None) -> Volume:
    """Read the one series of a folder and its subfolders, or the one that is named.

    Where its slices lie tilted, sideways or unevenly they are interpolated onto an even grid; the
    `GeometryAudit` in the provenance's parameters says how they lay.

    Args:
        path: a folder, or one multi-frame file.
        series: which series; see `read_volume`.

    Raises:
        InputError: no series, several without a name, or a file that is damaged.
        GeometryError: slices are missing, repeated, or without a place.
    """
    frames, broken = read_headers(files_of(path))
    if broken:
        raise broken[0]
    if not frames:
        raise InputError(f"{path} holds no DICOM images; name the folder of a series.")
    if path.is_file() and len(frames) == 1 and not frames[0].source.cine:
        raise InputError(f"{path} is a single DICOM file; name the folder that holds its series.")
    chosen = choose(sort(frames), series, path)
    where = f"{path}, part {chosen.part}" if chosen.part else f"{path}"
    image, audit = assembled(chosen, where)
    source = chosen.first.source
    parameters = {
        "geometry": asdict(audit) | {"resampled": not audit.upright},
        "series": token(source.series),
        "part": _told(chosen.part),
        "copies": chosen.copies,
        "frame_of_reference": token(source.frame_of_reference),
    }
    provenance = Provenance.of([path.resolve()], parameters)
    return Volume(image.values, image.affine, source.modality, provenance)


def _told(part: str) -> str:
    """A part's name as it may be written: words that are a maker's, or a person's, as tokens."""
    words = part.split(",")
    return ",".join(word if _PLAIN.fullmatch(word) else token(word) for word in words)


def choose(found: Sequence[Series], name: str | None, path: Path) -> Series:
    """The series that is named; without a name, the only one that may be a volume.

    Raises:
        InputError: none fits, or several do.
    """
    fits = [one for one in found if name is None or _is_called(one, name)]
    exact = [one for one in fits if name in {one.name, one.first.source.series}]
    fits = exact or fits
    fits = _without_scouts(fits) or fits
    if len(fits) == 1:
        return fits[0]
    problem = "holds" if name is None else f"has {len(fits)} series that fit {name!r} among its"
    choice = _listing(fits or found)
    raise InputError(f"{path} {problem} {len(found)} series; choose one with --series: {choice}.")


def assembled(series: Series, where: str) -> tuple[Image, GeometryAudit]:
    """The image that a series makes, on an even grid at right angles, and how its slices lay.

    Raises:
        InputError: a file is damaged or holds no grey values.
        GeometryError: slices are missing, repeated, without a place, or far aside of each other.
    """
    lie = lies(series, where)
    refuse_gaps(lie.audit, where)
    values, affine = voxels([series.frames[number] for number in lie.order]), lie.affine
    if not lie.audit.upright:
        pad = BELOW_AIR if series.first.source.modality == "CT" else 0.0
        values, affine = upright(values, lie, pad, where)
    values = grey_values(values, series.first.source.path)
    return Image(values, checked_affine(affine, where)), lie.audit


def lies(series: Series, where: str) -> Stack:
    """Where the planes of a series lie.

    Raises:
        InputError: it is a film.
        GeometryError: planes lack their place, or make no stack.
    """
    if any(frame.source.cine for frame in series.frames):
        raise InputError(
            f"{series.first.source.path} is a multi-frame object whose frames say nothing of their "
            f"place (a film, or a maker's own 3-D echo); export it as NRRD or as single slices."
        )
    for frame in series.frames:
        _refuse_unplaced(frame)
    tags = {name: np.array([frame.place[name] for frame in series.frames]) for name in PLACE}
    planes = Planes(
        names=tuple(frame.name for frame in series.frames),
        positions=tags["ImagePositionPatient"],
        orientations=tags["ImageOrientationPatient"],
        pixel_spacings=tags["PixelSpacing"],
    )
    return stack(planes, where)


def _refuse_unplaced(frame: Frame) -> None:
    if missing := frame.missing():
        raise GeometryError(
            f"{frame.name} lacks {missing[0]}, so its place in the patient is unknown (removed, or "
            f"the file is truncated); export the series again."
        )
    if unusable := frame.unusable():
        raise GeometryError(
            f"{frame.name}: its {unusable[0]} is not usable; export the series again."
        )


def _without_scouts(found: Sequence[Series]) -> list[Series]:
    """Only the series with a part that may be a volume; all its parts, lest one be lost unseen."""
    volumes = {one.first.source.series for one in found if one.may_be_volume}
    return [one for one in found if one.first.source.series in volumes]


def _is_called(series: Series, name: str) -> bool:
    source = series.first.source
    begins = bool(name) and source.series.startswith(name)
    asked = series.name.split("@")[0]
    return begins or name in {series.name, asked, source.number, source.description}


def _listing(found: Sequence[Series]) -> str:
    lines = [_line(one) for one in found[:_LISTED]]
    rest = len(found) - len(lines)
    return "; ".join(lines) + (f"; and {rest} more" if rest else "")


def _line(series: Series) -> str:
    source = series.first.source
    images = f"{len(series.frames)} image{'' if len(series.frames) == 1 else 's'}"
    said = [source.modality, source.description, images]
    return f"{series.name} ({', '.join(word for word in said if word)})"
