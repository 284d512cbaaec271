"""`heartwright register`: one study laid onto another."""

from pathlib import Path
from typing import Annotated

import typer

from heartwright.cli.console import note, show
from heartwright.cli.options import Force, Json


def run(
    moving: Annotated[Path, typer.Argument(help="The study (echo, MR) that is moved.")],
    fixed: Annotated[Path, typer.Argument(help="The study (CT) that stays.")],
    output: Annotated[Path, typer.Option("-o", "--output", help="NRRD or NIfTI to write.")],
    labels: Annotated[
        Path | None, typer.Option(help="MOVING's label map: write it, moved.")
    ] = None,
    join: Annotated[
        Path | None, typer.Option(help="FIXED's label map: the moved labels join it.")
    ] = None,
    series: Annotated[str | None, typer.Option(help="Which series of MOVING's folder.")] = None,
    fixed_series: Annotated[
        str | None, typer.Option(help="Which series of FIXED's folder.")
    ] = None,
    json: Json = False,
    force: Force = False,
) -> None:
    """Lay one study rigidly onto another of the same patient, and bring it to that one's voxels."""
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
