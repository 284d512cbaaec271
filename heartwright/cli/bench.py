"""`heartwright bench`: virtual bench tests on the solid that is printed."""

from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import numpy as np
import typer

from heartwright.cli.bench_read import cut, read
from heartwright.cli.console import note, show
from heartwright.cli.options import (
    Force,
    Frame,
    FrameOption,
    Json,
    Label,
    Seed,
    Shape,
    numbers,
    opening,
    points,
)
from heartwright.data import InputError, Placement

if TYPE_CHECKING:
    from heartwright.flows.bench_site import Site

app = typer.Typer(no_args_is_help=True, help="Test a device in the model before it is printed.")
app.command("read")(read)
app.command("sockets")(cut)

Device = Annotated[str, typer.Option(help="Its family's name, as `heartwright devices` lists it.")]
Size = Annotated[float, typer.Option(help="Nominal size (mm).")]
At = Annotated[
    str,
    typer.Option(
        metavar="X,Y,Z,NX,NY,NZ",
        help="A point in the site's plane (mm), and the way to the device's distal end.",
    ),
]
Own = Annotated[Path | None, typer.Option(metavar="FILE.yaml", help="Own devices.")]
Modulus = Annotated[
    float | None, typer.Option("--wall-modulus", help="Young's modulus (MPa); else rigid.")
]
Thickness = Annotated[
    float | None, typer.Option("--wall-thickness", help="Of the elastic wall (mm).")
]
Labels = Annotated[
    Path | None, typer.Option(help="Label map of what the wall is made of (calcium, say).")
]
Moduli = Annotated[
    list[str] | None,
    typer.Option("--modulus", metavar="LABEL=MPA", help="Modulus of the wall within a label."),
]
Oval = Annotated[
    float,
    typer.Option(
        min=0.0,
        help="The frame's stiffness against an oval, relative to a uniform squeeze: near 0 follows "
        "any outline, far above 1 stays round. Unverified.",
    ),
]
Output = Annotated[Path, typer.Option("-o", "--output", help="JSON file to write.")]


class Spread(StrEnum):
    """How the print's offset is drawn."""

    normal = "normal"
    uniform = "uniform"


@app.callback()
def _group() -> None:
    """Test a device in the model before it is printed. Research use only."""


@app.command("deploy")
def deploy(
    shape: Shape,
    device: Device,
    size: Size,
    at: At,
    output: Output,
    solid: Annotated[
        Path | None, typer.Option(help="Write the deployed device as a part (3MF, STL, PLY).")
    ] = None,
    figure: Annotated[Path | None, typer.Option(help="Write the gap map (SVG).")] = None,
    label: Label = None,
    own: Own = None,
    wall_modulus: Modulus = None,
    wall_thickness: Thickness = None,
    labels: Labels = None,
    modulus: Moduli = None,
    oval: Oval = 0.1,
    frame: FrameOption = Frame.lps,
    json: Json = False,
    force: Force = False,
) -> None:
    """Expand a device until it rests against the wall. Research use only."""
    from heartwright.flows.bench_deploy import deploy_device

    wall = (wall_modulus, wall_thickness, labels, modulus)
    site = _site(shape, device, size, at, label, own, wall, oval, frame)
    _tell(deploy_device(site, output, solid=solid, figure=figure, force=force), as_json=json)


@app.command("leak")
def leak(
    shape: Shape,
    device: Device,
    size: Size,
    at: At,
    output: Output,
    voxel: Annotated[float, typer.Option(min=0.05, help="Smallest cube (mm).")] = 0.2,
    pressure: Annotated[float, typer.Option(help="Across the closed device (mmHg).")] = 60.0,
    closed: Annotated[float, typer.Option(help="How long it is closed in a beat (s).")] = 0.5,
    discharge: Annotated[float, typer.Option(help="Orifice coefficient, 0.6 to 1.")] = 0.8,
    samples: Annotated[
        int, typer.Option(min=0, help="Repeat the fit in so many walls drawn at random.")
    ] = 0,
    print_mm: Annotated[
        float, typer.Option("--print-mm", help="Print's tolerance: the whole wall (mm).")
    ] = 0.1,
    segmentation_mm: Annotated[
        float, typer.Option("--segmentation-mm", help="Segmentation's uncertainty: waves (mm).")
    ] = 0.3,
    spread: Annotated[Spread, typer.Option(help="Of the print's tolerance.")] = Spread.normal,
    seed: Seed = 0,
    label: Label = None,
    own: Own = None,
    wall_modulus: Modulus = None,
    wall_thickness: Thickness = None,
    labels: Labels = None,
    modulus: Moduli = None,
    oval: Oval = 0.1,
    frame: FrameOption = Frame.lps,
    json: Json = False,
    force: Force = False,
) -> None:
    """Gaps, bottleneck and flow past a deployed device, graded. Research use only."""
    from heartwright.bench import Blood, Uncertainty
    from heartwright.flows.bench_leak import measure_leak

    wall = (wall_modulus, wall_thickness, labels, modulus)
    site = _site(shape, device, size, at, label, own, wall, oval, frame)
    doubt = None
    if samples:
        doubt = Uncertainty(
            print_mm, segmentation_mm, spread=spread.value, samples=samples, seed=seed
        )
    blood = Blood(pressure, closed, discharge)
    result = measure_leak(site, output, blood=blood, voxel_mm=voxel, uncertainty=doubt, force=force)
    _tell(result, as_json=json)


