"""How fast tissue runs: nanoseconds for one cell to live one time step.

Prints a table and, on the last line, one JSON object. Compilation is measured apart, as what the
first call takes more than the best later one. The peer is the same Mitchell–Schaeffer tissue step
written in plain vectorised NumPy on padded arrays (`numpy_steps` below), run in this very process.
"""

import json
import os
import time
from collections.abc import Callable

import numpy as np

from heartwright.electro.cells import AbstractCell, MitchellSchaeffer, TenTusscher2006
from heartwright.electro.tissue import Stimulus, Tissue, simulate

SPACING_MM, DIFFUSIVITY, DT_MS = 0.25, 0.154, 0.02
REPEATS = 4
CASES = [  # cell, stimulus, nodes along a side, steps
    (MitchellSchaeffer(), 1.0, 24, 20_000),
    (MitchellSchaeffer(), 1.0, 128, 2_000),
    (TenTusscher2006(), 52.0, 24, 4_000),
    (TenTusscher2006(), 52.0, 128, 200),
]


def seconds(run: Callable[[], object]) -> float:
    """Wall time of one call."""
    start = time.perf_counter()
    run()
    return time.perf_counter() - start


def ours(cell: AbstractCell, amplitude: float, side: int, steps: int) -> dict[str, float]:
    """Best time of a cell-step, ns, and compile time, s."""
    mask = np.ones((side, side), dtype=bool)
    region = np.zeros_like(mask)
    region[:4, :4] = True

    def run() -> object:
        return simulate(
            cell,
            Tissue(mask, SPACING_MM, DIFFUSIVITY),
            [Stimulus(region, amplitude, start_ms=0.0, duration_ms=1.0)],
            duration_ms=steps * DT_MS,
            dt_ms=DT_MS,
            activation_level=0.0,
        )

    first = seconds(run)
    best = min(seconds(run) for _ in range(REPEATS))
    return {"ns_per_cell_step": best / steps / side**2 * 1e9, "compile_s": first - best}


def numpy_steps(side: int, steps: int) -> float:
    """The peer: best time of a Mitchell–Schaeffer cell-step in vectorised NumPy float32, ns."""
    spread = np.float32(DIFFUSIVITY * DT_MS / SPACING_MM**2)
    dt = np.float32(DT_MS)

    def run() -> np.ndarray:
        v = np.zeros((side, side), dtype=np.float32)
        h = np.ones_like(v)
        v[:4, :4] = 1
        for _ in range(steps):
            padded = np.pad(v, 1, mode="edge")
            around = padded[2:, 1:-1] + padded[:-2, 1:-1] + padded[1:-1, 2:] + padded[1:-1, :-2]
            v = v + spread * (around - 4 * v)
            dv = h * v * v * (1 - v) / np.float32(0.3) - v / np.float32(6)
            opening, closing = (1 - h) / np.float32(120), -h / np.float32(150)
            h = h + dt * np.where(v < np.float32(0.13), opening, closing)
            v = v + dt * dv
        return v

    return min(seconds(run) for _ in range(REPEATS)) / steps / side**2 * 1e9


def main() -> None:
    """Measure every case and print it."""
    result: dict[str, object] = {"figure": "tissue", "peer": "plain vectorised NumPy, same step"}
    for cell, amplitude, side, steps in CASES:
        name = f"{type(cell).__name__}_{side}"
        measured = ours(cell, amplitude, side, steps)
        result[name] = measured
        print(f"{name:24} {measured['ns_per_cell_step']:8.1f} ns  {measured['compile_s']:.1f} s")
    for side, steps in ((24, 2_000), (128, 200)):
        peer = numpy_steps(side, steps)
        result[f"peer_{side}"] = {"ns_per_cell_step": peer}
        result[f"ratio_{side}"] = peer / result[f"MitchellSchaeffer_{side}"]["ns_per_cell_step"]
        print(f"{'NumPy peer':21} {side:3} {peer:8.1f} ns")
    result["load_average"] = os.getloadavg()[0]
    print(json.dumps(result))


if __name__ == "__main__":
    main()
