"""`heartwright carm`: where to put the C-arm."""

import math
from typing import TYPE_CHECKING, Annotated

import numpy as np
import typer

from heartwright.cli.console import note, show
from heartwright.cli.options import Frame, FrameOption, Json, numbers, one_point, point_list
from heartwright.data import InputError, Plane
from heartwright.data.markups import RAS_TO_LPS

if TYPE_CHECKING:
    from heartwright.planning.carm import Cusps

_POINT = "X,Y,Z|FILE"


def run(
    planes: Annotated[
        list[str] | None,
        typer.Argument(metavar="PLANE…", help="X,Y,Z,NX,NY,NZ: a point and a normal or axis."),
    ] = None,
    lcc: Annotated[
        str | None, typer.Option(metavar=_POINT, help="Left cusp's lowest point (mm).")
    ] = None,
    rcc: Annotated[
        str | None, typer.Option(metavar=_POINT, help="Right cusp's lowest point (mm).")
    ] = None,
    ncc: Annotated[
        str | None, typer.Option(metavar=_POINT, help="Non-coronary cusp's lowest point (mm).")
    ] = None,
    segment: Annotated[
        str | None,
        typer.Option(
            metavar="X,Y,Z/X,Y,Z|FILE",
            help="Two ends: how much each view shortens what is between.",
        ),
    ] = None,
    frame: FrameOption = Frame.lps,
    json: Json = False,
) -> None:
    """Say where a C-arm sees aortic cusps in line, or planes from the side. Research use only."""
    from heartwright.flows.carm_views import carm_views

    result = carm_views(
        _cusps(lcc, rcc, ncc, frame),
        [_plane(text, frame) for text in planes or []],
        segment=point_list(segment, 2, "--segment", frame) if segment else None,
    )
    for sentence in (*result["warnings"], result["disclaimer"]):
        note(sentence)
    show(result, as_json=json)


def _cusps(lcc: str | None, rcc: str | None, ncc: str | None, frame: Frame) -> "Cusps | None":
    from heartwright.planning.carm import Cusps

    given = {"--lcc": lcc, "--rcc": rcc, "--ncc": ncc}
    missing = [option for option, text in given.items() if text is None]
    if len(missing) == 3:
        return None
    if missing:
        raise InputError(f"the annulus takes all three cusps; give {' and '.join(missing)} too.")
    return Cusps(*(one_point(text, option, frame) for option, text in given.items() if text))


def _plane(text: str, frame: Frame) -> Plane:
    to_lps = RAS_TO_LPS if frame is Frame.ras else np.ones(3)
    point, normal = numbers(text, 6, "PLANE").reshape(2, 3) * to_lps
    length = math.hypot(*normal)
    if not 0 < length < math.inf:
        raise InputError(f"PLANE takes a normal that has a length, not '{text}'.")
    return Plane(point, normal / length)
