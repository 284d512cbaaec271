"""How thick a wall came out."""

import numpy as np

from heartwright.data import InputError, SurfaceField
from heartwright.report.figures.frame import named
from heartwright.report.figures.style import GREEN, RED, drawing, svg

_BINS = 60


def thickness_figure(field: SurfaceField, *, target: float | None = None) -> bytes:
    """Histogram of a wall's thickness with its least, median and intended value (SVG).

    Raises:
        InputError: no vertex carries a thickness.
    """
    values = field.values[np.isfinite(field.values)]
    if not values.size:
        raise InputError(f"{field.name}: no vertex carries a value; measure the wall first.")
    least, median = float(values.min()), float(np.median(values))
    with drawing(5.2, 2.9) as figure:
        axes = figure.add_subplot()
        shares = np.full(values.size, 100 / values.size)
        axes.hist(values, bins=_BINS, weights=shares, color="#3b6e8f", alpha=0.75)
        axes.axvline(least, color=RED, lw=1.3, ls=":", label=f"least {least:.2f} {field.unit}")
        axes.axvline(median, color=RED, lw=1.5, label=f"median {median:.2f} {field.unit}")
        if target is not None:
            words = f"intended {target:.2f} {field.unit}"
            axes.axvline(target, color=GREEN, lw=1.5, ls="--", label=words)
        axes.set(xlabel=named(field), ylabel="share of vertices (%)")
        axes.legend(loc="best")
        return svg(figure)
