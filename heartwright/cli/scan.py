"""`heartwright scan`: what a folder holds."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from heartwright.cli.console import note, progress, show
from heartwright.cli.options import Json


def run(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="A folder of scans, or one file.")],
    json: Json = False,
) -> None:
    """List the series and images of a folder, and audit how each lies in space."""
    from heartwright.flows.scan_folder import scan_folder

    with progress("Reading every slice") as tell:
        result = scan_folder(folder, progress=tell)
    if json:
        show(result, as_json=True)
        return
    _print(result)
    for sentence in result["unreadable"]:
        note(sentence)


def _print(result: Mapping[str, Any]) -> None:
    table = Table(box=None, pad_edge=False)
    for title in ("series", "what", "size", "spacing mm", "plane", "slices"):
        table.add_column(title, overflow="fold")
    for row in result["series"]:
        table.add_row(*(_cell(text) for text in _line(row)))
    console = Console(highlight=False, markup=False)
    console.print(table)
    for row in result["series"]:
        for sentence in _remarks(row):
            console.print(f"{row['name']}: {sentence}", soft_wrap=True)


def _cell(text: str) -> str:
    return text or "–"


def _line(row: Mapping[str, Any]) -> tuple[str, ...]:
    grid = row["voxels"] or row["audit"] or {}
    what = " ".join(word for word in (row["modality"] or row["kind"], row["description"]) if word)
    return (
        row["name"],
        what,
        "×".join(str(n) for n in grid.get("size", ())),
        "×".join(f"{mm:.3g}" for mm in grid.get("spacing_mm", ())),
        grid.get("plane", ""),
        str(row["slices"] or ""),
    )


def _remarks(row: Mapping[str, Any]) -> Iterator[str]:
    """What a person should know before using the series."""
    if row["resampled"]:
        audit = row["audit"]
        yield (
            f"straightened on reading: tilted by {audit['tilt_degrees']:.1f}°, slices up to "
            f"{audit['max_deviation_mm']:.2f} mm off an even stack"
        )
    if row["copies"]:
        yield f"left out on reading: {row['copies']} slices that are there twice"
    if row["saturated_share"]:
        yield f"{row['saturated_share']:.2%} of the voxels are saturated (metal)"
    if row["problem"]:
        yield f"not usable: {row['problem']}"
