"""Mitchell & Schaeffer 2003, A two-current model, doi:10.1016/S0092-8240(03)00041-7.

    dv/dt = h v² (1 − v) / τ_in − v / τ_out + J(t)
    dh/dt = (1 − h) / τ_open     where v < v_gate
          = −h / τ_close         elsewhere

v is the dimensionless membrane potential in [0, 1], h the gate that ends the plateau.
"""

from collections.abc import Mapping
from typing import ClassVar

import equinox as eqx
import jax
import jax.numpy as jnp
from jaxtyping import Array, Float

from heartwright.electro.cells.cell import AbstractCell, Scalar, State

TURN = 0.02  # 1, of v


class MitchellSchaeffer(AbstractCell):
    """Two currents, two variables (v, h); the physics of APHYN-EP."""

    tau_in: Float[Array, ""] | float = 0.3  # ms, fast inward
    tau_out: Float[Array, ""] | float = 6.0  # ms, slow outward
    tau_open: Float[Array, ""] | float = 120.0  # ms, recovery
    tau_close: Float[Array, ""] | float = 150.0  # ms, plateau
    v_gate: Float[Array, ""] | float = 0.13  # 1, between recovery and closing
    rest: State = eqx.field(default_factory=lambda: jnp.array([0.0, 1.0]))

    # v_gate switches hard: it has no gradient, so no bounds
    bounds: ClassVar[Mapping[str, tuple[float, float]]] = {
        "tau_in": (0.05, 2.0),
        "tau_out": (1.0, 40.0),
        "tau_open": (20.0, 800.0),
        "tau_close": (30.0, 1200.0),
    }

    def rates(self, state: State, stimulus: Scalar) -> State:
        """(dv/dt, dh/dt), 1/ms."""
        v, h = state
        inward = h * v**2 * (1 - v) / self.tau_in
        outward = v / self.tau_out
        opening = (1 - h) / self.tau_open
        closing = -h / self.tau_close
        open_ = self.opened(v)
        return jnp.stack([inward - outward + stimulus, open_ * opening + (1 - open_) * closing])

    def opened(self, v: Scalar) -> Float[Array, ""]:
        """1 where the gate opens, 0 where it closes."""
        return jnp.where(v < self.v_gate, 1.0, 0.0)


class UnclosedMitchellSchaeffer(AbstractCell):
    """The same without −h / τ_close: nothing of its own ends the plateau.

    Not a cell model to simulate with, but what a residual completes where APHYN-EP is read as
    having that term removed.
    """

    tau_in: Float[Array, ""] | float = 0.3  # ms, fast inward
    tau_out: Float[Array, ""] | float = 6.0  # ms, slow outward
    tau_open: Float[Array, ""] | float = 120.0  # ms, recovery
    v_gate: Float[Array, ""] | float = 0.13  # 1, below it the gate opens
    rest: State = eqx.field(default_factory=lambda: jnp.array([0.0, 1.0]))

    bounds: ClassVar[Mapping[str, tuple[float, float]]] = {
        name: MitchellSchaeffer.bounds[name] for name in ("tau_in", "tau_out", "tau_open")
    }

    def rates(self, state: State, stimulus: Scalar) -> State:
        """(dv/dt, dh/dt), 1/ms."""
        v, h = state
        inward = h * v**2 * (1 - v) / self.tau_in
        opening = jnp.where(v < self.v_gate, (1 - h) / self.tau_open, 0.0)
        return jnp.stack([inward - v / self.tau_out + stimulus, opening])


class SmoothMitchellSchaeffer(MitchellSchaeffer):
    """The same with a gate that turns over 0.02 of v, so that when it turns has a derivative.

    A hard switch hides from a gradient that h recovers sooner where v falls sooner, and that is
    what a second beat depends on: learn from several beats with this one. v_gate can be learned.
    """

    bounds: ClassVar[Mapping[str, tuple[float, float]]] = {
        **MitchellSchaeffer.bounds,
        "v_gate": (0.05, 0.4),
    }

    def opened(self, v: Scalar) -> Float[Array, ""]:
        """From 1 to 0 as v rises through v_gate."""
        return jax.nn.sigmoid((self.v_gate - v) / TURN)
