"""`heartwright activate`: excitation on a printed wall."""

from pathlib import Path
from typing import Annotated

import typer

from heartwright.cli.console import note, progress, show
from heartwright.cli.options import (
    Force,
    Frame,
    FrameOption,
    Json,
    Label,
    Openings,
    Shape,
    one_point,
    openings,
)


def run(
    shape: Shape,
    pace: Annotated[str, typer.Option(metavar="X,Y,Z", help="Where the excitation starts (mm).")],
    output: Annotated[Path, typer.Option("-o", "--output", help="3MF or PLY file to write.")],
    wall: Annotated[float, typer.Option(help="Wall thickness, mm.")] = 2.0,
    label: Label = None,
    open_: Openings = None,
    model: Annotated[
        Path | None, typer.Option(help="Take the physical parameters of this fitted model.")
    ] = None,
    frame: FrameOption = Frame.lps,
    json: Json = False,
    force: Force = False,
) -> None:
    """Run an excitation over a lumen's wall and paint its activation times on it."""
    from heartwright.flows.activate_model import activate_model

    with progress("Exciting the wall") as tell:
        result = activate_model(
            shape,
            output,
            wall_mm=wall,
            label=label,
            pace=one_point(pace, "--pace", frame),
            openings=openings(open_, frame),
            model=model,
            force=force,
            progress=tell,
        )
    note(result["note"])
    show(result, as_json=json)
