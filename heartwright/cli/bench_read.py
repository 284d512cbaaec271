"""`heartwright bench read` and `bench sockets`: the physical bench."""

from pathlib import Path
from typing import Annotated, Any

import numpy as np
import typer

from heartwright.cli.console import note, show
from heartwright.cli.options import Force, Frame, FrameOption, Json, Model, numbers, opening
from heartwright.data import InputError, Plane

_PLANE = "X,Y,Z,NX,NY,NZ"
Diameter = Annotated[float, typer.Option(help="Of a bead (mm).")]


def read(
    before: Annotated[
        Path | None, typer.Option(metavar="CT", help="Scan of the model without the device.")
    ] = None,
    after: Annotated[
        Path | None, typer.Option(metavar="CT", help="Scan of the model with the device.")
    ] = None,
    plane: Annotated[
        str | None,
        typer.Option(metavar=_PLANE, help="Annulus in the first scan: its centre (mm) and axis."),
    ] = None,
    beads: Annotated[
        int | None, typer.Option(help="Beads around the annulus, the marker not counted.")
    ] = None,
    diameter: Diameter = 1.0,
    photo: Annotated[
        Path | None, typer.Option(metavar="IMAGE", help="Photograph of the light test.")
    ] = None,
    rim: Annotated[
        list[str] | None,
        typer.Option(metavar="X,Y", help="A pixel on the annulus' outline; five or more."),
    ] = None,
    zero: Annotated[
        str | None, typer.Option(metavar="X,Y", help="A pixel in the direction of angle 0.")
    ] = None,
    without: Annotated[
        Path | None, typer.Option(metavar="IMAGE", help="The same view without the device.")
    ] = None,
    virtual: Annotated[
        Path | None,
        typer.Option(metavar="JSON", help="What `bench strain` or `bench light` foretold."),
    ] = None,
    frame: FrameOption = Frame.lps,
    json: Json = False,
) -> None:
    """Read a CT pair with beads, or a photograph of the light test. Research use only."""
    scans, views = (before, after, plane, beads), (photo, zero)
    if all(one is not None for one in scans) and not any((photo, zero, rim, without)):
        result = _strain(before, after, plane, beads, diameter, virtual, frame)
    elif all(one is not None for one in views) and not any((before, after, plane, beads)):
        result = _light(photo, rim, zero, without, virtual)
    else:
        raise InputError(
            "give --before, --after, --plane and --beads for strain, or --photo and --zero with "
            "--rim or --without for light."
        )
    for sentence in (*result["warnings"], result["disclaimer"]):
        note(sentence)
    show(result, as_json=json)


def cut(
    model: Model,
    plane: Annotated[
        str,
        typer.Option(metavar=_PLANE, help="Annulus: a point in its lumen (mm) and its axis."),
    ],
    output: Annotated[Path, typer.Option("-o", "--output", help="STL, PLY or 3MF to write.")],
    beads: Annotated[int, typer.Option(help="Around the annulus, without the marker.")] = 12,
    diameter: Diameter = 1.0,
    frame: FrameOption = Frame.lps,
    json: Json = False,
    force: Force = False,
) -> None:
    """Cut sockets for radio-opaque beads into the outside of a wall, around an annulus."""
    from heartwright.flows.bench_sockets import cut_sockets

    result = cut_sockets(
        model, output, plane=_plane(plane, frame), count=beads, diameter_mm=diameter, force=force
    )
    show(result, as_json=json)


def _strain(
    before: Any, after: Any, plane: Any, beads: Any, diameter: float, virtual: Any, frame: Frame
) -> dict[str, Any]:
    from heartwright.flows.bench_read import read_beads

    return read_beads(
        before,
        after,
        plane=_plane(plane, frame),
        count=beads,
        diameter_mm=diameter,
        virtual=virtual,
    )


def _light(
    photo: Any, rim: list[str] | None, zero: Any, without: Any, virtual: Any
) -> dict[str, Any]:
    from heartwright.flows.bench_read import read_photograph

    clicked = np.array([numbers(text, 2, "--rim") for text in rim]) if rim else None
    return read_photograph(
        photo, rim=clicked, zero=numbers(zero, 2, "--zero"), without=without, virtual=virtual
    )


def _plane(text: str, frame: Frame) -> Plane:
    there = opening(text, "--plane", frame)
    return Plane(there.point, there.normal / np.linalg.norm(there.normal))
