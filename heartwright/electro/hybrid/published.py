"""What a person may choose about learning, and what is fixed by the paper."""

from dataclasses import dataclass

import numpy as np

from heartwright.data import InputError
from heartwright.electro.cells import MitchellSchaeffer, UnclosedMitchellSchaeffer

STIMULUS = 1.0  # 1/ms, J of the paper
STIMULUS_MS = 1.0  # t_stim of the paper
STEPS_PER_EPOCH = 8  # at least; fewer batches than this are gone through again
CLIP = 1.0  # global norm of one step's gradient
LOSSES = ("mean", "sum")

Physics = type[MitchellSchaeffer] | type[UnclosedMitchellSchaeffer]


@dataclass(frozen=True)
class Published:
    """How to learn; the defaults are the paper's (its γ is 10 in silico and 1 ex vivo).

    Two things the paper leaves open, and both readings of each can be learned. Its losses are
    means or sums (`losses`) over the samples of the traces, which changes how fast λ grows. Where
    τ_close is absent, it stays at 150 ms, unlearned (leave it out of `learned`), or the term
    −h/τ_close is (`closing=False`). The defaults are our readings.

    Raises:
        InputError: a value that cannot be used.
    """

    learned: tuple[str, ...] = ("tau_in", "tau_out", "tau_close")
    epochs: int = 100
    batch_size: int = 64
    learning_rate: float = 1e-3
    lambda_0: float = 1.0
    gamma: float = 10.0
    dt_ms: float = 0.1
    horizon_ms: float | None = None  # 1.3 × the longest APD90, as far as the records go
    seed: int = 0
    physics_only: bool = False
    losses: str = "mean"  # one of LOSSES
    closing: bool = True  # whether −h/τ_close is in the physics

    def __post_init__(self) -> None:
        for name in self.learned:
            _check_learnable(name, self.physics)
        if self.losses not in LOSSES:
            raise InputError(f"losses are {' or '.join(LOSSES)}, not {self.losses!r}; choose one.")
        if self.physics_only and not self.learned:
            raise InputError("nothing is left to learn; name a parameter or learn a residual.")
        for name in ("epochs", "batch_size", "learning_rate", "dt_ms"):
            if not 0 < getattr(self, name) < np.inf:
                raise InputError(f"{name} must be positive, not {getattr(self, name)}.")
        for name in ("lambda_0", "gamma"):
            if not 0 <= getattr(self, name) < np.inf:
                raise InputError(f"{name} must be 0 or positive, not {getattr(self, name)}.")
        if self.seed < 0:
            raise InputError(f"the seed must not be negative, but is {self.seed}; give 0 or more.")
        if self.horizon_ms is not None and self.horizon_ms < 2 * self.dt_ms:
            raise InputError(f"a horizon of {self.horizon_ms} ms holds no step; give more.")

    @property
    def physics(self) -> Physics:
        """What the residual completes."""
        return MitchellSchaeffer if self.closing else UnclosedMitchellSchaeffer


def _check_learnable(name: str, physics: Physics) -> None:
    known = ", ".join(physics.bounds)
    if name == "v_gate":
        raise InputError(
            "v_gate cannot be learned, because it is a hard switch without a gradient; "
            f"choose from {known}."
        )
    if name in MitchellSchaeffer.bounds and name not in physics.bounds:
        raise InputError(
            f"{name} cannot be learned where its term is left out; choose from {known}."
        )
    if name not in physics.bounds:
        raise InputError(f"{name} cannot be learned; choose from {known}.")
