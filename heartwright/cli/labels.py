"""`heartwright labels`: a label map, edited step by step."""

from pathlib import Path
from typing import Annotated

import typer

from heartwright.cli.console import show
from heartwright.cli.options import Force, Json


def run(
    labels: Annotated[Path, typer.Argument(help="A label map (NRRD, NIfTI or MetaImage).")],
    steps: Annotated[
        list[str],
        typer.Argument(
            metavar="STEP…",
            help="keep-largest=NAME  drop-islands=NAME,MM3  inside=NAME,OTHER  outside=NAME,OTHER  "
            "margin=NAME,MM  smooth=MM  fill-between=NAME  merge=NEW,NAME,NAME…  rename=NAME,NEW  "
            "remove=NAME  calcium=LUMEN  grow=BACKGROUND",
        ),
    ],
    output: Annotated[Path, typer.Option("-o", "--output", help="NRRD or NIfTI to write.")],
    scan: Annotated[
        Path | None, typer.Option(help="The map's scan; calcium and grow look at it.")
    ] = None,
    series: Annotated[
        str | None, typer.Option(help="Which DICOM series, where the scan's folder holds several.")
    ] = None,
    json: Json = False,
    force: Force = False,
) -> None:
    """Edit labels, one step after another in the order given. A NAME may be a label's number."""
    from heartwright.flows.edit_labels import edit_labels

    show(
        edit_labels(labels, output, steps=steps, scan=scan, series=series, force=force),
        as_json=json,
    )
