"""`heartwright print verify`: a print's rescan against its model."""

from pathlib import Path
from typing import Annotated, Any

import typer

from heartwright.cli.console import note, show
from heartwright.cli.options import Force, Frame, FrameOption, Json, one_point, opening


def run(
    rescan: Annotated[
        Path, typer.Argument(metavar="RESCAN", help="A CT of the print, or a scanned mesh in mm.")
    ],
    against: Annotated[
        Path, typer.Option(metavar="MODEL", help="What was printed: a closed mesh.")
    ],
    output: Annotated[Path, typer.Option("-o", "--output", help="JSON report to write.")],
    technology: Annotated[str, typer.Option(help="Whose tolerance counts.")] = "sla",
    painted: Annotated[
        Path | None, typer.Option("--map", help="PLY with the deviation at every vertex.")
    ] = None,
    figure: Annotated[Path | None, typer.Option(help="PNG picture of the map.")] = None,
    centreline: Annotated[
        Path | None, typer.Option(help="CSV of `heartwright centreline`: diameters every 5 mm.")
    ] = None,
    port: Annotated[
        list[str] | None,
        typer.Option(metavar="X,Y,Z,NX,NY,NZ", help="A diameter in this plane; repeatable."),
    ] = None,
    at: Annotated[
        str | None, typer.Option(metavar="X,Y,Z", help="A point of the part in the CT.")
    ] = None,
    lower: Annotated[float | None, typer.Option(help="Grey value of the part's surface.")] = None,
    series: Annotated[
        str | None, typer.Option(help="Which DICOM series, where a folder holds several.")
    ] = None,
    frame: FrameOption = Frame.lps,
    json: Json = False,
    force: Force = False,
) -> None:
    """Lay a rescan onto its model; say how far, where and in which way the print differs."""
    from heartwright.flows.verify_print import Rescan, verify_print

    result = verify_print(
        Rescan(rescan, None if at is None else one_point(at, "--at", frame), lower, series),
        against,
        output,
        technology=technology,
        centreline=centreline,
        ports=[opening(text, "--port", frame) for text in port or []],
        painted=painted,
        figure=figure,
        force=force,
    )
    for warning in result["warnings"]:
        note(warning)
    if not json:
        note(_sentence(result))
    show(result, as_json=json)


def _sentence(result: dict[str, Any]) -> str:
    """The comparison for people."""
    found, scale = result["deviation"], result["scale"]
    x, y, z = found["worst_at_mm"]
    return (
        f"95 % of the print lies within {found['p95_mm']:.2f} mm of its model, on average "
        f"{found['mean_mm']:+.2f} mm; worst {found['worst_mm']:+.2f} mm "
        f"at {x:.1f},{y:.1f},{z:.1f}. "
        f"It is {100 * (scale['overall'] - 1):+.2f} % in size."
    )
