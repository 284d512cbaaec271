"""Folder → what scans are in it, and how each lies."""

from dataclasses import asdict
from pathlib import Path
from typing import Any

from heartwright.data import InputError, Progress, silent


def scan_folder(path: Path, *, progress: Progress = silent) -> dict[str, Any]:
    """List and audit every series and image below a folder; no name or number of a patient.

    Raises:
        InputError: nothing is there that could be a scan.
    """
    from heartwright.anatomy.imaging import survey

    found = survey(path, progress=progress)
    if not (found.findings or found.unreadable):
        raise InputError(f"{path} holds no scan (DICOM, NIfTI, NRRD or MetaImage); name another.")
    return {
        "series": [asdict(finding) for finding in found.findings],
        "unreadable": list(found.unreadable),
    }
