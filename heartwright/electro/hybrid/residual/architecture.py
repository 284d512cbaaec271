"""Which residual network: everything about it but its weights."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from heartwright.data import InputError
from heartwright.electro.hybrid.residual.inputs import INPUTS, Features, States

KINDS = ("resnet", "mlp", "gated", "fourier", "none")
WIDEST, DEEPEST = 1024, 64  # a damaged file shall not ask for more memory than there is


@dataclass(frozen=True)
class Architecture:
    """A network's kind, what it sees, what it acts on and its size; the default is the paper's.

    Raises:
        InputError: no such network.
    """

    kind: str = "resnet"  # one of KINDS
    inputs: str = "state"  # one of INPUTS
    acting: int = 1  # on dv/dt alone, or 2: on dv/dt and dh/dt
    width: int = 8
    depth: int = 3  # layers (of a ResNet: blocks) before the head
    rest: tuple[float, ...] = (0.0, 1.0)  # of the physics, one number a state

    def __post_init__(self) -> None:
        _check_choice("residual", self.kind, KINDS)
        _check_choice("residual's input", self.inputs, tuple(INPUTS))
        for name, most in (("acting", min(2, self.states)), ("width", WIDEST), ("depth", DEEPEST)):
            value = getattr(self, name)
            if type(value) is not int or not 1 <= value <= most:
                raise InputError(f"the residual's {name} must be 1 to {most}, not {value!r}.")

    @property
    def states(self) -> int:
        """How many states the physics has."""
        return len(self.rest)

    @property
    def seen(self) -> int:
        """How many numbers the network sees."""
        return INPUTS[self.inputs].count(self.states)

    def see(self, state: States) -> Features:
        """What the network sees of each state."""
        return INPUTS[self.inputs].of(state, self.rest)

    def described(self) -> dict[str, Any]:
        """The same as JSON holds it; `Architecture.of` reads it."""
        return {**asdict(self), "rest": list(self.rest)}

    @classmethod
    def of(cls, description: Mapping[str, Any]) -> "Architecture":
        """The architecture that was `described`.

        Raises:
            InputError: the description is of something else.
        """
        try:
            rest = tuple(map(float, description["rest"]))
            return cls(**{**description, "rest": rest})
        except (KeyError, TypeError, ValueError) as error:
            raise InputError(
                "the description of the residual is incomplete or from another version of "
                "heartwright; learn the model again."
            ) from error


def _check_choice(what: str, choice: str, choices: tuple[str, ...]) -> None:
    if choice not in choices:
        raise InputError(f"there is no {what} {choice!r}; choose from {', '.join(choices)}.")
