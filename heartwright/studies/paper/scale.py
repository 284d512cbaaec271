"""How much work the study does."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Scale:
    """Sizes of the study's parts."""

    slab: int = 24  # pixels along an edge, the paper's
    epochs: int = 100  # of the published preset, the paper's
    rounds: int = 80  # of Gauss–Newton at most, the default preset's
    known: int = 10  # traces a group that are learned, the paper's …
    new: int = 5  # … and that are foretold; of fewer recordings two thirds and one third
    recovered: int = 4  # cells whose time constants are recovered; 0 leaves that part out
    pinn_epochs: int = 1000


FULL = Scale()
QUICK = Scale(slab=6, epochs=1, rounds=3, known=4, new=4, recovered=0)

HORIZON_MS = 350.0  # in silico, the paper's
RECORDED_HORIZON_MS = 300.0  # ex vivo, the paper's
GAMMA, RECORDED_GAMMA = 10.0, 1.0  # the paper's
NOISE = 0.05
GIVEN_MS = 5.0  # left out where only what follows is scored
