"""Aliev & Panfilov 1996, A simple two-variable model, doi:10.1016/0960-0779(95)00089-5.

    τ du/dt = k u (1 − u) (u − a) − u w          (+ τ J(t))
    τ dw/dt = (ε + μ₁ w / (u + μ₂)) (k u (1 + a − u) − w)

u is the dimensionless membrane potential in [0, 1] (−80 to 20 mV), w the recovery. The
paper counts time in units of 12.9 ms; τ is that unit, so rates are per ms and J(t), in 1/ms, enters
du/dt as it is. Only three of k, ε, μ₁ and τ show in u: (k, ε, τ) → (c k, c ε, c τ) changes w alone.

The equations, the constants and the unit of time were checked against TorchCor, the equations also
against Finitewave, which has other constants; the paper itself was not at hand.
"""

from collections.abc import Mapping
from typing import ClassVar

import equinox as eqx
import jax.numpy as jnp

from heartwright.electro.cells.cell import AbstractCell, Scalar, State


class AlievPanfilov(AbstractCell):
    """Cubic excitation and a recovery that is slow at first, two variables (u, w)."""

    tau: Scalar = 12.9  # ms, the paper's unit of time
    k: Scalar = 8.0  # 1, excitation
    a: Scalar = 0.15  # 1, threshold
    epsilon: Scalar = 0.002  # 1, recovery at w = 0
    mu_1: Scalar = 0.2  # 1, how recovery grows with w
    mu_2: Scalar = 0.3  # 1, how it falls with u
    rest: State = eqx.field(default_factory=lambda: jnp.array([0.0, 0.0]))

    bounds: ClassVar[Mapping[str, tuple[float, float]]] = {
        "tau": (2.0, 80.0),
        "k": (1.5, 50.0),
        "a": (0.02, 0.45),
        "epsilon": (2e-4, 0.05),
        "mu_1": (0.03, 1.5),
        "mu_2": (0.05, 2.0),
    }

    def rates(self, state: State, stimulus: Scalar) -> State:
        """(du/dt, dw/dt), 1/ms; finite where u > −μ₂."""
        u, w = state
        excitation = self.k * u * (1 - u) * (u - self.a) - u * w
        pace = self.epsilon + self.mu_1 * w / (u + self.mu_2)
        recovery = pace * (self.k * u * (1 + self.a - u) - w)
        return jnp.stack([excitation / self.tau + stimulus, recovery / self.tau])
