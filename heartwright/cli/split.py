"""`heartwright split`: pieces that fit a printer."""

from pathlib import Path
from typing import Annotated

import typer

from heartwright.cli.console import show
from heartwright.cli.cut import joints_of
from heartwright.cli.options import Force, Json, Model


def run(
    model: Model,
    output: Annotated[
        Path,
        typer.Option("-o", "--output", help="STL, PLY or 3MF; pieces get -1, -2, … in the name."),
    ],
    technology: Annotated[str, typer.Option(help="sla, fdm, sls or jetting.")] = "sla",
    pegs: Annotated[
        str | None,
        typer.Option(metavar="N,D,L", help="N pegs D wide and L long (mm), and holes, each cut."),
    ] = None,
    magnets: Annotated[
        str | None,
        typer.Option(metavar="N,D,H", help="Holes for N magnets D × H (mm) on both sides."),
    ] = None,
    clearance: Annotated[float, typer.Option(help="Gap round a peg or magnet, mm.")] = 0.15,
    json: Json = False,
    force: Force = False,
) -> None:
    """Cut a model into pieces that fit a technology's build volume."""
    from heartwright.flows.split_model import split_model

    joints = joints_of(pegs, magnets, clearance)
    result = split_model(model, output, technology=technology, joints=joints, force=force)
    show(result, as_json=json)
