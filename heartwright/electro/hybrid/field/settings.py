"""What a person may choose about learning from movies."""

from dataclasses import dataclass

from heartwright.data import InputError
from heartwright.electro.hybrid.physics import LEARNED, check_learnable, named
from heartwright.electro.hybrid.residual import Architecture


@dataclass(frozen=True)
class FieldSettings:
    """How to learn; see `learn_field`.

    Raises:
        InputError: a value that cannot be used.
    """

    physics: str = "mitchell_schaeffer"
    learned: tuple[str, ...] | None = None  # beside the diffusivity; the physics' own choice
    residual: str = "mlp"  # one of `residual.KINDS`; "none": physics alone
    acting: int = 2  # 1: on dv/dt, 2: on dh/dt too
    width: int = 8
    depth: int = 2
    given: int = 5  # frames that a forecast starts from
    frame_ms: float = 1.0  # between them
    followed: int = 8  # nodes of a movie that are followed through the whole beat
    diffusivity: float = 0.1  # mm²/ms, where the search begins
    rounds: int = 40  # at most
    dt_ms: float = 0.05
    seed: int = 0

    def __post_init__(self) -> None:
        physics = named(self.physics)
        if self.learned is None:
            object.__setattr__(self, "learned", LEARNED[self.physics])
        check_learnable(physics, self.names)
        if self.given < 2:
            raise InputError(f"a forecast needs at least 2 given frames, not {self.given}.")
        for name in ("frame_ms", "followed", "diffusivity", "rounds", "dt_ms"):
            if not 0 < getattr(self, name) < float("inf"):
                raise InputError(f"{name} must be positive, not {getattr(self, name)}.")
        if self.seed < 0:
            raise InputError(f"the seed must not be negative, but is {self.seed}; give 0 or more.")
        _ = self.architecture  # it refuses what is no network

    @property
    def names(self) -> tuple[str, ...]:
        """The learned parameters."""
        return self.learned or ()

    @property
    def architecture(self) -> Architecture:
        """The residual's."""
        return Architecture(
            kind=self.residual,
            inputs="resolved",
            acting=self.acting,
            width=self.width,
            depth=self.depth,
            rest=tuple(named(self.physics).rest.tolist()),
        )