@app.command("light")
def light(
    shape: Shape,
    device: Device,
    size: Size,
    at: At,
    output: Output,
    figure: Annotated[Path | None, typer.Option(help="Write the picture (PNG).")] = None,
    wall: Annotated[
        Path | None, typer.Option(help="A printed wall that lets light through (closed mesh).")
    ] = None,
    attenuation: Annotated[
        float | None, typer.Option(help="Of that wall, per mm: exp(-attenuation · path).")
    ] = None,
    label: Label = None,
    own: Own = None,
    wall_modulus: Modulus = None,
    wall_thickness: Thickness = None,
    labels: Labels = None,
    modulus: Moduli = None,
    oval: Oval = 0.1,
    frame: FrameOption = Frame.lps,
    json: Json = False,
    force: Force = False,
) -> None:
    """Light from the proximal side past a deployed device, by sector. Research use only."""
    from heartwright.flows.bench_light import shine_light

    elastic = (wall_modulus, wall_thickness, labels, modulus)
    site = _site(shape, device, size, at, label, own, elastic, oval, frame)
    result = shine_light(site, output, image=figure, wall=wall, per_mm=attenuation, force=force)
    _tell(result, as_json=json)


@app.command("strain")
def strain(
    shape: Shape,
    device: Device,
    size: Size,
    at: At,
    output: Output,
    wall_modulus: Modulus = None,
    wall_thickness: Thickness = None,
    labels: Labels = None,
    modulus: Moduli = None,
    height: Annotated[float, typer.Option(help="Of the ring above the site's plane (mm).")] = 0.0,
    label: Label = None,
    own: Own = None,
    oval: Oval = 0.1,
    frame: FrameOption = Frame.lps,
    json: Json = False,
    force: Force = False,
) -> None:
    """How unevenly a deployed device stretches the wall. Research use only."""
    from heartwright.flows.bench_strain import strain_wall

    wall = (wall_modulus, wall_thickness, labels, modulus)
    site = _site(shape, device, size, at, label, own, wall, oval, frame)
    _tell(strain_wall(site, output, height_mm=height, force=force), as_json=json)


@app.command("sweep")
def sweep(
    shape: Shape,
    device: Device,
    size: Size,
    at: At,
    output: Output,
    shifts: Annotated[
        str, typer.Option(metavar="FROM,TO,STEP", help="Of the device along its axis (mm).")
    ] = "-3,3,1",
    ostium: Annotated[
        list[str] | None,
        typer.Option(metavar="X,Y,Z|FILE", help="Lower edge of a coronary ostium (mm)."),
    ] = None,
    septum: Annotated[
        float | None, typer.Option(help="Length of the membranous septum (mm).")
    ] = None,
    label: Label = None,
    own: Own = None,
    wall_modulus: Modulus = None,
    wall_thickness: Thickness = None,
    labels: Labels = None,
    modulus: Moduli = None,
    oval: Oval = 0.1,
    frame: FrameOption = Frame.lps,
    json: Json = False,
    force: Force = False,
) -> None:
    """Leak, coronary clearance and septal margin at several depths. Research use only."""
    from heartwright.flows.bench_sweep import sweep_depth

    wall = (wall_modulus, wall_thickness, labels, modulus)
    site = _site(shape, device, size, at, label, own, wall, oval, frame)
    result = sweep_depth(
        site,
        output,
        shifts_mm=_shifts(shifts),
        ostia=points(ostium, "--ostium", frame) if ostium else None,
        septum_mm=septum,
        force=force,
    )
    _tell(result, as_json=json)


Wall = tuple[float | None, float | None, Path | None, list[str] | None]


def _site(
    shape: Path,
    device: str,
    size: float,
    at: str,
    label: int | None,
    own: Path | None,
    wall: Wall,
    oval: float,
    frame: Frame,
) -> "Site":
    from heartwright.bench import Elasticity
    from heartwright.flows.bench_site import Site, elastic

    there = opening(at, "--at", frame)
    if not np.linalg.norm(there.normal) > 0:
        raise InputError("--at ends with the direction to the device's distal end, not with 0,0,0.")
    placement = Placement(there.point, there.normal / np.linalg.norm(there.normal))
    modulus, thickness, labels, moduli = wall
    made_of = elastic(modulus, thickness, labels, _moduli(moduli))
    return Site(shape, device, size, placement, label, own, made_of, Elasticity(oval=oval))


def _moduli(texts: list[str] | None) -> dict[int, float]:
    """Moduli by label from `LABEL=MPA` texts."""
    try:
        pairs = [text.split("=") for text in texts or []]
        return {int(label): float(modulus) for label, modulus in pairs}
    except ValueError as error:
        raise InputError(f"--modulus takes LABEL=MPA, not '{' '.join(texts or [])}'.") from error


def _shifts(text: str) -> list[float]:
    first, last, step = numbers(text, 3, "--shifts")
    if not (step > 0 and last >= first and (last - first) / step <= 100):
        raise InputError(
            "--shifts takes FROM,TO,STEP: rising, a step above 0, at most 100 of them."
        )
    return [float(x) for x in np.arange(first, last + step / 2, step)]


def _tell(result: Mapping[str, Any], *, as_json: bool) -> None:
    for sentence in result["warnings"]:
        note(sentence)
    show(result, as_json=as_json)
