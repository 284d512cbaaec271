"""`heartwright mesh`: a label to a closed surface."""

from pathlib import Path
from typing import Annotated

import typer

from heartwright.cli.console import note, show
from heartwright.cli.options import Force, Json


def run(
    labels: Annotated[Path, typer.Argument(help="A label map (NRRD or NIfTI).")],
    output: Annotated[Path, typer.Option("-o", "--output", help="STL, PLY or 3MF to write.")],
    label: Annotated[int | None, typer.Option(help="Which label.")] = None,
    scan: Annotated[
        Path | None, typer.Option(help="The scan itself, for edges finer than a voxel.")
    ] = None,
    series: Annotated[
        str | None, typer.Option(help="Which DICOM series, where the scan's folder holds several.")
    ] = None,
    json: Json = False,
    force: Force = False,
) -> None:
    """Make a closed, smooth surface that keeps the label's volume."""
    from heartwright.flows.mesh_labels import mesh_labels

    result = mesh_labels(labels, output, label=label, scan=scan, series=series, force=force)
    for warning in result["warnings"]:
        note(warning)
    show(result, as_json=json)
