"""The lumen as a C-arm's detector faces it, with the planned levels drawn on it."""

from collections.abc import Mapping, Sequence

import numpy as np

from heartwright.data import RESEARCH_ONLY, Solid
from heartwright.planning import carm
from heartwright.report.figures.plan_sections import Level
from heartwright.report.figures.style import BLUE, MIDDLE, QUIET, RED, drawing, drawn
from heartwright.report.palette import TISSUE
from heartwright.report.render import hits, picture
from heartwright.report.views import View

_WIDTH, _HEIGHT = 480, 420  # pixels of one view


def carm_figure(
    lumen: Solid, levels: Sequence[Level], views: Mapping[str, Mapping[str, float]]
) -> bytes:
    """One picture a view, side by side; a level that is shown from its side is a line (PNG).

    Args:
        lumen: LPS mm.
        levels: their outlines are drawn through the lumen.
        views: name → lao_deg (RAO negative), cra_deg (caudal negative).
    """
    with drawing(3.0 * len(views), 3.2) as figure:
        panels = figure.subplots(1, len(views), squeeze=False)[0]
        for axes, (name, angles) in zip(panels, views.items(), strict=True):
            stand = carm.View(angles["lao_deg"], angles["cra_deg"])
            x, y, z = stand.direction.tolist()
            seen = hits(lumen, view=View(name, (x, y, z)), width=_WIDTH, height=_HEIGHT)
            axes.imshow(picture(seen, TISSUE), interpolation="antialiased")
            for level, colour in zip(levels, (RED, BLUE, MIDDLE), strict=False):
                ring = seen.camera.project(np.vstack([level.loop, level.loop[:1]]))
                axes.plot(*ring.T, color=colour, lw=1.4)
            reach = "" if stand.reachable else ", out of a C-arm's usual reach"
            words = f"{name.replace('_', ' ')}\n{stand}{reach}"
            axes.text(0.02, 0.99, words, transform=axes.transAxes, va="top", fontsize=8.5)
            axes.set_axis_off()
        figure.supxlabel(RESEARCH_ONLY, color=QUIET, fontsize=7)
        return drawn(figure, "png")
