"""The demo's page: a heart made twice, with the numbers and the files."""

from pathlib import Path
from typing import TYPE_CHECKING

from heartwright.data import Provenance
from heartwright.data.files import write_bytes, write_text
from heartwright.flows.demo.rhythm import Rhythm
from heartwright.flows.demo.sections import (
    plan_section,
    rhythm_section,
    shape_section,
    twin_section,
)
from heartwright.flows.demo.shape import Shape
from heartwright.flows.demo.twin import Twin

if TYPE_CHECKING:
    from heartwright.report.page import Figure

TITLE = "A heart, made twice"
LEAD = (
    "Once as a thing you can hold: a left atrium from a scan, walled, opened, measured and ready "
    "to print. Once as a thing that beats: an action potential learned from tissue and forecast "
    "from one measurement. And joined: the excitation on the very wall that is printed."
)


def write_page(folder: Path, rhythm: Rhythm, shape: Shape, twin: Twin, *, seconds: float) -> None:
    """Draw the figures and write `index.html`, and `heart.png` for those who want one picture."""
    from heartwright.report.page import page

    heroes = _heroes(shape, twin)
    sections = [
        shape_section(shape),
        plan_section(shape),
        rhythm_section(rhythm),
        twin_section(twin),
    ]
    provenance = Provenance.of(
        parameters={
            "sample heart": dict(shape.heart.scan.provenance.parameters),
            "tissue": dict(twin.activation.provenance.parameters),
            "learning": dict(rhythm.fit.header.get("settings", {})),
            "seconds": round(seconds, 1),
        },
        seed=shape.heart.scan.provenance.seed,
    )
    html = page(TITLE, sections, lead=LEAD, heroes=heroes, provenance=provenance)
    write_text(folder / "index.html", html, force=True)
    write_bytes(folder / "heart.png", _picture(rhythm, shape, twin), force=True)


def _heroes(shape: Shape, twin: Twin) -> "list[Figure]":
    from heartwright.report import POSTERIOR
    from heartwright.report.figures import animation, field_figure, solid_figure
    from heartwright.report.page import Figure
    from heartwright.report.scene import scene

    wall = shape.model.wall.solid
    return [
        Figure(
            solid_figure(wall, view=POSTERIOR),
            "image/png",
            "To hold: the printable wall, seen from behind, its four veins open.",
            "Rendered left atrial wall with appendage and four open pulmonary veins.",
        ),
        Figure(
            animation(wall, twin.activation, view=POSTERIOR),
            "image/webp",
            "To beat: the excitation runs over the same wall from the right upper vein.",
            "Animation of an activation front spreading over the left atrial wall.",
            still=field_figure(twin.activation, view=POSTERIOR, isolines=10),
            scene=scene(twin.activation, view=POSTERIOR),
        ),
    ]


def _picture(rhythm: Rhythm, shape: Shape, twin: Twin) -> bytes:
    """One picture of everything: to hold, to beat, and the forecast below."""
    from heartwright.report import POSTERIOR
    from heartwright.report.figures import collage, field_figure, forecast_figure, solid_figure

    return collage(
        [
            [
                solid_figure(shape.model.wall.solid, view=POSTERIOR),
                field_figure(twin.activation, view=POSTERIOR, isolines=10),
            ],
            [forecast_figure(rhythm.forecast, form="png")],
        ]
    )
