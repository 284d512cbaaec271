"""`heartwright report`: a model on its scan, with its facts, as a page and on paper."""

from pathlib import Path
from typing import Annotated

import typer

from heartwright.cli.console import note, show
from heartwright.cli.options import Force, Json


def run(
    model: Annotated[Path, typer.Argument(metavar="MODEL", help="A closed mesh in mm.")],
    scan: Annotated[Path, typer.Option(help="The scan that it was made from.")],
    output: Annotated[Path, typer.Option("-o", "--out", "--output", help="HTML page to write.")],
    series: Annotated[
        str | None, typer.Option(help="Which DICOM series, where the folder holds several.")
    ] = None,
    labels: Annotated[
        Path | None, typer.Option(help="The label map that it was made from, to outline as well.")
    ] = None,
    technology: Annotated[
        list[str] | None,
        typer.Option(help="Time, material and cost for sla, fdm, sls or jetting; give several."),
    ] = None,
    budget: Annotated[
        Path | None,
        typer.Option(help="Error budget to show, as `heartwright print budget` writes it."),
    ] = None,
    pdf: Annotated[Path | None, typer.Option(help="The same as a PDF.")] = None,
    json: Json = False,
    force: Force = False,
) -> None:
    """Draw a model's contour on its scan, and state its measures, certificate and cost."""
    from heartwright.flows.report import report_model

    result = report_model(
        model,
        output,
        scan=scan,
        series=series,
        labels=labels,
        technologies=technology or [],
        budget=budget,
        pdf=pdf,
        force=force,
    )
    for warning in result["warnings"]:
        note(warning)
    show(result, as_json=json)
