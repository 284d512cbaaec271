"""A print's deviations → a painted model and a picture."""

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from heartwright.data import SurfaceField
from heartwright.data.files import write_bytes

if TYPE_CHECKING:
    from heartwright.printing.verify import Verification

COLOURS = "coolwarm"  # blue where material is missing, red where there is too much


def paint_deviation(field: SurfaceField, path: Path, *, force: bool) -> None:
    """Write the model as PLY with the deviation at every vertex, and its colour."""
    from heartwright.printing import write_ply
    from heartwright.report import colours

    limit = _limit(field)
    paint = colours(field.values, colormap=COLOURS, limits=(-limit, limit))
    write_ply(field.solid, path, colours=paint, values=(field.name, field.values), force=force)


def draw_deviation(found: "Verification", path: Path, *, force: bool) -> None:
    """The map as seen from where the print is farthest off."""
    from heartwright.report import View
    from heartwright.report.figures import field_figure

    solid = found.field.solid
    x, y, z = (np.array(found.deviation.worst_at_mm) - solid.bounds.mean(axis=0)).tolist()
    upright = abs(z) < 0.9 * float(np.linalg.norm([x, y, z]))
    view = View("worst place", (x, y, z), up=(0.0, 0.0, 1.0) if upright else (0.0, -1.0, 0.0))
    limit = _limit(found.field)
    picture = field_figure(found.field, view=view, colormap=COLOURS, limits=(-limit, limit))
    write_bytes(path, picture, force=force)


def _limit(field: SurfaceField) -> float:
    """What the last colour stands for: nearly the greatest deviation, in even tenths."""
    return max(0.1, float(np.ceil(10 * np.nanquantile(np.abs(field.values), 0.995)) / 10))
