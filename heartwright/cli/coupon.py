"""`heartwright coupon`: a printed ruler, and what it says about a printer."""

from pathlib import Path
from typing import Annotated

import typer

from heartwright.cli.console import show
from heartwright.cli.options import Force, Json


def run(
    output: Annotated[Path, typer.Option("-o", "--output", help="STL, PLY or 3MF to write.")],
    sheet: Annotated[
        Path | None, typer.Option(help="CSV to write, to fill in with a caliper.")
    ] = None,
    json: Json = False,
    force: Force = False,
) -> None:
    """Make a calibration coupon: lengths, holes, pins and walls of stated sizes."""
    from heartwright.flows.calibrate import make_coupon

    show(make_coupon(output, sheet=sheet, force=force), as_json=json)


def factors(
    measures: Annotated[
        Path,
        typer.Argument(
            metavar="SHEET|REPORT", help="The filled-in CSV, or the JSON of `print verify`."
        ),
    ],
    output: Annotated[Path, typer.Option("-o", "--output", help="JSON file to write.")],
    json: Json = False,
    force: Force = False,
) -> None:
    """Factors along the printer's axes from a measured coupon, for `--compensate`."""
    from heartwright.flows.calibrate import calibrate

    show(calibrate(measures, output, force=force), as_json=json)
