"""`heartwright fetch`: from an archive that speaks DICOMweb."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from heartwright.cli.console import note, progress, show
from heartwright.cli.options import Json, KeyFile, ShiftDates
from heartwright.data import InputError


def run(
    url: Annotated[str, typer.Argument(metavar="URL", help="https://host/dicom-web")],
    study: Annotated[str | None, typer.Option(help="A study's UID: list or fetch from it.")] = None,
    series: Annotated[str | None, typer.Option(help="A series' number or UID, to fetch.")] = None,
    out: Annotated[
        Path | None, typer.Option("-o", "--out", help="A new folder for the series.")
    ] = None,
    match: Annotated[
        list[str] | None,
        typer.Option(metavar="ATTRIBUTE=VALUE", help="Only studies like this; give several."),
    ] = None,
    key: KeyFile = None,
    shift_dates: ShiftDates = False,
    identified: Annotated[
        bool, typer.Option("--identified", help="Keep everything that identifies the patient.")
    ] = False,
    json: Json = False,
) -> None:
    """List an archive's studies or a study's series, or fetch one series, de-identified.

    Credentials: HEARTWRIGHT_DICOMWEB_USER and _PASSWORD, or _TOKEN, in the environment, or netrc.
    """
    from heartwright.flows.fetch_series import fetch_series, list_archive

    if out is None:
        if series or key or shift_dates or identified:
            raise InputError("to fetch a series, name a new folder with --out.")
        _list(list_archive(url, study=study, match=_pairs(match)), as_json=json)
        return
    if study is None or match:
        raise InputError("to fetch, name the study with --study; --match is for listing only.")
    with progress("Fetching") as tell:
        result = fetch_series(
            url,
            out,
            study=study,
            series=series,
            key=key,
            shift=shift_dates,
            identified=identified,
            progress=tell,
        )
    for sentence in (*result["refused"], *result["warnings"]):
        note(sentence)
    show(result, as_json=json)


def _pairs(texts: Sequence[str] | None) -> dict[str, str]:
    pairs = [text.partition("=")[::2] for text in texts or []]
    if any(not (name and value) for name, value in pairs):
        raise InputError("--match takes ATTRIBUTE=VALUE, as in PatientID=… or StudyDate=20260101-.")
    return dict(pairs)


def _list(result: Mapping[str, Any], *, as_json: bool) -> None:
    for sentence in result["warnings"]:
        note(sentence)
    if as_json:
        show(result, as_json=True)
        return
    rows = result.get("studies", result.get("series", []))
    if not rows:
        note("Nothing fits.")
        return
    table = Table(box=None, pad_edge=False)
    for title in rows[0]:
        table.add_column(title, overflow="fold")
    for row in rows:
        table.add_row(*(str(value) or "–" for value in row.values()))
    Console(highlight=False, markup=False).print(table)
