"""Solids and the maps painted on them, as labelled pictures."""

import numpy as np

from heartwright.data import Solid, SurfaceField
from heartwright.report.figures.frame import caption, colour_bar, framed, named
from heartwright.report.figures.style import png
from heartwright.report.palette import ACTIVATION, PRINT, RGB, Scale
from heartwright.report.render import hits, map_picture, picture
from heartwright.report.views import ANTERIOR, View

WIDTH, HEIGHT = 900, 700  # pixels of the solid; the frame adds a foot


def solid_figure(solid: Solid, *, view: View = ANTERIOR, colour: RGB = PRINT) -> bytes:
    """A solid in one colour, with its size (PNG on transparent ground)."""
    struck = hits(solid, view=view, width=WIDTH, height=HEIGHT)
    size = " × ".join(f"{edge:.0f}" for edge in np.ptp(solid.bounds, axis=0))
    with framed(struck.camera, picture(struck, colour)) as figure:
        caption(figure, f"{size} mm  ·  {solid.volume_mm3 / 1000:.1f} cm³ of material")
        return png(figure)


def field_figure(
    field: SurfaceField,
    *,
    view: View = ANTERIOR,
    colormap: str = ACTIVATION,
    limits: tuple[float, float] | None = None,
    isolines: float | None = None,
) -> bytes:
    """A map on its solid, with its colour scale (PNG on transparent ground).

    Args:
        field: what is painted; grey where it has no value.
        view: from where.
        colormap: `ACTIVATION` for times, `THICKNESS` for lengths.
        limits: the values of the first and the last colour; by default the least and the greatest.
        isolines: step between drawn lines of equal value, in the field's unit.
    """
    struck = hits(field.solid, view=view, width=WIDTH, height=HEIGHT)
    scale = Scale(colormap, limits) if limits else Scale.over(field.values, colormap)
    image = map_picture(struck, field.values, scale, isolines=isolines)
    words = named(field)
    if isolines is not None:
        words += f", a line every {isolines:g} {field.unit}"
    with framed(struck.camera, image) as figure:
        colour_bar(figure, scale, words)
        return png(figure)
