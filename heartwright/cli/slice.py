"""`heartwright slice`: what a printer will take for a model, and whether it can."""

from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from heartwright.cli.console import note, show
from heartwright.cli.options import Compensate, Force, Json, numbers


def run(
    model: Annotated[Path, typer.Argument(metavar="MODEL", help="A closed mesh: 3MF, STL, PLY…")],
    technology: Annotated[
        list[str] | None,
        typer.Option(help="sla, fdm, sls or jetting; several stand side by side. [default: sla]"),
    ] = None,
    material: Annotated[
        list[str] | None, typer.Option(help="A material's name; else the technology's first.")
    ] = None,
    output: Annotated[
        Path | None, typer.Option("-o", "--out", help="Print file to write (.gcode, .sl1).")
    ] = None,
    up: Annotated[
        str | None, typer.Option(metavar="X,Y,Z", help="What points up; else the third axis.")
    ] = None,
    orient: Annotated[bool, typer.Option("--orient", help="Search the best direction.")] = False,
    supports: Annotated[bool, typer.Option(help="With supports.")] = True,
    compensate: Compensate = None,
    segmentation_min: Annotated[float | None, typer.Option(help="Minutes, by hand.")] = None,
    modelling_min: Annotated[float | None, typer.Option(help="Minutes, by hand.")] = None,
    queue_h: Annotated[float | None, typer.Option(help="Hours until the printer is free.")] = None,
    finish_h: Annotated[float | None, typer.Option(help="Hours of washing and curing.")] = None,
    labour: Annotated[float | None, typer.Option(help="Euros for an hour by hand.")] = None,
    machine: Annotated[float | None, typer.Option(help="Euros for an hour of printing.")] = None,
    json: Json = False,
    force: Force = False,
) -> None:
    """Check a model for printing, slice it, and add up time and cost."""
    from heartwright.flows.slice_model import slice_model
    from heartwright.printing.sheet import Effort

    result = slice_model(
        model,
        technologies=technology or ["sla"],
        materials=material or [],
        up=None if up is None else numbers(up, 3, "--up"),
        search=orient,
        supports=supports,
        effort=Effort(segmentation_min, modelling_min, queue_h, finish_h, labour, machine),
        compensation=compensate,
        output=output,
        force=force,
    )
    for warning in result["warnings"]:
        note(warning)
    if json:
        show(result, as_json=True)
    else:
        _side_by_side(result["technologies"])


def _side_by_side(technologies: dict[str, dict[str, Any]]) -> None:
    """A column for each technology."""
    table = Table("", *technologies, box=None, pad_edge=False)
    for title, read in _ROWS.items():
        table.add_row(title, *(read(found) for found in technologies.values()))
    Console(highlight=False).print(table)


def _number(value: float | None, unit: str) -> str:
    return "not given" if value is None else f"{value:.3g} {unit}".rstrip()


def _figure(found: dict[str, Any], name: str, unit: str) -> str:
    figure = found["figures"].get(name)
    if figure is None:
        return "not published"
    return f"{figure['value']:g} {unit}{'' if figure['verified'] else ' (unverified)'}"


_ROWS = {
    "printer": lambda t: t["printer"],
    "material": lambda t: t["material"],
    "modulus": lambda t: _figure(t, "material.modulus_mpa", "MPa"),
    "Shore hardness": lambda t: _figure(t, "material.shore", t["shore_scale"]),
    "minimum wall": lambda t: _figure(t, "wall_min_mm", "mm"),
    "tolerance": lambda t: _figure(t, "tolerance_mm", "mm"),
    "time and material by": lambda t: t["slicing"]["by"],
    "supports counted": lambda t: "yes" if t["slicing"]["supports"] else "no",
    "layers": lambda t: str(t["slicing"]["layers"]),
    "up": lambda t: ", ".join(f"{x:.2f}" for x in t["up"]),
    "material, mL": lambda t: " + ".join(f"{ml:.2f}" for ml in t["slicing"]["material_ml"]),
    "segmentation": lambda t: _number(t["sheet"]["segmentation_h"], "h"),
    "modelling": lambda t: _number(t["sheet"]["modelling_h"], "h"),
    "queue": lambda t: _number(t["sheet"]["queue_h"], "h"),
    "print": lambda t: _number(t["sheet"]["print_h"], "h"),
    "post-processing": lambda t: _number(t["sheet"]["finish_h"], "h"),
    "scan to digital model (review: 15 min)": lambda t: _number(t["sheet"]["digital_min"], "min"),
    "scan to finished print (review: 24–48 h)": lambda t: _number(t["sheet"]["finished_h"], "h"),
    "material cost": lambda t: _number(t["sheet"]["material_eur"], "EUR"),
    "labour": lambda t: _number(t["sheet"]["labour_eur"], "EUR"),
    "machine": lambda t: _number(t["sheet"]["machine_eur"], "EUR"),
    "fits the printer": lambda t: "yes" if t["inspection"]["fits"] else "no",
    "thinnest wall": lambda t: _number(t["inspection"]["thinnest_mm"], "mm"),
    "overhang": lambda t: _number(t["inspection"]["overhang_mm2"], "mm²"),
    "islands": lambda t: str(t["inspection"]["islands"]),
    "unverified figures": lambda t: str(len(t["unverified"])),
}
