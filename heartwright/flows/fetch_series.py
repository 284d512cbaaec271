"""Archive → what is in it, or one series of it in a folder."""

import re
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from heartwright.data import InputError, Progress, silent
from heartwright.data.files import vacant
from heartwright.flows.deidentify_folder import warnings_of

if TYPE_CHECKING:
    from heartwright.anatomy.imaging.dicomweb import Archive, Listed


def list_archive(
    url: str, *, study: str | None = None, match: Mapping[str, str] | None = None
) -> dict[str, Any]:
    """The studies of an archive that fit, or the series of one study.

    Raises:
        InputError: the address, an attribute or a UID is none.
        ExternalToolError: the archive cannot be reached or refuses, or the extra is missing.
    """
    from heartwright.anatomy.imaging.dicomweb import Archive

    match = dict(match or {})
    for keyword in match:
        _check_attribute(keyword)
    archive = Archive(url)
    if study is None:
        return _open(archive) | {"studies": [asdict(one) for one in archive.studies(match)]}
    return _open(archive) | {"series": [asdict(one) for one in archive.series(_uid(study))]}


def fetch_series(
    url: str,
    out: Path,
    *,
    study: str,
    series: str | None = None,
    key: Path | None = None,
    shift: bool = False,
    identified: bool = False,
    progress: Progress = silent,
) -> dict[str, Any]:
    """Fetch one series into the new folder `out`, de-identified unless `identified`.

    Args:
        url: of the DICOMweb service.
        out: is made; it must not exist yet, or be empty.
        study: its UID.
        series: its UID or number; may be left out where the study has only one.
        key: as for `deidentify_folder`.
        shift: as for `deidentify_folder`.
        identified: keep everything.
        progress: told after every image.

    Raises:
        InputError: the address, a UID or the key is none, or no series or several fit.
        OutputError: `out` is there already, or cannot be made.
        ExternalToolError: the archive cannot be reached or refuses, or the extra is missing.
    """
    from heartwright.anatomy.imaging.dicomweb import Archive
    from heartwright.anatomy.imaging.fetch import Arrival, fetch
    from heartwright.anatomy.imaging.identity import Key

    if identified and (key or shift):
        raise InputError("what keeps its identity has no use for a key or for moved dates.")
    vacant(out)
    how = Arrival(identified, Key.read(key) if key else None, shift)
    archive = Archive(url)
    chosen = _chosen(archive.series(_uid(study)), series)
    tally = fetch(archive, study, chosen.uid, out, how, progress=progress)
    return _open(archive, *warnings_of(tally)) | {
        "images": sum(1 for _ in out.iterdir()),
        "fetched_now": tally.series.total(),
        "left_out": tally.left_out,
        "refused": tally.refused,
        "identified": identified,
        "files": {"images": str(out)},
    }


def _chosen(found: "list[Listed]", name: str | None) -> "Listed":
    fits = [one for one in found if name is None or name in {one.uid, one.number}]
    if len(fits) == 1:
        return fits[0]
    choice = "; ".join(f"{one.number} ({one.modality}, {one.images} images)" for one in found)
    raise InputError(
        f"{len(fits)} series fit; choose by number or UID with --series: {choice or 'none'}."
    )


def _uid(text: str) -> str:
    from pydicom.uid import RE_VALID_UID

    if not re.fullmatch(RE_VALID_UID, text):
        raise InputError(f"'{text}' is no UID of a study; `heartwright fetch URL` lists them.")
    return text


def _check_attribute(keyword: str) -> None:
    from pydicom.datadict import tag_for_keyword

    if tag_for_keyword(keyword) is None:
        raise InputError(f"'{keyword}' is no attribute of DICOM; --match takes PatientID=… or so.")


def _open(archive: "Archive", *others: str) -> dict[str, list[str]]:
    """The warnings that every answer carries."""
    said = f"{archive.host} is asked without encryption: anybody on the way can read everything."
    return {"warnings": [*([said] if archive.is_open else []), *others]}
