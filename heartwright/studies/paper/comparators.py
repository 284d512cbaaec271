"""One table of methods that learn at the corner and foretell the slab paced near its centre."""

from dataclasses import replace

import numpy as np

from heartwright.electro.hybrid import Settings
from heartwright.flows.ablate_residual import variants
from heartwright.studies.paper.fits import Fits
from heartwright.studies.paper.readings import Reading, preset, published
from heartwright.studies.paper.scale import HORIZON_MS, Scale
from heartwright.studies.paper.score import Score, foretold, scored
from heartwright.studies.paper.slabs import Slabs

PHYSICS, NETWORK, MEAN = "physics only", "network only", "mean trace"
PUBLISHED, OURS = "published preset", "ours"


def comparators(
    slabs: Slabs, every: list[Reading], fits: Fits, scale: Scale, *, seed: int
) -> dict[str, Score]:
    """Scores by method."""
    ours = Settings(rounds=scale.rounds, horizon_ms=HORIZON_MS, seed=seed)
    learned = {
        PHYSICS: fits.learned(
            "published-physics-only", slabs.corner, published(scale, seed, physics_only=True)
        ),
        NETWORK: fits.learned("network-only", slabs.corner, variants(ours)["network alone"]),
        PUBLISHED: preset(every).learned,
        OURS: fits.learned("ours", slabs.corner, ours),
    }
    told = {name: foretold(fit, slabs.centre) for name, fit in learned.items()}
    forecast = told[OURS][0]
    mean = np.broadcast_to(forecast.mean_trace, forecast.prediction.shape)
    scores = {name: score for name, (_, score) in told.items()}
    physics = replace(scores[PHYSICS], residual_norm=None)
    return {
        PHYSICS: physics,
        NETWORK: scores[NETWORK],
        MEAN: scored(slabs.centre, mean),
        PUBLISHED: scores[PUBLISHED],
        OURS: scores[OURS],
    }
