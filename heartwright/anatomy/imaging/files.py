"""The doors of the shape strand: which ending is read and written by which format."""

from collections.abc import Callable
from pathlib import Path

from heartwright.anatomy.imaging import dicom, metaimage, nifti, nrrd
from heartwright.anatomy.imaging.headers import is_dicom
from heartwright.anatomy.imaging.hospital import holds_labels, read_seg
from heartwright.anatomy.imaging.image import Image, grey_values, label_values
from heartwright.data.errors import InputError, OutputError
from heartwright.data.files import atomic, existing
from heartwright.data.provenance import Provenance
from heartwright.data.volume import LabelMap, Volume

READERS: dict[str, Callable[[Path], Image]] = {
    ".nii": nifti.read,
    ".nii.gz": nifti.read,
    ".nrrd": nrrd.read,
    ".nhdr": nrrd.read,
    ".mha": metaimage.read,
    ".mhd": metaimage.read,
}
WRITERS: dict[str, Callable[[Image, str], bytes]] = {
    ".nii": nifti.encode,
    ".nii.gz": nifti.encode_gzipped,
    ".nrrd": nrrd.encode,
}


def read_volume(path: Path, *, series: str | None = None) -> Volume:
    """Read a scan: DICOM (a folder, or one multi-frame file), NIfTI, NRRD or MetaImage.

    Args:
        path: the file or folder.
        series: which DICOM series: its name in `heartwright scan` (its number, with `@` and the
            part where it has several phases or planes), its UID (or a beginning of it that no
            other has), or its description.

    Returns:
        Rescaled values (HU for CT), int16 where that is exact, else float32, in LPS mm. A DICOM
        series carries its `GeometryAudit` in the provenance's parameters.

    Raises:
        InputError: nothing readable is there, or several series of which none is named.
        GeometryError: slices are missing, repeated or without a place.
    """
    existing(path)
    if path.is_dir() or is_dicom(path):
        return dicom.read_series(path, series=series)
    if series is not None:
        raise InputError(f"{path} is a single image; --series is for folders of DICOM files.")
    image = _read(path)
    return Volume(grey_values(image.values, path), image.affine, provenance=Provenance.of([path]))


def read_labels(path: Path) -> LabelMap:
    """Read a label map: DICOM segmentation, NRRD, NIfTI or MetaImage.

    Names come from a segmentation's segments, from what 3D Slicer writes into its .seg.nrrd, and
    from our own note in NIfTI.

    Returns:
        Labels in the smallest unsigned integers that hold them, in LPS mm.

    Raises:
        InputError: nothing readable is there, or its values are no labels.
        GeometryError: its place in space is not usable.
    """
    existing(path)
    image = read_seg(path) if holds_labels(path) else _read(path)
    return LabelMap(
        label_values(image.values, path), image.affine, image.names, Provenance.of([path])
    )


def write_volume(volume: Volume, path: Path, *, force: bool = False) -> None:
    """Write a scan as .nrrd, .nii or .nii.gz, int16 where exact, else float32; provenance inside.

    Raises:
        OutputError: the ending is none of these, or the place cannot be written to.
    """
    image = Image(grey_values(volume.values, path), volume.affine)
    _write(image, path, volume.provenance, force=force)


def write_labels(labels: LabelMap, path: Path, *, force: bool = False) -> None:
    """Write a label map as .nrrd (names as 3D Slicer's .seg.nrrd has them), .nii or .nii.gz.

    NIfTI has no place for names: they are in a comment, which `read_labels` understands.

    Raises:
        OutputError: the ending is none of these, or the place cannot be written to.
    """
    image = Image(label_values(labels.values, path), labels.affine, labels.names)
    _write(image, path, labels.provenance, force=force)


def reader(path: Path) -> Callable[[Path], Image] | None:
    """What reads files of this ending, other than DICOM; None where nothing does."""
    ending = _ending(path, READERS)
    return None if ending is None else READERS[ending]


def _read(path: Path) -> Image:
    read = reader(path)
    if read is None or not path.is_file():
        raise InputError(f"{path} is no file that we read; its ending must be {_list(READERS)}.")
    return read(path)


def _write(image: Image, path: Path, provenance: Provenance, *, force: bool) -> None:
    ending = _ending(path, WRITERS)
    if ending is None:
        raise OutputError(f"{path}: its ending must be {_list(WRITERS)}; choose one of them.")
    with atomic(path, force=force) as temporary:
        temporary.write_bytes(WRITERS[ending](image, provenance.to_json()))


def _ending(path: Path, table: dict[str, Callable]) -> str | None:
    return next((ending for ending in table if path.name.lower().endswith(ending)), None)


def _list(table: dict[str, Callable]) -> str:
    *first, last = table
    return f"{', '.join(first)} or {last}"
