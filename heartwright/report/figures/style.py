"""One look for all plots: quiet axes, legible words, the same bytes for the same input."""

import io
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Literal

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.layout_engine import ConstrainedLayoutEngine

INK = "#26282c"  # words and axes
MIDDLE = "#777e89"  # words on transparent ground: 4:1 against white and against the page's dark
QUIET = "#8a8f98"  # what stands back: measurements, reference lines
RED = "#c0392b"  # the forecast, the measured value
BLUE = "#2c6fad"  # physics
AMBER = "#d98a1f"  # residual
GREEN = "#3b8f6b"  # baselines, targets
PIXELS_PER_INCH = 160

STYLE: dict[Any, Any] = {
    "font.family": "DejaVu Sans",  # comes with matplotlib: the same letters everywhere
    "font.size": 9.5,
    "axes.titlesize": 10,
    "axes.titleweight": "bold",
    "axes.titlelocation": "left",
    "axes.titlepad": 8,
    "axes.labelsize": 9.5,
    "axes.edgecolor": INK,
    "axes.labelcolor": INK,
    "axes.titlecolor": INK,
    "axes.linewidth": 0.8,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "text.color": INK,
    "xtick.color": INK,
    "ytick.color": INK,
    "xtick.labelsize": 8.5,
    "ytick.labelsize": 8.5,
    "legend.frameon": False,
    "legend.fontsize": 8.5,
    "lines.linewidth": 1.6,
    "lines.solid_capstyle": "round",
    "figure.facecolor": "none",
    "axes.facecolor": "none",
    "savefig.facecolor": "auto",
    "svg.hashsalt": "heartwright",
    "svg.fonttype": "path",
}


@contextmanager
def drawing(
    width: float, height: float, *, arranged: bool = True, dpi: float = PIXELS_PER_INCH
) -> Iterator[Figure]:
    """A figure of a size in inches, drawn in our style; no window system is asked for.

    `arranged` figures make room for their labels; others place every part themselves.
    """
    with mpl.rc_context(STYLE):
        layout = ConstrainedLayoutEngine() if arranged else None
        figure = Figure(figsize=(width, height), dpi=dpi, layout=layout)
        FigureCanvasAgg(figure)
        yield figure


def svg(figure: Figure) -> bytes:
    """The figure as SVG without a date."""
    return _saved(figure, "svg", {"Date": None, "Creator": None})


def png(figure: Figure) -> bytes:
    """The figure as PNG without the name of the program."""
    return _saved(figure, "png", {"Software": None})


Form = Literal["svg", "png"]


def drawn(figure: Figure, form: Form) -> bytes:
    """The figure as SVG, or as PNG on white for places that show no SVG."""
    if form == "svg":
        return svg(figure)
    figure.set_facecolor("white")
    return png(figure)


def headroom(axes: Axes, *, low: float, high: float, share: float = 0.08) -> None:
    """Limits of the vertical axis, with a little room on both sides."""
    room = share * (high - low)
    axes.set_ylim(low - room, high + room)


def _saved(figure: Figure, kind: str, metadata: dict[str, None]) -> bytes:
    stream = io.BytesIO()
    figure.savefig(stream, format=kind, metadata=metadata)
    return stream.getvalue()
