"""APHYN-EP in two dimensions: a whole beat of a TP06 slab from its first frames, at unseen sites.

Learns from two clean movies of 24 × 24 pixels (paced in a corner and at a side), and foretells two
others from frames at 0, 1, … ms; "physics only" is learned and run likewise, without a residual.
Errors are of v over all pixels and frames behind the given ones, and of the moments at which pixels
fire behind them. The unsuffixed keys: a site that was chosen before any forecast of it was looked
at, five clean frames given. Suffixes: another number of frames, noise (standard deviation 0.05) on
the frames given, a second such site, and the middle, which was seen while tuning.
Prints a table and, on the last line, one JSON object; null where no pixel is left to fire.
"""

import json
import time
from collections.abc import Mapping

from heartwright.data import Fit
from heartwright.data.movie import Movie
from heartwright.electro.hybrid.field import FieldSettings, forecast_field, learn_field
from heartwright.samples.movies import Site, movie

TRAINING: tuple[Site, ...] = ((0, 0), (20, 8))
UNSEEN, SECOND, MIDDLE = (6, 13), (15, 3), (10, 10)
FRAME_MS = 0.1  # of the movies; given frames are 1 ms apart
NOISE = 0.05


def main() -> None:
    """Learn, forecast, print."""
    movies = [movie(site, frame_ms=FRAME_MS) for site in TRAINING]
    start = time.perf_counter()
    hybrid = learn_field(movies)
    seconds = time.perf_counter() - start
    bare = learn_field(movies, settings=FieldSettings(residual="none", acting=1))
    unseen = movie(UNSEEN, frame_ms=FRAME_MS)
    found: dict[str, float | None] = {
        **both(hybrid, bare, unseen, 5, ""),
        **both(hybrid, bare, unseen, 2, "_2_frames"),
        **both(hybrid, bare, unseen, 10, "_10_frames"),
        **both(hybrid, bare, movie(UNSEEN, frame_ms=FRAME_MS, noise=NOISE), 5, "_noise"),
        **both(hybrid, bare, movie(SECOND, frame_ms=FRAME_MS), 5, "_second_site"),
        **both(hybrid, bare, movie(MIDDLE, frame_ms=FRAME_MS), 5, "_middle"),
        "diffusivity_mm2_ms": hybrid.header["field"]["diffusivity_mm2_ms"],
        "learn_seconds": seconds,
    }
    for name, value in found.items():
        print(f"{name:46} {'–' if value is None else f'{value:.4g}'}")
    print(json.dumps(found))


def both(
    hybrid: Fit, bare: Fit, unseen: Movie, given: int, suffix: str
) -> Mapping[str, float | None]:
    """Scores of the hybrid and of the physics only."""
    return {
        f"{who}{name}{suffix}": value
        for who, fit in (("", hybrid), ("physics_only_", bare))
        for name, value in forecast_field(fit, unseen, given=given).scores.items()
    }


if __name__ == "__main__":
    main()
