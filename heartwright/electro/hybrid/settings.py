"""What a person may choose about learning by Gauss–Newton."""

from dataclasses import dataclass

import numpy as np

from heartwright.data import InputError
from heartwright.electro.hybrid.physics import DURATION, LEARNED, check_learnable, named
from heartwright.electro.hybrid.residual import Architecture
from heartwright.electro.hybrid.traces_system import CAMERA, EXCITATION


@dataclass(frozen=True)
class Settings:
    """How to learn; see `learn`.

    A parameter that is learned is shared by all traces; it may also have one value a group
    (`per_group`) or, besides the shared one, a factor of each trace's own (`per_trace`).

    Raises:
        InputError: a value that cannot be used.
    """

    physics: str = "mitchell_schaeffer"
    learned: tuple[str, ...] | None = None  # the physics' own choice, `physics.LEARNED`
    per_group: tuple[str, ...] = ()
    per_trace: tuple[str, ...] | None = None  # the physics' own choice, `physics.DURATION`
    excitation: tuple[str, ...] = ("onset", "amplitude")  # of EXCITATION: each trace's own …
    common: tuple[str, ...] | None = None  # … shared by all: the others, unless all are known
    camera: tuple[str, ...] = ()  # of CAMERA: what is not known of each trace's scale
    residual: str = "resnet"  # one of `residual.KINDS`; "none": physics alone
    inputs: str = "resolved"  # one of `residual.INPUTS`
    acting: int = 1  # 1: on dv/dt, 2: on dh/dt too
    width: int = 8
    depth: int = 2
    weight: float | None = 1e4  # λ of λ · L_traj + ‖F_dl‖²; None: the evidence chooses it
    most_traces: int = 48  # that are learned from; of more, so many are taken evenly
    rounds: int = 80  # at most
    dt_ms: float = 0.1
    horizon_ms: float | None = None  # that is learned from; None: as far as the records go
    seed: int = 0

    def __post_init__(self) -> None:
        physics = named(self.physics)
        if self.learned is None:
            object.__setattr__(self, "learned", LEARNED[self.physics])
        if self.per_trace is None:
            object.__setattr__(self, "per_trace", DURATION[self.physics])
        check_learnable(physics, (*self.names, *self.per_group, *self.varying))
        if self.common is None:
            others = tuple(name for name in ("start", "length") if name not in self.excitation)
            object.__setattr__(self, "common", others if self.excitation else ())
        _check_known((*self.excitation, *self.shared_excitation), EXCITATION)
        _check_known(self.camera, CAMERA)
        if missing := set(self.per_group) - set(self.names):
            raise InputError(f"{missing.pop()} has a value a group, but is not learned; learn it.")
        if self.residual == "none" and not (self.names or self.varying):
            raise InputError("nothing is left to learn; name a parameter or learn a residual.")
        self._check_numbers()
        _ = self.architecture  # it refuses what is no network

    def _check_numbers(self) -> None:
        for name in ("most_traces", "rounds", "dt_ms", "weight"):
            value = getattr(self, name)
            if value is not None and not 0 < value < np.inf:
                raise InputError(f"{name} must be positive, not {value}.")
        if self.seed < 0:
            raise InputError(f"the seed must not be negative, but is {self.seed}; give 0 or more.")
        if self.horizon_ms is not None and self.horizon_ms < 2 * self.dt_ms:
            raise InputError(f"a horizon of {self.horizon_ms} ms holds no step; give more.")

    @property
    def names(self) -> tuple[str, ...]:
        """The learned parameters."""
        return self.learned or ()

    @property
    def varying(self) -> tuple[str, ...]:
        """The parameters of which each trace has a factor of its own."""
        return self.per_trace or ()

    @property
    def shared_excitation(self) -> tuple[str, ...]:
        """What starts a beat, and is learned, but is the same for all traces."""
        return self.common or ()

    @property
    def own(self) -> tuple[str, ...]:
        """What each trace has of its own."""
        return (*self.excitation, *self.varying, *self.camera)

    @property
    def architecture(self) -> Architecture:
        """The residual's."""
        return Architecture(
            kind=self.residual,
            inputs=self.inputs,
            acting=self.acting,
            width=self.width,
            depth=self.depth,
            rest=tuple(named(self.physics).rest.tolist()),
        )


def _check_known(names: tuple[str, ...], known: tuple[str, ...]) -> None:
    for name in names:
        if name not in known:
            raise InputError(f"there is no {name!r}; choose from {', '.join(known)}.")
