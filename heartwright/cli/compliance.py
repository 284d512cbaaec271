"""`heartwright compliance`: a wall that gives way as a tissue does."""

from typing import Annotated

import typer

from heartwright.cli.console import show
from heartwright.cli.options import Json


def run(
    distensibility: Annotated[
        float, typer.Option(help="Of the tissue: share of the lumen's area for each mmHg.")
    ],
    radius: Annotated[float, typer.Option(help="Inner radius of the vessel, mm.")],
    json: Json = False,
) -> None:
    """Say how thick a wall of each material matches a tissue's distensibility."""
    from heartwright.flows.match_compliance import match_compliance

    show(match_compliance(distensibility, radius_mm=radius), as_json=json)
