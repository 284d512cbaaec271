"""APHYN-EP in two dimensions: a whole beat of a TP06 slab from its first frames, unseen site.

Learns from two movies of 24 × 24 pixels (paced in a corner and at a side), and foretells a third,
paced near the middle, from frames at 0, 1, … ms; "physics only" is learned and run likewise, its
residual left out. Errors are of v over all pixels and frames behind the given ones, and of the
moments at which pixels fire behind them. `--noise` adds noise to the given frames of the forecast.
Prints a table and, on the last line, one JSON object.
"""

import argparse
import json
import time

import numpy as np

from heartwright.data import Fit
from heartwright.data.movie import Movie
from heartwright.electro.hybrid.field import FieldSettings, forecast_field, learn_field
from heartwright.samples.movies import Site, movie

TRAINING: tuple[Site, ...] = ((0, 0), (20, 8))
UNSEEN: Site = (10, 10)
FRAME_MS = 0.1  # of the movies; given frames are 1 ms apart
GIVEN = (2, 5, 10)


def learned(movies: list[Movie], settings: FieldSettings) -> tuple[Fit, float]:
    """A fit, and the seconds that it took."""
    start = time.perf_counter()
    return learn_field(movies, settings=settings), time.perf_counter() - start


def main() -> None:
    """Learn, forecast, print."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--noise", type=float, default=0.0, help="standard deviation, 1")
    options.add_argument("--seed", type=int, default=0)
    chosen = options.parse_args()
    movies = [movie(site, frame_ms=FRAME_MS) for site in TRAINING]
    unseen = movie(UNSEEN, frame_ms=FRAME_MS, noise=chosen.noise, seed=chosen.seed)
    hybrid, seconds = learned(movies, FieldSettings(seed=chosen.seed))
    bare, _ = learned(movies, FieldSettings(seed=chosen.seed, residual="none", acting=1))
    found: dict[str, float] = {"seconds": seconds, "noise": chosen.noise}
    for given in GIVEN:
        suffix = "" if given == FieldSettings().given else f"_{given}_frames"
        for who, fit in (("", hybrid), ("physics_only_", bare)):
            scores = forecast_field(fit, unseen, given=given).scores
            found |= {f"{who}{name}{suffix}": value for name, value in scores.items()}
    found["diffusivity_mm2_ms"] = hybrid.header["field"]["diffusivity_mm2_ms"]
    for name, value in found.items():
        print(f"{name:42} {value:10.4g}")
    print(json.dumps({name: round(float(np.float64(x)), 6) for name, x in found.items()}))


if __name__ == "__main__":
    main()
