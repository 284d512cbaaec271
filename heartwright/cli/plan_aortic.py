"""`heartwright plan aortic`."""

from pathlib import Path
from typing import Annotated

import numpy as np
import typer
from jaxtyping import Float

from heartwright.cli.console import note, show
from heartwright.cli.options import (
    Force,
    Frame,
    FrameOption,
    Json,
    Shape,
    one_point,
    points,
)
from heartwright.data import RESEARCH_ONLY, InputError


def _place(words: str) -> typer.models.OptionInfo:
    option: typer.models.OptionInfo = typer.Option(metavar="X,Y,Z", help=words)
    return option


Place = str | None
Output = Annotated[Path, typer.Option("-o", "--output", help="JSON file to write.")]
Lcc = Annotated[Place, _place("Lowest point of the left coronary cusp.")]
Rcc = Annotated[Place, _place("Of the right one; without all three, they are looked for.")]
Ncc = Annotated[Place, _place("Of the non-coronary one.")]
Lca = Annotated[Place, _place("Lower edge of the left coronary ostium.")]
Rca = Annotated[Place, _place("Of the right one; without it, its stub is looked for.")]
Aorta = Annotated[Place, _place("Any point in the ascending aorta.")]
Septum = Annotated[
    str | None,
    typer.Option(metavar="X,Y,Z[/X,Y,Z]", help="Crest of the muscular septum, or the ends of MS."),
]
Labels = Annotated[list[int] | None, typer.Option(help="Of the map; more than one are joined.")]
Phase = Annotated[float | None, typer.Option(metavar="PERCENT", help="The scan's, of RR.")]
Depth = Annotated[float | None, typer.Option(help="Implant depth below the annulus.")]
Device = Annotated[
    float | None, typer.Option(help="Diameter for VTC and VTSTJ; else the largest that fits.")
]
CalciumFile = Annotated[Path | None, typer.Option(metavar="LABELS|SOLID", help="Valve's calcium.")]
CalciumLabel = Annotated[int | None, typer.Option(help="Which label of it.")]
Known = Annotated[
    list[str] | None,
    typer.Option(metavar="NAME=VALUE", help="For rules: left_cusp_height=14 (mm) and others."),
]
Uncertainty = Annotated[float | None, typer.Option(help="SD of the wall; else half a voxel.")]
LandmarkSd = Annotated[float, typer.Option(help="SD of given points along each axis.")]


def run(
    shape: Shape,
    output: Output,
    lcc: Lcc = None,
    rcc: Rcc = None,
    ncc: Ncc = None,
    lca: Lca = None,
    rca: Rca = None,
    aorta: Aorta = None,
    septum: Septum = None,
    label: Labels = None,
    phase: Phase = None,
    depth_mm: Depth = None,
    device_mm: Device = None,
    calcium: CalciumFile = None,
    calcium_label: CalciumLabel = None,
    known: Known = None,
    uncertainty_mm: Uncertainty = None,
    landmark_mm: LandmarkSd = 1.0,
    frame: FrameOption = Frame.lps,
    json: Json = False,
    force: Force = False,
) -> None:
    """Aortic root: annulus, sinuses, coronaries, valve sizes, risks. Research use only."""
    from heartwright.flows.plan_root import plan_root
    from heartwright.planning.aortic import Request, typed_measures

    coronaries = {"left": _point(lca, "--lca", frame), "right": _point(rca, "--rca", frame)}
    request = Request(
        nadirs=_nadirs({"--lcc": lcc, "--rcc": rcc, "--ncc": ncc}, frame),
        ostia={side: point for side, point in coronaries.items() if point is not None},
        aorta=_point(aorta, "--aorta", frame),
        septum=None if septum is None else points(_texts(septum), "--septum", frame),
        implant_depth_mm=depth_mm,
        device_mm=device_mm,
        phase_percent=phase,
        known=typed_measures(known or []),
        boundary_sd_mm=uncertainty_mm,
        landmark_sd_mm=landmark_mm,
    )
    result = plan_root(
        shape,
        request,
        output,
        labels=label or [],
        calcium=calcium,
        calcium_label=calcium_label,
        force=force,
    )
    for sentence in (*result["warnings"], RESEARCH_ONLY):
        note(sentence)
    show(result, as_json=json)


def _nadirs(texts: dict[str, str | None], frame: Frame) -> Float[np.ndarray, "3 3"] | None:
    """All three nadirs, or none of them."""
    given = {option: text for option, text in texts.items() if text is not None}
    if not given:
        return None
    if len(given) < len(texts):
        missing = ", ".join(option for option in texts if option not in given)
        raise InputError(f"the annulus needs all three nadirs; {missing} is not given.")
    return np.array([one_point(text, option, frame) for option, text in given.items()])


def _point(text: str | None, option: str, frame: Frame) -> Float[np.ndarray, "3"] | None:
    return None if text is None else one_point(text, option, frame)


def _texts(text: str) -> list[str]:
    return [text] if text.lower().endswith(".json") else text.split("/")
