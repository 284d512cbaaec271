"""`heartwright centreline`: the middle of a vessel and its radii."""

from pathlib import Path
from typing import Annotated

import typer

from heartwright.cli.console import show
from heartwright.cli.options import (
    Force,
    Frame,
    FrameOption,
    Json,
    Label,
    Shape,
    one_point,
    points,
)


def run(
    shape: Shape,
    start: Annotated[str, typer.Option("--from", metavar="X,Y,Z", help="Where to start (mm).")],
    ends: Annotated[
        list[str], typer.Option("--to", metavar="X,Y,Z|FILE", help="Where to end; repeatable.")
    ],
    output: Annotated[Path, typer.Option("-o", "--output", help="CSV to write.")],
    label: Label = None,
    frame: FrameOption = Frame.lps,
    json: Json = False,
    force: Force = False,
) -> None:
    """Follow the middle of a lumen and measure the largest ball inside it along the way."""
    from heartwright.flows.trace_vessel import trace_vessel

    result = trace_vessel(
        shape,
        output,
        start=one_point(start, "--from", frame),
        ends=points(ends, "--to", frame),
        label=label,
        force=force,
    )
    show(result, as_json=json)
