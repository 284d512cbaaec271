"""`heartwright coat`: a core to be coated and removed."""

from pathlib import Path
from typing import Annotated

import typer

from heartwright.cli.console import note, show
from heartwright.cli.options import (
    Force,
    Frame,
    FrameOption,
    Json,
    Label,
    Openings,
    Shape,
    openings,
)
from heartwright.cli.wall import Thickness


def run(
    shape: Shape,
    output: Annotated[
        tuple[Path, Path],
        typer.Option("-o", "--output", help="Core and coat: two files, STL, PLY or 3MF."),
    ],
    thickness: Thickness,
    label: Label = None,
    lumen: Annotated[
        bool, typer.Option("--lumen", help="The shape is the coat's lumen; else its outside.")
    ] = False,
    open_: Openings = None,
    frame: FrameOption = Frame.lps,
    json: Json = False,
    force: Force = False,
) -> None:
    """Make a core that is printed, dipped or painted, and removed, and check that it comes out."""
    from heartwright.flows.coat_model import coat_model

    result = coat_model(
        shape,
        output,
        thickness_mm=thickness,
        label=label,
        openings=openings(open_, frame),
        lumen_stays=lumen,
        force=force,
    )
    for warning in result["warnings"]:
        note(warning)
    show(result, as_json=json)
