"""Folder of DICOM files → the same images without their patients."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

from heartwright.data import Progress, silent
from heartwright.data.files import atomic_folder, vacant

if TYPE_CHECKING:
    from heartwright.anatomy.imaging.identity import Tally


def deidentify_folder(
    path: Path,
    out: Path,
    *,
    key: Path | None = None,
    shift: bool = False,
    progress: Progress = silent,
) -> dict[str, Any]:
    """De-identify every DICOM image below `path` into the new folder `out`.

    Args:
        path: a folder, or one file.
        out: is made; it must not exist yet, or be empty.
        key: a file with the project's secret; without one a random secret is used and forgotten.
        shift: move dates by days of each patient's own, instead of removing them.
        progress: told after every file.

    Raises:
        InputError: there is nothing that may be written, or the key is none.
        OutputError: `out` is there already, or cannot be made.
    """
    from heartwright.anatomy.imaging import identity

    vacant(out)
    secret = identity.Key.random() if key is None else identity.Key.read(key)
    with atomic_folder(out) as folder:
        tally = identity.deidentify_folder(path, folder, secret, shift=shift, progress=progress)
    return {
        "patients": sorted(tally.patients),
        "series": len(tally.series),
        "images": tally.series.total(),
        "left_out": tally.left_out,
        "refused": tally.refused,
        "warnings": warnings_of(tally),
        "files": {"images": str(out)},
    }


def warnings_of(tally: "Tally") -> list[str]:
    """What a person should look at before giving the images away."""
    if not tally.drawn:
        return []
    return [
        f"{tally.drawn} of the images are ultrasound, endoscopy or captured screens, which often "
        f"show the patient's name in the picture; look at each before you give it away."
    ]
