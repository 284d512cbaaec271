"""Three slices through a scan, with the outline of what was segmented."""

import numpy as np
from jaxtyping import Float

from heartwright.data import LabelMap, Solid, Volume
from heartwright.report.figures.planes import (
    MODEL,
    PLANES,
    Box,
    draw_labels,
    draw_section,
    draw_slice,
    window,
)
from heartwright.report.figures.style import drawing, png

_MARGIN_MM = 30.0  # of the scan, shown around the structure


def slice_figure(
    volume: Volume, outlined: LabelMap | Solid, *, point: Float[np.ndarray, "3"]
) -> bytes:
    """Axial, coronal and sagittal slice through a point, with the structure's outline (PNG).

    The slices follow the patient's axes however the scan lies; they are seen as radiologists see
    them: axial from the feet, coronal from the front, sagittal from the left.

    Args:
        volume: the scan.
        outlined: labels (every structure is outlined) or a solid (its section is drawn).
        point: LPS mm.
    """
    box, limits = _region(outlined), window(volume)
    with drawing(11.0, 4.05) as figure:
        for axes, plane in zip(figure.subplots(1, 3), PLANES, strict=True):
            at = float(point[plane.normal])
            where = draw_slice(axes, volume, plane, box=box, at=at, limits=limits)
            if isinstance(outlined, Solid):
                draw_section(axes, outlined, plane, at)
            else:
                draw_labels(axes, outlined, plane, where, colour=MODEL)
        return png(figure)


def _region(outlined: LabelMap | Solid) -> Box:
    """Lower and upper corner of a cube around the structure, so that all slices share one scale."""
    low, high = outlined.bounds if isinstance(outlined, Solid) else _labelled(outlined)
    half = (high - low).max() / 2 + _MARGIN_MM
    return np.array([(low + high) / 2 - half, (low + high) / 2 + half])


def _labelled(labels: LabelMap) -> Box:
    """Bounds of everything that is labelled; of the whole grid where nothing is."""
    where = labels.values > 0
    points = labels.grid.to_lps(np.argwhere(where if where.any() else np.ones_like(where)))
    return np.array([points.min(axis=0), points.max(axis=0)])
