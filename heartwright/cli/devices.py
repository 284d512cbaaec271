"""`heartwright devices`: the catalogue."""

from pathlib import Path
from typing import Annotated

import typer

from heartwright.cli.console import note, show
from heartwright.cli.options import Json


def run(
    own: Annotated[
        Path | None, typer.Option(metavar="FILE.yaml", help="Own devices, checked and listed too.")
    ] = None,
    json: Json = False,
) -> None:
    """List every device with its sizes, what it is sized by, and sources. Research use only."""
    from heartwright.flows.list_devices import list_devices

    result = list_devices(own)
    note(result["disclaimer"])
    show(result, as_json=json)
