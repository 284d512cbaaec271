"""`heartwright plan`: measures and devices."""

from pathlib import Path
from typing import Annotated

import numpy as np
import typer
from jaxtyping import Float

from heartwright.cli import plan_aortic
from heartwright.cli.console import note, show
from heartwright.cli.options import (
    Force,
    Frame,
    FrameOption,
    Json,
    Label,
    Shape,
    one_point,
    point_list,
    points,
)
from heartwright.data import RESEARCH_ONLY

app = typer.Typer(no_args_is_help=True, help="Measure a site and list the devices that fit.")


@app.callback()
def _group() -> None:
    """Measure a site and list the devices that fit. Research use only."""


app.command("aortic")(plan_aortic.run)


@app.command("laa")
def appendage(
    shape: Shape,
    output: Annotated[Path, typer.Option("-o", "--output", help="JSON file to write.")],
    ostium: Annotated[
        str | None,
        typer.Option(
            metavar="X,Y,Z/X,Y,Z/X,Y,Z", help="Three points on the ostium's rim; else it is found."
        ),
    ] = None,
    ridge: Annotated[
        str | None,
        typer.Option(metavar="X,Y,Z", help="On the wall, 1 to 2 cm inside the ridge's tip."),
    ] = None,
    circumflex: Annotated[
        str | None,
        typer.Option(metavar="X,Y,Z[/X,Y,Z…]", help="Points of the circumflex artery."),
    ] = None,
    fossa: Annotated[
        str | None, typer.Option(metavar="X,Y,Z", help="Centre of the oval fossa.")
    ] = None,
    cava: Annotated[
        str | None, typer.Option(metavar="X,Y,Z", help="A point in the lower caval vein.")
    ] = None,
    circumflex_label: Annotated[
        int | None, typer.Option(help="The circumflex artery's label in the same map.")
    ] = None,
    right_atrium: Annotated[
        int | None, typer.Option(help="The right atrium's label, to find the fossa.")
    ] = None,
    thrombus: Annotated[int | None, typer.Option(help="A thrombus' label in the same map.")] = None,
    scan: Annotated[
        Path | None, typer.Option(help="The scan: sharpens the surface, shows the filling.")
    ] = None,
    phase: Annotated[
        float | None, typer.Option(min=0, max=100, help="Of the scan, percent of RR.")
    ] = None,
    uncertainty_mm: Annotated[
        float | None,
        typer.Option(min=0, max=5, help="How far each wall may be off; else half a voxel."),
    ] = None,
    label: Label = None,
    frame: FrameOption = Frame.lps,
    json: Json = False,
    force: Force = False,
) -> None:
    """Left atrial appendage: ostium, lobes, access and every size that fits. Research use only."""
    from heartwright.flows.plan_appendage import Beside, plan_appendage

    beside = Beside(
        ridge=_one(ridge, "--ridge", frame),
        circumflex=_several(circumflex, "--circumflex", frame),
        fossa=_one(fossa, "--fossa", frame),
        cava=_one(cava, "--cava", frame),
        circumflex_label=circumflex_label,
        right_atrium_label=right_atrium,
        thrombus_label=thrombus,
        scan=scan,
        phase_percent=phase,
        edge_mm=uncertainty_mm,
    )
    rim = None if ostium is None else point_list(ostium, 3, "--ostium", frame)
    result = plan_appendage(shape, output, ostium=rim, beside=beside, label=label, force=force)
    for sentence in (*result["warnings"], RESEARCH_ONLY):
        note(sentence)
    if not json:  # a table of a hundred sections is for programs: it is in the file
        del result["appendage"]["stations"]
    show(result, as_json=json)


def _one(text: str | None, option: str, frame: Frame) -> Float[np.ndarray, "3"] | None:
    return None if text is None else one_point(text, option, frame)


def _several(text: str | None, option: str, frame: Frame) -> Float[np.ndarray, "point 3"] | None:
    if text is None:
        return None
    return points([text] if text.lower().endswith(".json") else text.split("/"), option, frame)
