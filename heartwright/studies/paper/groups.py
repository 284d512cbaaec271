"""Figure 4 and Table 1: two groups of action potentials, long and short, over random splits."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

import numpy as np

from heartwright.data import Forecast, TraceSet
from heartwright.electro.hybrid import Published, Settings, forecast
from heartwright.report.figures.traced import median_trace
from heartwright.samples.cells import cells
from heartwright.studies.paper.fits import Fits
from heartwright.studies.paper.scale import NOISE, RECORDED_GAMMA, RECORDED_HORIZON_MS, Scale
from heartwright.studies.paper.score import alone, cut

METHODS = ("published", "physics only", "mean trace", "ours")
LONG_MS, SHORT_MS = 140.0, 75.0  # true τ_close of the simulated groups
SPREAD = 0.05  # of τ_close from cell to cell


@dataclass(frozen=True, eq=False)
class Group:
    """Action potentials that are alike."""

    label: str
    traces: TraceSet
    tau_close: float | None = None  # ms, the truth, where it is known


@dataclass(frozen=True)
class Result:
    """One method on one group, a number a split."""

    train_mse: tuple[float, ...]
    validation_mse: tuple[float, ...]
    train_norm: tuple[float, ...] = ()  # ‖F_dl‖², 1/ms²; empty without a residual
    validation_norm: tuple[float, ...] = ()
    tau_close: tuple[float, ...] = ()  # ms


@dataclass(frozen=True, eq=False)
class Compared:
    """Both groups, by every method."""

    labels: tuple[str, str]
    truth: tuple[float, float] | None  # ms
    known: tuple[int, int]  # training traces a group
    new: tuple[int, int]
    horizon_ms: float
    results: Mapping[str, Mapping[str, Result]]  # group, method
    told: Mapping[str, Forecast] = field(repr=False)  # of the first split, a trace a group

    def ratios(self, method: str) -> tuple[float, ...]:
        """τ_close of the long group over that of the short one, a number a split."""
        long, short = (self.results[label][method].tau_close for label in self.labels)
        return tuple(a / b for a, b in zip(long, short, strict=True))


def simulated_groups(scale: Scale, *, seed: int) -> tuple[Group, Group]:
    """Uncoupled Mitchell–Schaeffer cells of two kinds, noisy, a little different each."""
    count = scale.known + scale.new
    long, short = (
        Group(label, cells(count=count, tau_close=tau, spread=SPREAD, noise=NOISE, seed=n), tau)
        for label, tau, n in (("long", LONG_MS, seed), ("short", SHORT_MS, seed + 1))
    )
    return long, short


def compared(
    name: str,
    groups: tuple[Group, Group],
    fits: Fits,
    scale: Scale,
    *,
    horizon_ms: float = RECORDED_HORIZON_MS,
    splits: int,
    seed: int,
) -> Compared:
    """Every method on every split of both groups."""
    results, told, sizes = {}, {}, []
    for place, group in zip(("long", "short"), groups, strict=True):
        traces = cut(group.traces, horizon_ms)
        parts = list(_splits(traces, scale, splits, seed))
        each = [
            _one(f"{name}-{place}-{n + 1}", *part, fits, _settings(scale, horizon_ms, seed))
            for n, part in enumerate(parts)
        ]
        results[group.label] = {
            method: _gathered([scores[method] for scores, _ in each]) for method in METHODS
        }
        told[group.label] = each[0][1]
        sizes.append((len(parts[0][0]), len(parts[0][1])))
    long, short = groups
    return Compared(
        labels=(long.label, short.label),
        truth=_truth(long.tau_close, short.tau_close),
        known=(sizes[0][0], sizes[1][0]),
        new=(sizes[0][1], sizes[1][1]),
        horizon_ms=horizon_ms,
        results=results,
        told=told,
    )


def _truth(long: float | None, short: float | None) -> tuple[float, float] | None:
    return None if long is None or short is None else (long, short)


def _splits(
    traces: TraceSet, scale: Scale, splits: int, seed: int
) -> Iterator[tuple[TraceSet, TraceSet]]:
    """Random traces to learn from and others to foretell."""
    known, new = parted(len(traces), scale)
    for number in range(splits):
        order = np.random.default_rng([seed, number]).permutation(len(traces))
        yield traces.take(order[:known]), traces.take(order[known : known + new])


def parted(count: int, scale: Scale) -> tuple[int, int]:
    """How many traces are learned and how many foretold: the paper's 10 and 5, or ⅔ and ⅓."""
    if count >= scale.known + scale.new:
        return scale.known, scale.new
    known = round(count * 2 / 3)
    return known, count - known


def _settings(scale: Scale, horizon_ms: float, seed: int) -> dict[str, Settings | Published]:
    published = Published(
        epochs=scale.epochs, gamma=RECORDED_GAMMA, horizon_ms=horizon_ms, seed=seed
    )
    return {
        "published": published,
        "physics only": replace(published, physics_only=True),
        "ours": Settings(rounds=scale.rounds, horizon_ms=horizon_ms, seed=seed),
    }


def _one(
    name: str,
    known: TraceSet,
    new: TraceSet,
    fits: Fits,
    settings: Mapping[str, Settings | Published],
) -> tuple[dict[str, dict[str, float]], Forecast]:
    """Scores of one split of one group, and the published preset's forecast of a typical trace."""
    scores: dict[str, dict[str, float]] = {}
    for method, how in settings.items():
        fit = fits.learned(f"{name}-{method.replace(' ', '-')}", known, how).fit
        seen, unseen = forecast(fit, known), forecast(fit, new)
        scores[method] = _errors(seen, unseen) | {"tau_close": fit.parameters["tau_close"]}
        if method != "physics only":
            scores[method] |= _norms(seen, unseen)
        if method == "published":
            typical = alone(unseen, median_trace(unseen))
            scores["mean trace"] = _errors(seen, unseen, of="mean_trace_")
    return scores, typical


def _errors(seen: Forecast, unseen: Forecast, *, of: str = "") -> dict[str, float]:
    """Mean squared errors to the data."""
    return {
        f"{part}_mse": float(told.scores[f"{of}mse"] or 0.0)
        for part, told in (("train", seen), ("validation", unseen))
    }


def _norms(seen: Forecast, unseen: Forecast) -> dict[str, float]:
    """‖F_dl‖² along the forecasts, 1/ms²."""
    return {
        f"{part}_norm": float(told.scores["residual_norm"] or 0.0)
        for part, told in (("train", seen), ("validation", unseen))
    }


def _gathered(splits: list[dict[str, float]]) -> Result:
    return Result(**{name: tuple(split[name] for split in splits) for name in splits[0]})
