"""Action potentials in the form of the APHYN-EP paper's Figures 1, 3 and 4.

Kashtanova et al. 2022, STACOM, hal-03894974.
"""

from collections.abc import Mapping

from matplotlib.axes import Axes

from heartwright.data import Forecast, TraceSet
from heartwright.report.figures.style import (
    AMBER,
    BLUE,
    INK,
    QUIET,
    RED,
    Form,
    drawing,
    drawn,
    svg,
)
from heartwright.report.figures.traced import clock, median_trace, own, potential_label

_ROW = 3  # panels side by side


def typical_figure(traces: TraceSet, n: int) -> bytes:
    """One trace, and the truth behind it where that is known (SVG)."""
    with drawing(5.2, 3.0) as figure:
        axes = figure.add_subplot()
        _ground_truth(axes, traces, n)
        axes.set(xlabel="time from onset (ms)", ylabel=potential_label(traces), xmargin=0.01)
        axes.legend(loc="upper right")
        return svg(figure)


def parts_figure(forecasts: Mapping[str, Forecast], *, form: Form = "svg") -> bytes:
    """Ground truth, prediction and its two parts, for the trace of median error of each forecast.

    `forecasts` are by the titles of their panels. F_p is what the physics and the
    stimulus add to v up to each moment, F_dl what the residual adds: with the first sample they are
    the prediction.
    """
    columns = min(_ROW, len(forecasts))
    rows = -(-len(forecasts) // columns)
    with drawing(3.7 * columns, 3.1 * rows + 0.3) as figure:
        grid = figure.subplots(rows, columns, squeeze=False).ravel()
        for axes in grid[len(forecasts) :]:
            axes.set_axis_off()
        for axes, (title, told) in zip(grid, forecasts.items(), strict=False):
            _parts(axes, told)
            axes.set_title(title)
        for axes in grid[::columns]:
            axes.set_ylabel(potential_label(next(iter(forecasts.values())).observed))
        figure.legend(*grid[0].get_legend_handles_labels(), loc="outside lower center", ncols=5)
        return drawn(figure, form)


def _parts(axes: Axes, told: Forecast) -> None:
    n, times = median_trace(told), told.observed.times
    axes.axhline(0, color=QUIET, lw=0.6)
    _ground_truth(axes, told.observed, n)
    axes.plot(times, told.prediction[n], color=RED, label="prediction")
    axes.plot(times, told.physics[n], color=BLUE, ls="--", lw=1.3, label="F_p part")
    axes.plot(times, told.residual[n], color=AMBER, lw=1.3, label="F_dl part")
    axes.set(xlabel="time from onset (ms)", xlim=(0, clock(told.observed, n)[-1]))


def _ground_truth(axes: Axes, traces: TraceSet, n: int) -> None:
    when = clock(traces, n)
    noisy = "measured" if traces.clean is None else "ground truth with noise"
    line = axes.plot(when, own(traces, n), color=QUIET, lw=0.6, alpha=0.6, label=noisy)
    line[0].set_rasterized(True)  # noise as a path would weigh a lot
    if traces.clean is not None:
        truth = traces.clean[n, : len(when)]
        axes.plot(when, truth, color=INK, lw=2.4, alpha=0.85, label="ground truth")
