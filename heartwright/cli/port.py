"""`heartwright port`: connectors on vessels of a walled model."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from heartwright.cli.console import show
from heartwright.cli.options import Force, Frame, FrameOption, Json, Model, opening


class Kind(StrEnum):
    """Connectors by name."""

    barb = "barb"
    luer = "luer"
    hose = "hose"
    flange = "flange"
    peg = "peg"


def run(
    model: Model,
    at: Annotated[
        list[str],
        typer.Option(
            metavar="X,Y,Z,NX,NY,NZ",
            help="A point in a vessel (mm) and the way out of it; give several.",
        ),
    ],
    kind: Annotated[Kind, typer.Option(help="Which connector.")],
    bore: Annotated[float, typer.Option(help="Width of its channel, or of the peg, mm.")],
    output: Annotated[Path, typer.Option("-o", "--output", help="STL, PLY or 3MF to write.")],
    frame: FrameOption = Frame.lps,
    json: Json = False,
    force: Force = False,
) -> None:
    """Put a connector on each of some vessels, the lumen open through it."""
    from heartwright.anatomy.mesh import Kind as MeshKind
    from heartwright.flows.port_model import port_model

    places = [opening(text, "--at", frame) for text in at]
    result = port_model(
        model, output, places=places, kind=MeshKind(kind.value), bore_mm=bore, force=force
    )
    show(result, as_json=json)
