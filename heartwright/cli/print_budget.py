"""`heartwright print budget`: how far a print may be from the anatomy."""

from pathlib import Path
from typing import Annotated

import typer

from heartwright.cli.console import note, show
from heartwright.cli.options import Force, Json, Label, Model


def run(
    model: Model,
    labels: Annotated[Path, typer.Option(help="The label map that the model was made from.")],
    output: Annotated[
        Path | None, typer.Option("-o", "--output", help="JSON file to write as well.")
    ] = None,
    label: Label = None,
    scan: Annotated[
        Path | None, typer.Option(help="The scan itself: what its noise leaves open.")
    ] = None,
    series: Annotated[
        str | None, typer.Option(help="Which DICOM series, where the scan's folder holds several.")
    ] = None,
    technology: Annotated[str, typer.Option(help="sla, fdm, sls or jetting.")] = "sla",
    json: Json = False,
    force: Force = False,
) -> None:
    """Add up the errors of editing, segmentation and printing."""
    from heartwright.flows.budget_model import budget_model

    result = budget_model(
        model,
        labels,
        output,
        technology=technology,
        label=label,
        scan=scan,
        series=series,
        force=force,
    )
    note(result["line"])
    show(result, as_json=json)
