"""A model's contour on the scan that it was made from, at several levels of each plane."""

import numpy as np
from matplotlib.lines import Line2D

from heartwright.data import GeometryError, LabelMap, Solid, Volume
from heartwright.report.figures.planes import (
    LABELS,
    MODEL,
    Plane,
    draw_labels,
    draw_section,
    draw_slice,
    window,
)
from heartwright.report.figures.style import MIDDLE, drawing, png

LEVELS = 4  # of each plane
_MARGIN_MM = 15.0  # of the scan, shown around the model


def levels_figure(
    volume: Volume, solid: Solid, plane: Plane, *, labels: LabelMap | None = None
) -> bytes:
    """Slices of a scan, evenly through a model, with the model's contour (PNG).

    The contour is the section of the model's own triangles, so it is finer than the scan's pixels.

    Args:
        volume: the scan.
        solid: the model, LPS mm.
        plane: of the slices.
        labels: what was segmented, outlined as well.

    Raises:
        GeometryError: the model lies outside the scan.
    """
    _refuse_elsewhere(volume, solid)
    low, high = solid.bounds
    half = (high - low)[[plane.across, plane.down]].max() / 2 + _MARGIN_MM
    box = np.array([(low + high) / 2 - half, (low + high) / 2 + half])
    shares = (np.arange(LEVELS) + 0.5) / LEVELS
    heights = low[plane.normal] + shares * (high - low)[plane.normal]
    limits = window(volume)
    with drawing(11.0, 3.4) as figure:
        for axes, at in zip(figure.subplots(1, LEVELS), heights, strict=True):
            where = draw_slice(axes, volume, plane, box=box, at=float(at), limits=limits)
            if labels is not None:
                draw_labels(axes, labels, plane, where, colour=LABELS)
            draw_section(axes, solid, plane, float(at))
        named = [("model", MODEL)] + [("segmentation", LABELS)] * (labels is not None)
        figure.legend(
            handles=[Line2D([], [], color=colour, label=name) for name, colour in named],
            loc="outside lower center",
            ncols=2,
            labelcolor=MIDDLE,
        )
        return png(figure)


def _refuse_elsewhere(volume: Volume, solid: Solid) -> None:
    index = volume.grid.to_index(solid.vertices)
    shape = np.array(volume.grid.shape)
    if not ((index > -1) & (index < shape)).all(axis=1).any():
        raise GeometryError(
            f"{solid.name or 'the model'} lies beside the scan: it was made from another one, or "
            f"its coordinates are not LPS millimetres; name the scan that it was made from."
        )
