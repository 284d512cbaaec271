"""`heartwright cut`: a model in two closed parts."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import numpy as np
import typer
from jaxtyping import Float

from heartwright.cli.console import show
from heartwright.cli.options import (
    Force,
    Frame,
    FrameOption,
    Json,
    Model,
    numbers,
    one_point,
    opening,
    point_list,
    points,
)
from heartwright.data import InputError

if TYPE_CHECKING:
    from heartwright.anatomy.mesh import Hinge, Joints


def run(
    model: Model,
    output: Annotated[
        tuple[Path, Path], typer.Option("-o", "--output", help="Two files: STL, PLY or 3MF.")
    ],
    plane: Annotated[
        str | None, typer.Option(metavar="X,Y,Z,NX,NY,NZ", help="A point and a normal.")
    ] = None,
    box: Annotated[
        str | None, typer.Option(metavar="X,Y,Z/X,Y,Z", help="Two opposite corners (mm).")
    ] = None,
    curve: Annotated[
        str | None, typer.Option(metavar="X,Y,Z/…|FILE", help="Points round what is cut off.")
    ] = None,
    pegs: Annotated[
        str | None,
        typer.Option(
            metavar="N,D,L", help="With --plane: N pegs D wide and L long (mm), and holes."
        ),
    ] = None,
    magnets: Annotated[
        str | None,
        typer.Option(
            metavar="N,D,H", help="With --plane: holes for N magnets D × H (mm) each side."
        ),
    ] = None,
    hinge: Annotated[
        str | None,
        typer.Option(metavar="N,L", help="With --plane: a hinge of N knuckles, L long (mm)."),
    ] = None,
    pin: Annotated[float, typer.Option(help="Diameter of the hinge's metal pin, mm.")] = 2.0,
    hinge_side: Annotated[
        str | None,
        typer.Option(metavar="X,Y,Z", help="Direction from the middle to the hinge; else found."),
    ] = None,
    clearance: Annotated[
        float, typer.Option(help="Gap round a peg, magnet, pin or knuckle, mm.")
    ] = 0.15,
    frame: FrameOption = Frame.lps,
    json: Json = False,
    force: Force = False,
) -> None:
    """Cut a model in two, caps closed; the first file is in front of the plane or in the box."""
    from heartwright.flows.cut_model import Cut, cut_model

    if sum(each is not None for each in (plane, box, curve)) != 1:
        raise InputError("a cut takes one of --plane, --box and --curve.")
    if (pegs or magnets or hinge) and not plane:
        raise InputError("--pegs, --magnets and --hinge go with --plane.")
    if hinge_side and not hinge:
        raise InputError("--hinge-side goes with --hinge.")
    side = one_point(hinge_side, "--hinge-side", frame) if hinge_side else None
    cut = Cut(
        plane=opening(plane, "--plane", frame) if plane else None,
        box=point_list(box, 2, "--box", frame) if box else None,
        curve=_curve(curve, frame) if curve else None,
        joints=joints_of(pegs, magnets, clearance),
        hinge=_hinge(hinge, pin, clearance, side) if hinge else None,
    )
    show(cut_model(model, output, cut=cut, force=force), as_json=json)


def _curve(text: str, frame: Frame) -> Float[np.ndarray, "point 3"]:
    return points([text] if text.lower().endswith(".json") else text.split("/"), "--curve", frame)


def joints_of(pegs: str | None, magnets: str | None, clearance: float) -> "Joints | None":
    """Joints as people type them: `N,D,L` for pegs, `N,D,H` for magnets, or none."""
    from heartwright.anatomy.mesh import Joints

    if pegs and magnets:
        raise InputError("a cut takes --pegs or --magnets, not both.")
    text = pegs or magnets
    if not text:
        return None
    option = "--pegs" if pegs else "--magnets"
    count, diameter, depth = numbers(text, 3, option).tolist()
    return Joints(_whole(count, option), diameter, depth, clearance, magnets=bool(magnets))


def _hinge(text: str, pin: float, clearance: float, side: Float[np.ndarray, "3"] | None) -> "Hinge":
    from heartwright.anatomy.mesh import Hinge

    knuckles, length = numbers(text, 2, "--hinge").tolist()
    return Hinge(_whole(knuckles, "--hinge"), length, pin, clearance, side)


def _whole(count: float, option: str) -> int:
    if not count.is_integer():
        raise InputError(f"{option} begins with a whole number, not {count:g}.")
    return int(count)
