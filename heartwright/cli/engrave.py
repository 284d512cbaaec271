"""`heartwright engrave`: letters in a model."""

from pathlib import Path
from typing import Annotated

import typer

from heartwright.cli.console import show
from heartwright.cli.options import Force, Frame, FrameOption, Json, Model, opening


def run(
    model: Model,
    text: Annotated[str, typer.Option(help="What to write: pseudonym, scale, side.")],
    at: Annotated[
        str,
        typer.Option(
            metavar="X,Y,Z,NX,NY,NZ", help="A point on a flat face (mm) and the way out of it."
        ),
    ],
    output: Annotated[Path, typer.Option("-o", "--output", help="STL, PLY or 3MF to write.")],
    height: Annotated[float, typer.Option(help="Height of the letters, mm.")] = 4.0,
    depth: Annotated[float, typer.Option(help="Depth of the letters, mm.")] = 0.6,
    frame: FrameOption = Frame.lps,
    json: Json = False,
    force: Force = False,
) -> None:
    """Cut a line of text into a flat face, so that the model says whose it is."""
    from heartwright.flows.engrave_model import engrave_model

    place = opening(at, "--at", frame)
    result = engrave_model(
        model, output, text=text, at=place, height_mm=height, depth_mm=depth, force=force
    )
    show(result, as_json=json)
