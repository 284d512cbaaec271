"""How well a region with short action potentials is told from one with long ones.

Prints a table and, on the last line, one JSON object. Ratios are τ_close of the long group over
τ_close of the short one.

* `slab_`: two groups of 8 uncoupled Mitchell–Schaeffer cells, 5 % noise.
* `coupled_`: a slab of 30 × 30 mm (60 × 60 pixels of 0.5 mm), paced in a corner, one half
  shortened, 5 % noise in frames of 1 ms, simulated with steps of 0.02 ms, fitted with diffusion
  (the diffusivity too) with steps of 0.1 ms. `uncoupled_fit_` is what a single cell makes of
  the noiseless traces of the same slab: biased, though its equations are the true ones.
* `real_` (needs the recordings beside the repository, else null): optical action potentials of
  human stem-cell cardiomyocytes. The groups are **drug**, not ischaemia: baseline (long) against
  the highest dose of verapamil (short). The baseline has 20 wells: 10 train and 5 validate, as in
  the paper; that dose has 5 wells: 3 train and 2 validate. Medians over splits.
  `_from_apd` inverts the fold-corrected formula
  APD = τ_close ln(1/h_min) + 2.33811 (τ_out² τ_close)^⅓, h_min = 4 τ_in/τ_out
  with the fitted τ_in and τ_out and each group's measured mean APD90 (whole records). Errors are
  forecasts from one sample, a model a group, over both groups and the paper's 300 ms, in which the
  records of that dose end; `raw` is hybrid over the published preset's physics alone, on
  validation; `above_floor` is the same after the camera's noise (half the mean square difference
  of neighbouring samples) is taken off both. Wells differ in how long they last, which one sample
  at rest cannot tell: `mean_trace_above_floor` is the same ratio for the mean training trace, and
  `best_constant_above_floor` for the mean of the validation traces themselves, which no forecast
  that is the same for all wells can beat. `whole_records_` is the same over all that was recorded
  of these wells (up to 605 ms): rest behind the beat counts too, and so does how long wells last.
"""

import json
import os
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import jax.numpy as jnp
import numpy as np
from jaxtyping import Float
from scipy.optimize import brentq

from heartwright.data import Fit, Identified, TraceSet
from heartwright.data.movie import Movie
from heartwright.electro.cells import MitchellSchaeffer
from heartwright.electro.hybrid import Published, Settings, forecast, learn
from heartwright.electro.hybrid.bounds import unbounded
from heartwright.electro.hybrid.coupled import CoupledSystem, Node, Pulses, around, bounds_of
from heartwright.electro.hybrid.fitted import mean_trace
from heartwright.electro.hybrid.horizon import observed_apd90
from heartwright.electro.hybrid.identify import identify
from heartwright.electro.hybrid.identify_tissue import identify_tissue
from heartwright.electro.hybrid.newton.equations import Observed, squares
from heartwright.electro.tissue import Stimulus, Tissue
from heartwright.flows.recordings import Reading, read_traces
from heartwright.studies.paper.score import cut

RECORDINGS = Path(__file__).resolve().parents[2] / "shared/data/recordings/hipsc-optical"
TRUTH = {"tau_in": 0.25, "tau_out": 5.0, "diffusivity": 0.12}
LONG, SHORT = 140.0, 75.0  # ms, τ_close
NOISE, CELLS = 0.05, 8
SIDE, SPACING_MM, PATCH, PULSE_MS = 60, 0.5, 6, 2.0
FINE_MS, SAMPLE_MS, FRAME_MS, DURATION_MS = 0.02, 0.1, 1.0, 400.0
PROBES = 16  # traces that the single cell is fitted to, a group
SPLITS = 5
HORIZON_MS = 300.0  # the paper's, of recorded traces
GROUPED = Settings(per_group=("tau_close",), excitation=(), per_trace=(), residual="none")
RECORDED = Settings(per_group=("tau_close",), per_trace=(), residual="none")

Groups = np.ndarray


