"""`heartwright segment`: a scan to a label map."""

from pathlib import Path
from typing import Annotated

import typer

from heartwright.cli.console import note, show
from heartwright.cli.options import Force, Frame, FrameOption, Json, named_points, point_list


def run(
    scan: Annotated[Path, typer.Argument(help="A DICOM folder, NIfTI or NRRD.")],
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
    frame: FrameOption = Frame.lps,
    series: Annotated[
        str | None, typer.Option(help="Which DICOM series, where a folder holds several.")
    ] = None,
    json: Json = False,
    force: Force = False,
) -> None:
    """Grow regions of similar brightness from points inside, and part them at their necks."""
    from heartwright.flows.segment_scan import segment_scan

    result = segment_scan(
        scan,
        output,
        lower=lower,
        upper=upper,
        seeds=named_points(at, "--at", frame),
        box=None if box is None else point_list(box, 2, "--box", frame),
        force=force,
        series=series,
    )
    for warning in result["warnings"]:
        note(warning)
    show(result, as_json=json)
