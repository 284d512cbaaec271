"""`heartwright dicom`: results back to the hospital's archive."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from heartwright.cli.console import note, show
from heartwright.cli.options import Force, Json, Parts, named_files


class MeshForm(StrEnum):
    """The mesh file inside the DICOM object."""

    stl = "stl"
    obj = "obj"


class Usage(StrEnum):
    """What a model is for, in DICOM's words (CID 7064)."""

    education = "education"
    planning = "planning"
    simulation = "simulation"
    quality_control = "quality-control"


def run(
    shape: Annotated[
        Path,
        typer.Argument(
            metavar="MODEL|LABELS|PLAN", help="A closed mesh in mm, a label map, or a plan's JSON."
        ),
    ],
    scan: Annotated[
        Path, typer.Option(metavar="DIR", help="The DICOM series that it was made from.")
    ],
    output: Annotated[Path, typer.Option("-o", "--out", "--output", help=".dcm file to write.")],
    series: Annotated[
        str | None, typer.Option(help="Which DICOM series, where the folder holds several.")
    ] = None,
    part: Parts = None,
    form: Annotated[MeshForm, typer.Option("--as", help="The mesh file inside.")] = MeshForm.stl,
    usage: Annotated[Usage, typer.Option(help="What the model is for.")] = Usage.education,
    json: Json = False,
    force: Force = False,
) -> None:
    """Write a model as Encapsulated STL or OBJ, labels as a segmentation, a plan as a report (SR).

    The files belong to the patient, study and frame of reference of their series.
    """
    from heartwright.flows.to_dicom import to_dicom

    result = to_dicom(
        shape,
        output,
        scan=scan,
        series=series,
        parts=named_files(part, "--part"),
        form=form.value,
        usage=usage.value,
        force=force,
    )
    for warning in result["warnings"]:
        note(warning)
    show(result, as_json=json)
