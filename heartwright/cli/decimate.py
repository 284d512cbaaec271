"""`heartwright decimate`: fewer triangles within an error."""

from pathlib import Path
from typing import Annotated

import typer

from heartwright.cli.console import show
from heartwright.cli.options import Force, Json, Model


def run(
    model: Model,
    output: Annotated[Path, typer.Option("-o", "--output", help="STL, PLY or 3MF to write.")],
    max_error: Annotated[
        float, typer.Option(help="How far the surface may move anywhere, mm; it is measured.")
    ],
    json: Json = False,
    force: Force = False,
) -> None:
    """Take triangles away while the surface stays within an error and the model valid."""
    from heartwright.flows.decimate_model import decimate_model

    show(decimate_model(model, output, max_error_mm=max_error, force=force), as_json=json)
