"""`heartwright study claims` and `study agreement`: figures of others, and of your own series."""

from pathlib import Path
from typing import Annotated

import typer

from heartwright.cli.console import note, show
from heartwright.cli.options import Force, Json
from heartwright.data import RESEARCH_ONLY, InputError

Folder = Annotated[Path, typer.Option("--out", metavar="FOLDER", help="Folder for the page.")]


def claims(
    out: Annotated[
        Path | None, typer.Option("--out", metavar="FOLDER", help="Folder for page and table.")
    ] = None,
    json: Json = False,
    force: Force = False,
) -> None:
    """Every figure of the review of 3-D printing: reported, recomputed, verdict."""
    from heartwright.studies.claims import study_claims

    result = study_claims(out, force=force)
    note(result["cut_short"])
    note(RESEARCH_ONLY)
    if json:
        show(result, as_json=True)
        return
    lines = {f"{c['study']}: {c['reported']}": c["words"] for c in result["claims"]}
    show(lines | {"files": result.get("files", {})}, as_json=False)


def agreement(
    table: Annotated[
        Path, typer.Argument(metavar="TABLE.csv", help="A header line, then a row a patient.")
    ],
    out: Folder,
    reference: Annotated[
        str | None, typer.Option(metavar="COLUMN", help="What the methods are held against.")
    ] = None,
    method: Annotated[
        list[str] | None,
        typer.Option(metavar="COLUMN", help="A method's values; give it again for more."),
    ] = None,
    outcome: Annotated[
        str | None, typer.Option(metavar="COLUMN", help="0 or 1: what the methods foretell.")
    ] = None,
    sizes: Annotated[
        str | None,
        typer.Option(metavar="A,B,…", help="All sizes of the device, also those nobody got."),
    ] = None,
    json: Json = False,
    force: Force = False,
) -> None:
    """How well methods agree on your own patients, and foretell an outcome. Research use only.

    Only the columns that are named are read; no other reaches any output.
    """
    from heartwright.studies.agreement import Asked, study_agreement

    asked = Asked(reference, tuple(method or ()), outcome, _scale(sizes))
    result = study_agreement(table, asked, out, force=force)
    for sentence in (*result["warnings"], RESEARCH_ONLY):
        note(sentence)
    note(f"Open {out / 'index.html'} in a browser.")
    show(result, as_json=json)


def _scale(text: str | None) -> tuple[float, ...]:
    """Sizes, ascending.

    Raises:
        InputError: fewer than two numbers, or one twice.
    """
    if text is None:
        return ()
    try:
        found = sorted({float(part) for part in text.split(",")})
    except ValueError:
        found = []
    if len(found) < 2 or len(found) != text.count(",") + 1:
        raise InputError(f"--sizes takes at least two different numbers, not '{text}'.")
    return tuple(found)
