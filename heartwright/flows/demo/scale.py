"""How much work the demo does."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Scale:
    """Sizes of the demo's steps."""

    slab: int  # pixels along an edge
    training: int  # traces that are learned, spread over the slab
    forecast: int  # traces of the other slab that are foretold
    rounds: int  # of Gauss–Newton
    epochs: int  # of the paper's physics alone, for comparison
    voxel_mm: float  # of the sample's scan
    film: bool  # whether a film and a view from the front stand beside the page's viewer


FULL = Scale(slab=24, training=16, forecast=48, rounds=40, epochs=100, voxel_mm=0.6, film=True)
QUICK = Scale(slab=6, training=4, forecast=4, rounds=3, epochs=2, voxel_mm=1.2, film=False)
