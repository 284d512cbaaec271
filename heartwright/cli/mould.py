"""`heartwright mould`: a mould of two halves."""

from pathlib import Path
from typing import Annotated

import typer

from heartwright.cli.console import note, show
from heartwright.cli.options import Force, Frame, FrameOption, Json, Label, Shape, opening


def run(
    shape: Shape,
    output: Annotated[
        tuple[Path, Path],
        typer.Option("-o", "--output", help="Upper and lower half: STL, PLY or 3MF."),
    ],
    plane: Annotated[
        str | None,
        typer.Option(
            metavar="X,Y,Z,NX,NY,NZ",
            help="Parting plane: a point, and what is up while casting; searched if not given.",
        ),
    ] = None,
    label: Label = None,
    margin: Annotated[float, typer.Option(help="Of the block around the model, mm.")] = 8.0,
    pour: Annotated[float, typer.Option(help="Width of the pour channel, mm.")] = 6.0,
    vent: Annotated[float, typer.Option(help="Width of the vents, mm.")] = 2.0,
    clearance: Annotated[float, typer.Option(help="Gap round the pins, mm.")] = 0.2,
    frame: FrameOption = Frame.lps,
    json: Json = False,
    force: Force = False,
) -> None:
    """Make a mould: the negative in a block, parted, with pins, a pour channel and vents."""
    from heartwright.anatomy.mesh import MouldSizes
    from heartwright.flows.mould_model import mould_model

    result = mould_model(
        shape,
        output,
        parting=opening(plane, "--plane", frame) if plane else None,
        sizes=MouldSizes(margin, pour, vent, clearance),
        label=label,
        force=force,
    )
    for warning in result["warnings"]:
        note(warning)
    show(result, as_json=json)
