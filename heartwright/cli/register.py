"""`heartwright register`: a second study laid onto the first."""

from pathlib import Path
from typing import Annotated

import typer

from heartwright.cli.console import note, show
from heartwright.cli.options import Force, Json


def run(
    moving: Annotated[Path, typer.Argument(help="The second study (echo, MR): it is moved.")],
    fixed: Annotated[Path, typer.Argument(help="The first study (CT): it stays.")],
    output: Annotated[Path, typer.Option("-o", "--output", help="NRRD or NIfTI to write.")],
    labels: Annotated[
        Path | None, typer.Option(help="The second study's label map: write it, moved.")
    ] = None,
    join: Annotated[
        Path | None, typer.Option(help="The first study's label map: the moved labels join it.")
    ] = None,
    series: Annotated[str | None, typer.Option(help="Which series of MOVING's folder.")] = None,
    fixed_series: Annotated[
        str | None, typer.Option(help="Which series of FIXED's folder.")
    ] = None,
    json: Json = False,
    force: Force = False,
) -> None:
    """Register two studies of a patient rigidly, and bring the second to the first's voxels."""
    from heartwright.flows.register_scan import register_scan

    result = register_scan(
        moving,
        fixed,
        output,
        labels=labels,
        join=join,
        series=(series, fixed_series),
        force=force,
    )
    for warning in result["warnings"]:
        note(warning)
    show(result, as_json=json)
