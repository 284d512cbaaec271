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


def write_page(folder: Path, rhythm: Rhythm, shape: Shape, twin: Twin, *, film: bool) -> None:
    """Draw the figures and write `index.html`, and `heart.png` for those who want one picture."""
    from heartwright.report import POSTERIOR
    from heartwright.report.figures import collage, field_figure, forecast_figure, solid_figure
    from heartwright.report.page import page

    held = solid_figure(shape.model.wall.solid, view=POSTERIOR)
    beating = field_figure(twin.activation, view=POSTERIOR, isolines=10)
    sections = [
        shape_section(shape),
        plan_section(shape),
        rhythm_section(rhythm),
        twin_section(twin, front=film),
    ]
    html = page(
        TITLE,
        sections,
        lead=LEAD,
        heroes=_heroes(held, beating, twin, film=film),
        provenance=_provenance(rhythm, shape, twin),
    )
    picture = collage([[held, beating], [forecast_figure(rhythm.forecast, form="png")]])
    write_text(folder / "index.html", html, force=True)
    write_bytes(folder / "heart.png", picture, force=True)


def _heroes(held: bytes, beating: bytes, twin: Twin, *, film: bool) -> "list[Figure]":
    from heartwright.report import POSTERIOR
    from heartwright.report.figures import animation
    from heartwright.report.page import Figure
    from heartwright.report.scene import scene

    field = twin.activation
    return [
        Figure(
            held,
            "image/png",
            "To hold: the printable wall, seen from behind, its four veins open.",
            "Rendered left atrial wall with appendage and four open pulmonary veins.",
        ),
        Figure(
            animation(field.solid, field, view=POSTERIOR) if film else beating,
            "image/webp" if film else "image/png",
            "To beat: the excitation runs over the same wall from the right upper vein.",
            "Animation of an activation front spreading over the left atrial wall.",
            still=beating,
            scene=scene(field, view=POSTERIOR),
        ),
    ]


def _provenance(rhythm: Rhythm, shape: Shape, twin: Twin) -> Provenance:
    return Provenance.of(
        parameters={
            "sample heart": dict(shape.heart.scan.provenance.parameters),
            "tissue": dict(twin.activation.provenance.parameters),
            "learning": dict(rhythm.fit.header["settings"]),
        },
        seed=shape.heart.scan.provenance.seed,
    )
