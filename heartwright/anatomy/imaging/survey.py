"""What a folder holds: every series and image in it, with an audit of its geometry."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np

from heartwright.anatomy.imaging.dicom import assembled, lies
from heartwright.anatomy.imaging.files import reader
from heartwright.anatomy.imaging.geometry import GeometryAudit, plane_name
from heartwright.anatomy.imaging.headers import files_of, read_headers
from heartwright.anatomy.imaging.image import Image, grey_values
from heartwright.anatomy.imaging.series import Series, sort
from heartwright.data.errors import HeartwrightError
from heartwright.data.files import existing
from heartwright.data.progress import Progress, silent

_SATURATED_HU = 3071  # where 12 bits with the usual offset of 1024 end; metal lies beyond


@dataclass(frozen=True)
class Voxels:
    """The grid of an image as it is read."""

    size: tuple[int, int, int]  # along i, j, k
    spacing_mm: tuple[float, float, float]
    plane: str  # in which i and j lie


@dataclass(frozen=True)
class Finding:
    """One image, or files that fail to be one."""

    name: str  # what `--series` calls it; a file's name below the folder where it is no DICOM
    kind: str  # DICOM, or the file's ending
    modality: str = ""
    description: str = ""  # "withheld" where it repeats something that identifies the patient
    slices: int = 0
    copies: int = 0  # files left out because they are there twice
    audit: GeometryAudit | None = None  # how DICOM slices lie
    resampled: bool = False  # whether reading interpolates them onto an even grid
    voxels: Voxels | None = None
    saturated_share: float | None = None  # voxels of a CT at the end of 12 bits or beyond: metal
    problem: str = ""  # why it cannot be read


@dataclass(frozen=True)
class Survey:
    """Everything in a folder."""

    findings: tuple[Finding, ...]
    unreadable: tuple[str, ...]  # a sentence for each damaged DICOM file


def survey(path: Path, *, progress: Progress = silent) -> Survey:
    """List the DICOM series and the images below a folder, and audit how each lies.

    Every voxel is decoded, so a series without a problem can be read.

    Raises:
        InputError: nothing is there, or it may not be read.
    """
    found = list(files_of(existing(path)))
    readers = {file: reader(file) for file in found}
    frames, broken = read_headers(file for file in found if readers[file] is None)
    audits: list[Callable[[], Finding]] = [partial(_of_series, one) for one in sort(frames)]
    audits += [partial(_of_image, file, path, read) for file, read in readers.items() if read]
    findings = []
    for done, audit in enumerate(audits, start=1):
        findings.append(audit())
        progress(done, len(audits))
    return Survey(tuple(findings), tuple(str(error) for error in broken))


def _of_series(series: Series) -> Finding:
    source, where = series.first.source, f"series {series.name}"
    audit = image = None
    problem = ""
    try:
        audit = lies(series, where).audit
        image, _ = assembled(series, where)
    except HeartwrightError as error:
        problem = str(error)
    return Finding(
        name=series.name,
        kind="DICOM",
        modality=source.modality,
        description=source.description,
        slices=len(series.frames),
        copies=series.copies,
        audit=audit,
        resampled=image is not None and audit is not None and not audit.upright,
        voxels=_voxels(image) if image else None,
        saturated_share=_saturated(image) if image and source.modality == "CT" else None,
        problem=problem,
    )


def _of_image(path: Path, folder: Path, read: Callable[[Path], Image]) -> Finding:
    name = path.name if path == folder else str(path.relative_to(folder))
    kind = "".join(path.suffixes[-2:] if path.suffix == ".gz" else path.suffixes[-1:])
    try:
        image = read(path)
        grey_values(image.values, path)
    except HeartwrightError as error:
        return Finding(name, kind, problem=str(error))
    return Finding(name, kind, slices=image.values.shape[2], voxels=_voxels(image))


def _voxels(image: Image) -> Voxels:
    edges = image.affine[:3, :3]
    spacing = np.linalg.norm(edges, axis=0)
    return Voxels(
        size=tuple(image.values.shape),
        spacing_mm=tuple(spacing.tolist()),
        plane=plane_name((edges / spacing)[:, :2].T.ravel()),
    )


def _saturated(image: Image) -> float:
    return float((image.values >= _SATURATED_HU).mean())
