"""`heartwright network`: a scan to a label map by a network that is installed beside us."""

from pathlib import Path
from typing import Annotated

import typer

from heartwright.cli.console import note, show
from heartwright.cli.options import Force, Json


def run(
    scan: Annotated[Path, typer.Argument(help="A DICOM folder, NIfTI or NRRD.")],
    output: Annotated[Path, typer.Option("-o", "--output", help="NRRD or NIfTI to write.")],
    network: Annotated[
        str,
        typer.Option(
            metavar="NAME|FOLDER",
            help="total, heart-chambers or coronary-arteries of TotalSegmentator; or the folder "
            "of a MONAI bundle.",
        ),
    ],
    series: Annotated[
        str | None, typer.Option(help="Which DICOM series, where a folder holds several.")
    ] = None,
    json: Json = False,
    force: Force = False,
) -> None:
    """Segment with TotalSegmentator or a MONAI bundle, where they are installed."""
    from heartwright.flows.network_labels import network_labels

    note("A network's labels are a draft: look at them before anything is made of them.")
    show(network_labels(scan, output, network=network, series=series, force=force), as_json=json)
