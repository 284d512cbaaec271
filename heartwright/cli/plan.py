"""`heartwright plan`: measures and devices."""

from pathlib import Path
from typing import Annotated

import typer

from heartwright.cli.console import note, show
from heartwright.cli.options import Force, Frame, FrameOption, Json, Label, Shape, point_list
from heartwright.data import RESEARCH_ONLY

app = typer.Typer(no_args_is_help=True, help="Measure a site and list the devices that fit.")


@app.callback()
def _group() -> None:
    """Measure a site and list the devices that fit. Research use only."""


@app.command("laa")
def appendage(
    shape: Shape,
    ostium: Annotated[
        str,
        typer.Option(metavar="X,Y,Z/X,Y,Z/X,Y,Z", help="Three points on the ostium's rim (mm)."),
    ],
    output: Annotated[Path, typer.Option("-o", "--output", help="JSON file to write.")],
    label: Label = None,
    frame: FrameOption = Frame.lps,
    json: Json = False,
    force: Force = False,
) -> None:
    """Left atrial appendage: ostium, depth and WATCHMAN FLX sizes. Research use only."""
    from heartwright.flows.plan_appendage import plan_appendage

    rim = point_list(ostium, 3, "--ostium", frame)
    result = plan_appendage(shape, rim, output, label=label, force=force)
    for sentence in (*result["warnings"], RESEARCH_ONLY):
        note(sentence)
    show(result, as_json=json)
