"""`heartwright print`: a lumen to a walled, opened, printable model."""

from pathlib import Path
from typing import Annotated

import typer

from heartwright.cli.console import note, show
from heartwright.cli.options import (
    Compensate,
    Force,
    Frame,
    FrameOption,
    Json,
    Label,
    Openings,
    Parts,
    Shape,
    named_files,
    openings,
)


def run(
    shape: Shape,
    output: Annotated[Path, typer.Option("-o", "--output", help="3MF file to write.")],
    wall: Annotated[float, typer.Option(help="Wall thickness, mm.")],
    label: Label = None,
    open_: Openings = None,
    part: Parts = None,
    stl: Annotated[Path | None, typer.Option(help="STL file to write as well.")] = None,
    compensate: Compensate = None,
    frame: FrameOption = Frame.lps,
    json: Json = False,
    force: Force = False,
) -> None:
    """Put a wall around a lumen, open its vessels, check it and write print files."""
    from heartwright.flows.print_model import print_model

    result = print_model(
        shape,
        output,
        wall_mm=wall,
        label=label,
        openings=openings(open_, frame),
        parts=named_files(part, "--part"),
        stl=stl,
        compensation=compensate,
        force=force,
    )
    for warning in result["warnings"]:
        note(warning)
    show(result, as_json=json)
