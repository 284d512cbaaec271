"""Action potentials: measured, learned and forecast."""

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter, LogLocator, NullLocator

from heartwright.data import Fit, Forecast, InputError, TraceSet
from heartwright.report.figures.style import (
    AMBER,
    BLUE,
    GREEN,
    INK,
    QUIET,
    RED,
    Form,
    drawing,
    drawn,
    headroom,
    svg,
)
from heartwright.report.figures.traced import (
    clock,
    mean_there,
    median_trace,
    own,
    potential_label,
    reference,
)

_SHOWN = 60  # traces of a bundle that are drawn; more only thicken the page


def traces_figure(traces: TraceSet) -> bytes:
    """A bundle of traces, with the clean mean where the truth is known (SVG)."""
    picked = _spread(len(traces), _SHOWN)
    with drawing(7.2, 3.0) as figure:
        axes = figure.add_subplot()
        for n in picked:
            line = axes.plot(clock(traces, n), own(traces, n), color=QUIET, lw=0.5, alpha=0.35)
            line[0].set_rasterized(True)  # noise as paths would weigh megabytes
        shown = traces.values if traces.clean is None else traces.clean
        mean = mean_there(np.where(traces.there, shown, np.nan))
        name = "mean" if traces.clean is None else "clean mean"
        axes.plot(traces.times, mean, color=RED, lw=2, label=name)
        axes.plot([], [], color=QUIET, lw=0.8, label=_bundle(len(picked), len(traces)))
        axes.set(xlabel="time from onset (ms)", ylabel=potential_label(traces), xmargin=0.01)
        axes.legend(loc="upper right")
        return svg(figure)


def forecast_figure(
    forecast: Forecast, *, traces: Sequence[int] | None = None, form: Form = "svg"
) -> bytes:
    """What a fit foretells from one measurement, how it comes about, and how good it is.

    Left, for each chosen trace (by default the one of median error): the measurement, the truth
    where it is known, the forecast and the baselines. Middle: what physics and residual add up to.
    Right: the root-mean-square error of all traces over time.
    """
    chosen = [median_trace(forecast)] if traces is None else list(traces)
    with drawing(11.0, 3.4 * len(chosen)) as figure:
        grid = figure.subplots(len(chosen), 3, squeeze=False, width_ratios=(1.35, 1, 1))
        for row, n in zip(grid, chosen, strict=True):
            _foretold(row[0], forecast, n)
            _decomposed(row[1], forecast, n)
            _error(row[2], forecast)
        return drawn(figure, form)


def learning_figure(fit: Fit) -> bytes:
    """How training went: trajectory loss, size of the residual and its weight λ (SVG).

    Raises:
        InputError: the fit has no history.
    """
    history = fit.header.get("history", {})
    panels = [entry for entry in _HISTORY if _lasting(history, entry[0])]
    if not panels:
        raise InputError("this fit carries no training history; learn it again to draw one.")
    with drawing(3.6 * len(panels), 2.9) as figure:
        for axes, (key, label, colour) in zip(
            figure.subplots(1, len(panels), squeeze=False)[0], panels, strict=True
        ):
            _learned(axes, history, key, colour)
            axes.set(xlabel=_counted(fit), title=label)
        return svg(figure)


def _counted(fit: Fit) -> str:
    return "round" if fit.header.get("method") == "gauss-newton" else "epoch"


_HISTORY = (
    ("trajectory", "trajectory loss (1)", RED),
    ("residual", "mean F² of the residual (1/ms²)", AMBER),
    ("weight", "weight λ of the trajectory (1)", BLUE),
)


