"""Bland–Altman plots and ROC curves."""

from collections.abc import Sequence

import numpy as np
from jaxtyping import Float

from heartwright.report.figures.style import (
    AMBER,
    BLUE,
    GREEN,
    INK,
    QUIET,
    RED,
    drawing,
    svg,
)
from heartwright.studies.agreement.foretold import Ranked
from heartwright.studies.agreement.table import Series
from heartwright.studies.statistics import BlandAltman, curve

_COLOURS = (RED, BLUE, AMBER, GREEN, INK)
_DASHES = ("-", "--", ":", "-.")


def bland_altman_figure(
    first: Float[np.ndarray, "patient"],
    second: Float[np.ndarray, "patient"],
    found: BlandAltman,
    *,
    names: tuple[str, str],
) -> bytes:
    """Differences, second − first, over means; bias and limits with their intervals (SVG).

    Equal points lie under one another: a larger dot stands for more patients.
    """
    points = np.column_stack([(first + second) / 2, second - first])
    places, patients = np.unique(points, axis=0, return_counts=True)
    with drawing(5.6, 3.9) as figure:
        axes = figure.add_subplot()
        axes.axhline(0, color=QUIET, lw=0.6)
        for interval, colour in ((found.bias, BLUE), (found.lower, RED), (found.upper, RED)):
            axes.axhline(interval.value, color=colour, lw=1.3)
            if interval.low is not None and interval.high is not None:
                axes.axhspan(interval.low, interval.high, color=colour, alpha=0.12, lw=0)
            axes.annotate(
                f"{interval.value:.3g}".replace("-", "−"),
                (1.01, interval.value),
                xycoords=("axes fraction", "data"),
                va="center",
                color=colour,
                fontsize=8.5,
            )
        axes.scatter(places[:, 0], places[:, 1], s=14 * patients, color=INK, alpha=0.75, lw=0)
        axes.set(xlabel=f"mean of {names[0]} and {names[1]}", ylabel=f"{names[1]} − {names[0]}")
        return svg(figure)


def roc_figure(series: Series, ranked: Sequence[Ranked], outcome: str) -> bytes:
    """One curve a method (SVG)."""
    with drawing(4.6, 4.4) as figure:
        axes = figure.add_subplot()
        axes.plot([0, 1], [0, 1], color=QUIET, lw=0.6)
        for n, one in enumerate(ranked):
            axes.plot(
                *curve(series.columns[one.method], series.columns[outcome] == 1).T,
                color=_COLOURS[n % len(_COLOURS)],
                ls=_DASHES[n % len(_DASHES)],
                label=f"{one.method}: {one.area.value:.2f}",
            )
        axes.set(xlabel=f"1 − specificity for {outcome}", ylabel="sensitivity", aspect="equal")
        axes.legend(loc="lower right")
        return svg(figure)
