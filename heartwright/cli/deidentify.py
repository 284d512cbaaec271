"""`heartwright deidentify`: DICOM images without their patients."""

from pathlib import Path
from typing import Annotated

import typer

from heartwright.cli.console import note, progress, show
from heartwright.cli.options import Json, KeyFile, NewFolder, ShiftDates


def run(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="DICOM files, or one file.")],
    out: NewFolder,
    key: KeyFile = None,
    shift_dates: ShiftDates = False,
    json: Json = False,
) -> None:
    """Remove what identifies patients from DICOM images (PS3.15, basic profile)."""
    from heartwright.flows.deidentify_folder import deidentify_folder

    with progress("De-identifying") as tell:
        result = deidentify_folder(folder, out, key=key, shift=shift_dates, progress=tell)
    for sentence in (*result["refused"], *result["warnings"]):
        note(sentence)
    show(result, as_json=json)
