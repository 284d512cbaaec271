"""`heartwright wall`: a wall outside or inside a shape."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

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
from heartwright.data import InputError

if TYPE_CHECKING:
    from heartwright.flows.wall_model import WallSpec

Thickness = Annotated[float, typer.Option("--thickness", help="Thickness, mm.")]
LabelMap = Annotated[
    Path | None, typer.Option("--labels", help="A label map, for thicknesses by label.")
]
At = Annotated[
    list[str] | None,
    typer.Option("--at", metavar="LABEL=MM", help="Thickness where a label of --labels is near."),
]
FieldFile = Annotated[
    Path | None,
    typer.Option("--field", help="A VTP with one thickness (mm) at each point of the surface."),
]


def run(
    shape: Shape,
    output: Annotated[Path, typer.Option("-o", "--output", help="STL, PLY or 3MF to write.")],
    thickness: Thickness,
    label: Label = None,
    labels: LabelMap = None,
    at: At = None,
    field: FieldFile = None,
    inside: Annotated[
        bool, typer.Option("--inside", help="Hollow the shape; else the shape is the lumen.")
    ] = False,
    open_: Openings = None,
    map_: Annotated[
        Path | None, typer.Option("--map", help="The thickness achieved: PLY or coloured 3MF.")
    ] = None,
    frame: FrameOption = Frame.lps,
    json: Json = False,
    force: Force = False,
) -> None:
    """Put a wall on a shape, by one thickness, by label or by vertex, and map what was achieved."""
    from heartwright.flows.wall_model import wall_model

    result = wall_model(
        shape,
        output,
        spec=spec(thickness, labels, at, field),
        label=label,
        openings=openings(open_, frame),
        inwards=inside,
        map_=map_,
        force=force,
    )
    for warning in result["warnings"]:
        note(warning)
    show(result, as_json=json)


def spec(
    thickness: float, labels: Path | None, at: list[str] | None, field: Path | None
) -> "WallSpec":
    """How thick a wall is, from the options."""
    from heartwright.flows.wall_model import WallSpec

    return WallSpec(thickness, labels, dict(_by_label(text) for text in at or []), field)


def _by_label(text: str) -> tuple[int, float]:
    label, _, thickness = text.partition("=")
    try:
        return int(label), float(thickness)
    except ValueError:
        raise InputError(f"--at takes LABEL=MM, two numbers, not '{text}'.") from None
