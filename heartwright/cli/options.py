"""Options that several verbs share, and points as people type them."""

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import numpy as np
import typer
from jaxtyping import Float

from heartwright.data import InputError
from heartwright.data.markups import RAS_TO_LPS, read_markups

if TYPE_CHECKING:
    from heartwright.anatomy.mesh import Opening
    from heartwright.flows.recordings import Reading


class Frame(StrEnum):
    """Coordinate system of typed points."""

    lps = "lps"
    ras = "ras"


class TimeUnit(StrEnum):
    """Unit of a table's time column."""

    s = "s"
    ms = "ms"


class Normalise(StrEnum):
    """How recordings are scaled to [0, 1]."""

    plateau = "plateau"
    minmax = "minmax"


Json = Annotated[bool, typer.Option("--json", help="Print the result as one JSON object.")]
Force = Annotated[bool, typer.Option("--force", help="Overwrite files that exist.")]
Label = Annotated[int | None, typer.Option(help="Which label of a label map; not for meshes.")]
FrameOption = Annotated[Frame, typer.Option("--frame", help="Frame of the typed points.")]
Seed = Annotated[int, typer.Option(min=0, help="Seed of every random draw.")]
Shape = Annotated[
    Path, typer.Argument(metavar="LABELS|SOLID", help="A label map, or a closed mesh in mm.")
]
Model = Annotated[Path, typer.Argument(metavar="MODEL", help="A closed mesh in mm.")]
Traces = Annotated[
    list[Path], typer.Argument(metavar="TRACES…", help="NetCDF or CSV files, or folders of CSV.")
]
TimeUnitOption = Annotated[
    TimeUnit | None, typer.Option("--time-unit", help="Unit of a CSV's time column.")
]
NormaliseOption = Annotated[
    Normalise,
    typer.Option(help="Scale from rest to the plateau's robust peak, or plain min–max."),
]
Camera = Annotated[
    bool, typer.Option("--camera", help="Offset and gain of each trace's scale are not known.")
]
Raw = Annotated[bool, typer.Option("--raw", help="Take traces as they are: one beat on [0, 1].")]
FrameMs = Annotated[
    float, typer.Option("--frame-ms", help="Clock of the prepared beats; a slow camera's frame.")
]
Openings = Annotated[
    list[str] | None,
    typer.Option(
        "--open",
        metavar="X,Y,Z,NX,NY,NZ",
        help="Open a vessel: a point on the cut (mm) and the direction out of the heart.",
    ),
]
Compensate = Annotated[
    Path | None,
    typer.Option(help="Factors along the printer's axes, as `heartwright coupon factors` writes."),
]
Parts = Annotated[
    list[str] | None,
    typer.Option(
        "--part",
        metavar="NAME=FILE",
        help="A closed mesh of another material (calcium, valve, device) in its place.",
    ),
]

KeyFile = Annotated[
    Path | None,
    typer.Option(
        "--key",
        metavar="FILE",
        help="The project's secret: the same patient gets the same pseudonym in every run.",
    ),
]
ShiftDates = Annotated[
    bool,
    typer.Option("--shift-dates", help="Move dates by days of each patient's own; else removed."),
]
NewFolder = Annotated[Path, typer.Option("-o", "--out", metavar="DIR", help="A new folder.")]


def named_files(texts: list[str] | None, option: str) -> list[tuple[str, Path]]:
    """Names and files from `NAME=FILE` texts.

    Raises:
        InputError: a name or a file is missing.
    """
    pairs = [text.partition("=")[::2] for text in texts or []]
    for text, (name, file) in zip(texts or [], pairs, strict=True):
        if not (name.strip() and file.strip()):
            raise InputError(f"{option} takes NAME=FILE, not '{text}'.")
    return [(name.strip(), Path(file.strip())) for name, file in pairs]


def reading(
    unit: TimeUnit | None, normalise: Normalise, raw: bool, frame_ms: float = 0.1
) -> "Reading":
    """How recordings are read, from the options that the verbs share."""
    from heartwright.flows.recordings import Reading

    return Reading(unit.value if unit else None, normalise.value, raw, frame_ms)


def numbers(text: str, count: int, option: str) -> Float[np.ndarray, "{count}"]:
    """`count` numbers with commas between them.

    Raises:
        InputError: it is something else.
    """
    try:
        values = np.array([float(part) for part in text.split(",")])
    except ValueError:
        values = np.empty(0)
    if len(values) != count or not np.isfinite(values).all():
        raise InputError(f"{option} takes {count} numbers with commas between them, not '{text}'.")
    return values


def points(texts: list[str], option: str, frame: Frame) -> Float[np.ndarray, "point 3"]:
    """Points in LPS mm from `X,Y,Z` texts or 3D Slicer's markups files (which know their frame)."""
    found = [
        read_markups(Path(text))
        if text.lower().endswith(".json")
        else numbers(text, 3, option)[None] * _to_lps(frame)
        for text in texts
    ]
    return np.concatenate(found)


def named_points(
    texts: list[str], option: str, frame: Frame
) -> dict[str, Float[np.ndarray, "point 3"]]:
    """Points in LPS mm by the name before their `=`; those without one have the empty name."""
    of: dict[str, list[str]] = {}
    for text in texts:
        name, equals, place = text.partition("=")
        of.setdefault(name.strip() if equals else "", []).append(place if equals else text)
    return {name: points(places, option, frame) for name, places in of.items()}


def one_point(text: str, option: str, frame: Frame) -> Float[np.ndarray, "3"]:
    """One point in LPS mm."""
    found = points([text], option, frame)
    if len(found) != 1:
        raise InputError(f"{option} takes one point; {text} holds {len(found)}.")
    return found[0]


def point_list(text: str, count: int, option: str, frame: Frame) -> Float[np.ndarray, "point 3"]:
    """Exactly `count` points, `X,Y,Z/X,Y,Z/…` or a markups file, in LPS mm."""
    found = points(text.split("/") if not text.lower().endswith(".json") else [text], option, frame)
    if len(found) != count:
        raise InputError(f"{option} takes {count} points with slashes between them, not '{text}'.")
    return found


def openings(texts: list[str] | None, frame: Frame) -> "list[Opening]":
    """Openings from `X,Y,Z,NX,NY,NZ` texts."""
    return [opening(text, "--open", frame) for text in texts or []]


def opening(text: str, option: str, frame: Frame) -> "Opening":
    """A point and a direction from `X,Y,Z,NX,NY,NZ`, in LPS mm."""
    from heartwright.anatomy.mesh import Opening

    point, normal = numbers(text, 6, option).reshape(2, 3) * _to_lps(frame)
    return Opening(point, normal)


def _to_lps(frame: Frame) -> Float[np.ndarray, "3"]:
    return RAS_TO_LPS if frame is Frame.ras else np.ones(3)
