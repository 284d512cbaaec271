"""Which physics a hybrid can be built on."""

from collections.abc import Mapping

import equinox as eqx
import jax.numpy as jnp

from heartwright.data import InputError
from heartwright.electro.cells import (
    AbstractCell,
    AlievPanfilov,
    FentonKarma,
    FitzHughNagumo,
    MitchellSchaeffer,
    SmoothMitchellSchaeffer,
    UnclosedMitchellSchaeffer,
)
from heartwright.electro.cells.cell import Scalar, State


class NoPhysics(AbstractCell):
    """A stimulus and nothing else: with a residual on both rates, a network alone (neural ODE)."""

    rest: State = eqx.field(default_factory=lambda: jnp.array([0.0, 1.0]))

    def rates(self, state: State, stimulus: Scalar) -> State:
        """(J, 0), 1/ms."""
        return jnp.zeros_like(state).at[0].set(stimulus)


PHYSICS: Mapping[str, type[AbstractCell]] = {
    "mitchell_schaeffer": MitchellSchaeffer,
    "smooth_mitchell_schaeffer": SmoothMitchellSchaeffer,
    "unclosed_mitchell_schaeffer": UnclosedMitchellSchaeffer,
    "aliev_panfilov": AlievPanfilov,
    "fitzhugh_nagumo": FitzHughNagumo,
    "fenton_karma": FentonKarma,
    "none": NoPhysics,
}
# what an action potential determines best; the rest keeps its published value unless asked for
LEARNED: Mapping[str, tuple[str, ...]] = {
    "mitchell_schaeffer": ("tau_in", "tau_out", "tau_close"),
    "smooth_mitchell_schaeffer": ("tau_in", "tau_out", "tau_open", "tau_close", "v_gate"),
    "unclosed_mitchell_schaeffer": ("tau_in", "tau_out"),
    "aliev_panfilov": ("k", "a", "epsilon"),
    "fitzhugh_nagumo": ("c_1", "c_2", "b"),
    "fenton_karma": ("tau_d", "tau_r", "tau_si", "tau_w_plus"),
    "none": (),
}
# what sets how long the action potential of one trace lasts beside that of another
DURATION: Mapping[str, tuple[str, ...]] = {
    "mitchell_schaeffer": ("tau_close",),
    "smooth_mitchell_schaeffer": ("tau_close",),
    "unclosed_mitchell_schaeffer": (),
    "aliev_panfilov": ("epsilon",),
    "fitzhugh_nagumo": ("b",),
    "fenton_karma": ("tau_si",),
    "none": (),
}


def named(name: str) -> AbstractCell:
    """The physics of that name, with its published parameters.

    Raises:
        InputError: there is none.
    """
    if name not in PHYSICS:
        raise InputError(f"there is no physics {name!r}; choose from {', '.join(PHYSICS)}.")
    return PHYSICS[name]()  # type: ignore[call-arg]  # every physics has defaults


def name_of(physics: AbstractCell) -> str:
    """The inverse of `named`."""
    return next(name for name, kind in PHYSICS.items() if type(physics) is kind)


def parameters_of(physics: AbstractCell) -> dict[str, float]:
    """All parameters of a physics by name, in its own units (times in ms)."""
    return {name: float(value) for name, value in vars(physics).items() if name != "rest"}


def with_values(physics: AbstractCell, values: Mapping[str, float]) -> AbstractCell:
    """The same physics with other parameters: all of them, those with bounds within these.

    Raises:
        InputError: a parameter is missing, unknown, or outside its bounds.
    """
    if set(values) != set(parameters_of(physics)):
        raise InputError(
            f"the parameters {', '.join(values)} are not those of {name_of(physics)}; "
            f"learn the model again."
        )
    for name, (lower, upper) in physics.bounds.items():
        if not lower <= values[name] <= upper:
            raise InputError(
                f"{name} is {values[name]:g}, outside {lower:g} to {upper:g}; "
                f"learn the model again."
            )
    arrays = {name: jnp.asarray(value, float) for name, value in values.items()}
    return type(physics)(**arrays)  # arrays, so that what is compiled for one fit serves all


def check_learnable(physics: AbstractCell, names: tuple[str, ...]) -> None:
    """Refuse parameters that cannot be learned.

    Raises:
        InputError: a parameter is a hard switch without a gradient, or not of this physics.
    """
    known = ", ".join(physics.bounds)
    for name in names:
        if name in physics.bounds:
            continue
        if name in parameters_of(physics):
            raise InputError(
                f"{name} cannot be learned, because it is a hard switch without a gradient; "
                f"choose from {known}."
            )
        raise InputError(f"{name} cannot be learned; choose from {known}.")
