"""`heartwright angiography`: a vessel in space from two planar views."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import numpy as np
import typer
from jaxtyping import Float

from heartwright.cli.console import note, show
from heartwright.cli.options import Force, Json, numbers
from heartwright.data import InputError

if TYPE_CHECKING:
    from heartwright.flows.reconstruct_vessel import Sight


def run(
    view1: Annotated[Path, typer.Argument(metavar="VIEW1", help="An XA image (DICOM).")],
    view2: Annotated[Path, typer.Argument(metavar="VIEW2", help="Another, from elsewhere.")],
    vessel: Annotated[
        list[str],
        typer.Option(
            metavar="COLUMN,ROW/…|FILE",
            help="For each view: points on the vessel from its first end to its last (pixels, or "
            "a markups file), or a CSV of its middle and half-widths. Give it twice.",
        ),
    ],
    output: Annotated[Path, typer.Option("-o", "--output", help="CSV to write.")],
    stl: Annotated[Path | None, typer.Option(help="Write the lumen's body too.")] = None,
    frame_number: Annotated[
        list[int] | None,
        typer.Option(help="For each view: which frame of a run, from 1. Give it twice."),
    ] = None,
    json: Json = False,
    force: Force = False,
) -> None:
    """Reconstruct a vessel's middle and radii from two calibrated views of it."""
    from heartwright.flows.reconstruct_vessel import reconstruct_vessel

    sights = _sights([view1, view2], vessel, frame_number or [])
    result = reconstruct_vessel(sights, output, stl=stl, force=force)
    for warning in result["warnings"]:
        note(warning)
    show(result, as_json=json)


def _sights(views: list[Path], vessels: list[str], frames: list[int]) -> "list[Sight]":
    from heartwright.flows.reconstruct_vessel import Sight

    if len(vessels) != 2 or len(frames) not in {0, 2}:
        raise InputError(
            "two views take two --vessel, in the order of the views, and two --frame-number or "
            "none (1 is the only frame of a single image)."
        )
    numbered: list[int | None] = [*frames] or [None, None]
    return [
        Sight(view, _vessel(text), number)
        for view, text, number in zip(views, vessels, numbered, strict=True)
    ]


def _vessel(text: str) -> Float[np.ndarray, "point 2"] | Path:
    if text.lower().endswith((".csv", ".json")):
        return Path(text)
    return np.array([numbers(place, 2, "--vessel") for place in text.split("/")])