def ratio(found: Identified) -> float:
    """τ_close of the long group over that of the short one."""
    return found.of("tau_close", 0).value / found.of("tau_close", 1).value


# --- simulated ------------------------------------------------------------------------------------


def regions() -> np.ndarray:
    """0 where action potentials are long, 1 where they are short."""
    return (np.indices((SIDE, SIDE))[1] >= SIDE // 2).astype(int)


def simulated(tissue: Tissue, groups: Groups, patch: np.ndarray) -> Float[np.ndarray, "time node"]:
    """The noiseless potential of every node, a mean over each sample."""
    cell = MitchellSchaeffer()
    values = {
        "tau_in": [TRUTH["tau_in"]],
        "tau_out": [TRUTH["tau_out"]],
        "tau_close": [LONG, SHORT],
    }
    blank = {
        name: jnp.stack([unbounded(bounds_of(cell)[name], value) for value in of_groups])
        for name, of_groups in values.items()
    }
    pulses = Pulses(jnp.zeros(1), jnp.full(1, PULSE_MS))
    system = CoupledSystem(cell, blank, tissue.diffusivity, pulses, tissue.spacing_mm, FINE_MS)
    shape = (round(DURATION_MS / SAMPLE_MS), tissue.nodes)
    nothing = jnp.zeros(shape)
    ran = squares(
        system,
        system.flat(blank),
        jnp.zeros((tissue.nodes, 0)),
        Node(jnp.asarray(patch, jnp.float32)[:, None], jnp.asarray(groups, jnp.int32)),
        Observed(nothing, nothing, nothing),
        frame=round(SAMPLE_MS / FINE_MS),
        dt=FINE_MS,
        spread=around(tissue),
    )
    return np.asarray(ran.path, np.float64)


def beats(values: Float[np.ndarray, "time trace"]) -> TraceSet:
    """Traces from the last sample before each exceeds 0.02, as the slab's are."""
    starts = np.maximum((values > 0.02).argmax(axis=0) - 1, 0)
    lengths = len(values) - starts
    cut = np.full((values.shape[1], lengths.max()), np.nan)
    for row, trace, start in zip(cut, values.T, starts, strict=True):
        row[: len(trace) - start] = trace[start:]
    names = tuple(f"trace {n + 1}" for n in range(len(cut)))
    return TraceSet(values=cut, step_ms=SAMPLE_MS, lengths=lengths, names=names, prepared=True)


def uncoupled(random: np.random.Generator) -> dict[str, float]:
    """Two groups of single cells."""
    groups = np.repeat([0, 1], CELLS)
    tissue = Tissue(np.ones((2, CELLS), bool), SPACING_MM, 0.0)
    stimulus = np.ones(2 * CELLS)
    values = simulated(tissue, groups, stimulus)
    traces = TraceSet(
        values=values.T + NOISE * random.standard_normal(values.T.shape),
        step_ms=SAMPLE_MS,
        lengths=np.full(2 * CELLS, len(values)),
        names=tuple(f"cell {n + 1}" for n in range(2 * CELLS)),
        prepared=True,
    )
    found = identify(traces, groups=groups, settings=GROUPED)
    return {"slab_tau_close_ratio": ratio(found), "slab_tau_close_ratio_true": LONG / SHORT}


def coupled(random: np.random.Generator) -> dict[str, Any]:
    """The slab, fitted with diffusion and, wrongly, without."""
    tissue = Tissue(np.ones((SIDE, SIDE), bool), SPACING_MM, TRUTH["diffusivity"])
    patch = np.zeros((SIDE, SIDE), bool)
    patch[:PATCH, :PATCH] = True
    clean = simulated(tissue, regions().ravel(), patch.ravel())
    alone = _single_cells(clean)
    frames = clean.reshape(-1, round(FRAME_MS / SAMPLE_MS), SIDE, SIDE).mean(axis=1)
    noisy = frames + NOISE * random.standard_normal(frames.shape)
    start = time.perf_counter()
    found = identify_tissue(
        Movie(noisy, FRAME_MS, SPACING_MM),
        [Stimulus(patch, 1.0, 0.0, PULSE_MS)],
        regions=regions(),
    )
    return {
        "coupled_tau_close_ratio": ratio(found),
        "coupled_values": {e.label: e.value for e in found.estimates},
        "coupled_seconds": time.perf_counter() - start,
        "uncoupled_fit_tau_close_ratio": ratio(alone),
        "uncoupled_fit_values": {e.label: e.value for e in alone.estimates},
        "uncoupled_fit_warnings": list(alone.warnings),
    }


def _single_cells(clean: Float[np.ndarray, "time node"]) -> Identified:
    """What a cell without neighbours makes of traces from far inside both regions."""
    rows = np.linspace(10, SIDE - 10, PROBES).astype(int)
    chosen = np.concatenate([rows * SIDE + SIDE // 4, rows * SIDE + 3 * SIDE // 4])
    groups = np.repeat([0, 1], PROBES)
    return identify(beats(clean[:, chosen]), groups=groups, settings=GROUPED)


# --- recorded -------------------------------------------------------------------------------------


def recorded() -> tuple[TraceSet, TraceSet]:
    """Baseline, and the highest dose of verapamil."""
    how = Reading(time_unit="s")
    long = read_traces([RECORDINGS / "baseline-IV"], how)
    wells = [RECORDINGS / f"verapamil/Well{n:02d}.csv.gz" for n in range(11, 16)]
    return long, read_traces(wells, how)


def split(traces: TraceSet, training: int, validating: int, seed: int) -> tuple[TraceSet, TraceSet]:
    """Traces to learn from and traces to score with."""
    order = np.random.default_rng(seed).permutation(len(traces))
    return traces.take(order[:training]), traces.take(order[training : training + validating])


def together(long: TraceSet, short: TraceSet) -> tuple[TraceSet, Groups]:
    """Both groups in one set."""
    width = max(long.values.shape[1], short.values.shape[1])
    values = np.full((len(long) + len(short), width), np.nan)
    values[: len(long), : long.values.shape[1]] = long.values
    values[len(long) :, : short.values.shape[1]] = short.values
    groups = np.repeat([0, 1], [len(long), len(short)])
    lengths = np.concatenate([long.lengths, short.lengths])
    names = tuple(f"trace {n + 1}" for n in range(len(values)))
    return TraceSet(values, long.step_ms, lengths, names, prepared=True), groups


def from_apd(found: Identified, traces: TraceSet) -> float:
    """τ_close at which the fold-corrected formula gives the measured mean APD90."""
    tau_in, tau_out = found.of("tau_in").value, found.of("tau_out").value
    measured = float(np.nanmean(observed_apd90(traces)))

    def excess(tau_close: float) -> float:
        fold = 2.33811 * np.cbrt(tau_out**2 * tau_close)
        return float(tau_close * np.log(tau_out / (4 * tau_in)) + fold - measured)

    return float(brentq(excess, 1.0, 5000.0))


def floor(traces: TraceSet) -> float:
    """Variance of the camera's noise: half the mean square difference of neighbouring samples."""
    return float(np.nanmean(np.diff(traces.values, axis=1) ** 2) / 2)


def squared_error(fits: Sequence[Fit], sets: Sequence[TraceSet]) -> tuple[float, float]:
    """Of forecasts from one sample, over all samples of both groups: raw, and above the floor."""
    errors = [forecast(fit, traces).scores["mse"] for fit, traces in zip(fits, sets, strict=True)]
    weights = [float(traces.lengths.sum()) for traces in sets]
    noise = np.average([floor(traces) for traces in sets], weights=weights)
    raw = float(np.average(np.array(errors, float), weights=weights))
    return raw, raw - float(noise)


def constants(sets: Sequence[tuple[TraceSet, TraceSet]]) -> dict[str, float]:
    """Errors on validation of one trace for all wells of a group, above the floor."""
    new = [unseen for _, unseen in sets]
    weights = [float(traces.lengths.sum()) for traces in new]
    noise = np.average([floor(traces) for traces in new], weights=weights)

    def above(guesses: Sequence[Float[np.ndarray, "time"]]) -> float:
        errors = [_error(guess, traces) for guess, traces in zip(guesses, new, strict=True)]
        return float(np.average(errors, weights=weights) - noise)

    return {
        "mean_trace_validation_above": above([mean_trace(known) for known, _ in sets]),
        "best_constant_validation_above": above([mean_trace(traces) for traces in new]),
    }


def _error(guess: Float[np.ndarray, "time"], traces: TraceSet) -> float:
    held = guess[np.minimum(np.arange(traces.values.shape[1]), len(guess) - 1)]
    return float(np.nanmean(np.where(traces.there, traces.values - held, np.nan) ** 2))


METHODS: dict[str, Settings | Published] = {
    "hybrid": Settings(),
    "own_physics": Settings(residual="none"),
    "published_physics": Published(gamma=1.0, physics_only=True),
    "published_hybrid": Published(gamma=1.0),
}


def one_split(long: TraceSet, short: TraceSet, seed: int) -> dict[str, float]:
    """Ratios and errors of one split."""
    sets = split(long, 10, 5, seed), split(short, 3, 2, seed)
    (long_known, _), (short_known, _) = sets
    traces, groups = together(long_known, short_known)
    found = identify(traces, groups=groups, settings=RECORDED)
    whole = {f"whole_{name}": value for name, value in errors(sets).items()}
    early = [(cut(known, HORIZON_MS), cut(new, HORIZON_MS)) for known, new in sets]
    return {
        "ratio": ratio(found),
        "from_apd": from_apd(found, long_known) / from_apd(found, short_known),
        **errors(early),
        **whole,
    }


def errors(sets: Sequence[tuple[TraceSet, TraceSet]]) -> dict[str, float]:
    """Of every method, on training and validation, raw and above the floor."""
    found = constants(sets)
    known, new = [known for known, _ in sets], [new for _, new in sets]
    for name, settings in METHODS.items():
        fits = [learn(traces, settings=settings) for traces in known]
        found[f"{name}_train"], found[f"{name}_train_above"] = squared_error(fits, known)
        found[f"{name}_validation"], found[f"{name}_validation_above"] = squared_error(fits, new)
    return found


def real() -> dict[str, Any]:
    """Medians over the splits; null without the recordings."""
    names = ("tau_close_ratio", "tau_close_ratio_from_apd", "ratio_raw", "ratio_above_floor")
    if not RECORDINGS.is_dir():
        return {f"real_{name}": None for name in names}
    splits = [one_split(*recorded(), seed) for seed in range(SPLITS)]
    median = {name: float(np.median([s[name] for s in splits])) for name in splits[0]}

    def over_physics(name: str, of: str = "validation_above") -> list[float]:
        physics = "whole_published_physics" if name.startswith("whole") else "published_physics"
        return [s[f"{name}_{of}"] / s[f"{physics}_{of}"] for s in splits]

    return {
        "real_tau_close_ratio": median["ratio"],
        "real_tau_close_ratio_from_apd": median["from_apd"],
        "real_ratio_raw": float(np.median(over_physics("hybrid", "validation"))),
        "real_ratio_above_floor": float(np.median(over_physics("hybrid"))),
        "real_ratio_above_floor_splits": over_physics("hybrid"),
        "mean_trace_above_floor": float(np.median(over_physics("mean_trace"))),
        "best_constant_above_floor": float(np.median(over_physics("best_constant"))),
        "whole_records_above_floor": float(np.median(over_physics("whole_hybrid"))),
        "whole_records_mean_trace": float(np.median(over_physics("whole_mean_trace"))),
        "real_errors": {name: value for name, value in median.items() if "_" in name},
    }


def main() -> None:
    """Measure and print."""
    random = np.random.default_rng(0)
    figures = {**uncoupled(random), **coupled(random), **real()}
    for name, value in figures.items():
        print(f"{name:32} {value}")
    print(json.dumps({"benchmark": "regions", "cores": os.cpu_count(), **figures}))


if __name__ == "__main__":
    main()
