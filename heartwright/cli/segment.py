"""`heartwright segment`: a scan to a label map."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from heartwright.cli.console import note, show
from heartwright.cli.options import Force, Frame, FrameOption, Json, named_points, point_list


class PresetName(StrEnum):
    """What the label map is for."""

    left_atrium = "left-atrium"
    aortic_root = "aortic-root"
    blood_pool = "blood-pool"


def run(
    scan: Annotated[
        Path, typer.Argument(help="A DICOM folder, NIfTI or NRRD; or a label map, with --labels.")
    ],
    output: Annotated[Path, typer.Option("-o", "--output", help="NRRD or NIfTI to write.")],
    at: Annotated[
        list[str],
        typer.Option(
            "--at",
            metavar="[NAME=]X,Y,Z",
            help="A point inside; give several. Names part what is connected.",
        ),
    ],
    lower: Annotated[
        float | None,
        typer.Option(help="Least grey value, HU for CT; half way to the surroundings."),
    ] = None,
    upper: Annotated[float | None, typer.Option(help="Greatest grey value.")] = None,
    box: Annotated[
        str | None, typer.Option(metavar="X1,Y1,Z1/X2,Y2,Z2", help="Stay between two corners.")
    ] = None,
    preset: Annotated[
        PresetName | None,
        typer.Option(help="Shape it for a purpose; points named `open` cut vessels flat."),
    ] = None,
    vessel_radius: Annotated[
        float | None, typer.Option(help="Of the arteries that a preset draws, mm.  [1.75]")
    ] = None,
    labels: Annotated[
        bool, typer.Option("--labels", help="SCAN is a label map; points name its structures.")
    ] = False,
    frame: FrameOption = Frame.lps,
    series: Annotated[
        str | None, typer.Option(help="Which DICOM series, where a folder holds several.")
    ] = None,
    json: Json = False,
    force: Force = False,
) -> None:
    """Grow regions of similar brightness from points inside, and part them at their necks."""
    from heartwright.flows.segment_scan import Limits, segment_scan

    corners = None if box is None else point_list(box, 2, "--box", frame)
    result = segment_scan(
        scan,
        output,
        points=named_points(at, "--at", frame),
        limits=Limits(lower, upper, corners, series),
        preset=None if preset is None else preset.value,
        radius_mm=vessel_radius,
        of_labels=labels,
        force=force,
    )
    for warning in result["warnings"]:
        note(warning)
    show(result, as_json=json)