def _foretold(axes: Axes, forecast: Forecast, n: int) -> None:
    observed = forecast.observed
    when = clock(observed, n)
    axes.plot(when, own(observed, n), color=QUIET, lw=0.7, alpha=0.7, label="measured")
    if observed.clean is not None:
        axes.plot(
            when, observed.clean[n, : len(when)], color=INK, lw=2.6, alpha=0.85, label="truth"
        )
    times, mean = observed.times, forecast.mean_trace
    axes.plot(times, mean, color=GREEN, lw=1.2, ls=":", label="mean training trace")
    axes.plot(times, forecast.physics_alone[n], color=BLUE, lw=1.2, ls="--", label="physics alone")
    axes.plot(times, forecast.prediction[n], color=RED, label="forecast")
    if forecast.deviation is not None:
        reach = 1.96 * forecast.deviation[n]
        low, high = forecast.prediction[n] - reach, forecast.prediction[n] + reach
        axes.fill_between(times, low, high, color=RED, alpha=0.18, lw=0, label="95 %")
    axes.set(
        xlabel="time from onset (ms)",
        ylabel=potential_label(observed),
        xlim=(0, times[-1]),
        title=f"Forecast · trace {observed.names[n]}",
    )
    axes.legend(loc="lower left", bbox_to_anchor=(0.06, 0.1))  # below the plateau it is free


def _decomposed(axes: Axes, forecast: Forecast, n: int) -> None:
    times = forecast.observed.times
    axes.axhline(0, color=QUIET, lw=0.6)
    axes.plot(times, forecast.prediction[n], color=RED, label="forecast")
    axes.plot(times, forecast.physics[n], color=BLUE, ls="--", lw=1.3, label="from physics")
    axes.plot(times, forecast.residual[n], color=AMBER, lw=1.3, label="from the residual")
    axes.set(
        xlabel="time from onset (ms)",
        ylabel="added to v up to here (1)",
        xlim=(0, times[-1]),
        title="Where it comes from",
    )
    axes.legend(loc="best")


def _error(axes: Axes, forecast: Forecast) -> None:
    """Root of the mean square error over all traces at each time, against the truth if known."""
    times = forecast.observed.times
    mean_trace = np.broadcast_to(forecast.mean_trace, forecast.prediction.shape)
    for guess, name, colour, line in (
        (forecast.prediction, "forecast", RED, "-"),
        (forecast.physics_alone, "physics alone", BLUE, "--"),
        (mean_trace, "mean training trace", GREEN, ":"),
    ):
        error = np.sqrt(mean_there((guess - reference(forecast)) ** 2))
        axes.plot(times, error, color=colour, ls=line, lw=1.4, label=name)
    against = "measurement" if forecast.observed.clean is None else "truth"
    axes.set(
        xlabel="time from onset (ms)",
        ylabel=f"RMS error to the {against} (1)",
        xlim=(0, times[-1]),
        title=f"Error, {len(forecast.observed)} traces",
    )
    axes.set_ylim(bottom=0)
    axes.legend(loc="best")


def _learned(axes: Axes, history: Mapping[str, Sequence[float]], key: str, colour: str) -> None:
    values = np.asarray(history[key], dtype=np.float64)
    epochs = np.asarray(history.get("epochs", range(1, len(values) + 1)))[: len(values)]
    axes.plot(epochs, values, color=colour)
    if (values > 0).all() and values.max() > 5 * values.min():
        axes.set_yscale("log")
        axes.yaxis.set_major_locator(LogLocator(subs=(1, 2, 5)))
        axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
        axes.yaxis.set_minor_locator(NullLocator())
    else:
        headroom(axes, low=min(0.0, float(values.min())), high=float(values.max()) or 1.0)


def _lasting(history: Mapping[str, Sequence[float]], key: str) -> bool:
    values = np.asarray(history.get(key, ()), dtype=np.float64)
    return values.ndim == 1 and len(values) > 0 and bool(np.isfinite(values).all())


def _spread(count: int, shown: int) -> list[int]:
    return sorted({int(n) for n in np.linspace(0, count - 1, min(count, shown))})


def _bundle(shown: int, count: int) -> str:
    return f"{count} traces" if shown == count else f"{shown} of {count} traces"
