"""Fenton & Karma 1998, Vortex dynamics in three-dimensional myocardium, doi:10.1063/1.166311.

    du/dt = v (1 − u) (u − u_c) p / τ_d                  fast inward
            − u (1 − p) / τ_0 − p / τ_r                  slow outward
            + w (1 + tanh(k (u − u_c^si))) / (2 τ_si)    slow inward
            + J(t)
    dv/dt = (1 − p) (1 − v) / τ_v⁻(u) − p v / τ_v⁺
    dw/dt = (1 − p) (1 − w) / τ_w⁻    − p w / τ_w⁺

with p = 1 where u ≥ u_c, else 0, and τ_v⁻(u) = τ_v1⁻ where u ≥ u_v, else τ_v2⁻. u is the
dimensionless membrane potential, v and w the gates of the fast and of the slow inward current.

The parameters are those of the paper's Table I that follow the modified Luo–Rudy I model (MLR-I):
of the four sets the one whose action potential keeps within [0, 1]. The equations and all four sets
were checked against BeatBox, MLR-I also against Finitewave, BR against cbcbeat; the paper itself
was not at hand. (BeatBox has k = 1, and 33 and 30 ms in BR; k = 10, 33.33 and 29 are cbcbeat's.)
"""

from collections.abc import Mapping
from typing import ClassVar

import equinox as eqx
import jax.numpy as jnp

from heartwright.electro.cells.cell import AbstractCell, Scalar, State


class FentonKarma(AbstractCell):
    """Three currents, three variables (u, v, w), made for restitution of APD and of speed."""

    tau_d: Scalar = 1 / 5.8  # ms, fast inward
    tau_r: Scalar = 130.0  # ms, slow outward, excited
    tau_si: Scalar = 127.0  # ms, slow inward
    tau_0: Scalar = 12.5  # ms, slow outward, at rest
    tau_v_plus: Scalar = 10.0  # ms, v closes
    tau_v1_minus: Scalar = 18.2  # ms, v opens above u_v
    tau_v2_minus: Scalar = 18.2  # ms, v opens below u_v
    tau_w_plus: Scalar = 1020.0  # ms, w closes
    tau_w_minus: Scalar = 80.0  # ms, w opens
    k: Scalar = 10.0  # 1, steepness of the slow inward current
    u_csi: Scalar = 0.85  # 1, its threshold
    u_c: Scalar = 0.13  # 1, between rest and excitation
    u_v: Scalar = 0.0  # 1, between the two openings of v
    rest: State = eqx.field(default_factory=lambda: jnp.array([0.0, 1.0, 1.0]))

    # u_c and u_v switch hard, and with MLR-I's u_v = 0 the constant τ_v2⁻ does nothing
    bounds: ClassVar[Mapping[str, tuple[float, float]]] = {
        "tau_d": (0.03, 1.0),
        "tau_r": (20.0, 600.0),
        "tau_si": (20.0, 600.0),
        "tau_0": (2.0, 60.0),
        "tau_v_plus": (1.0, 60.0),
        "tau_v1_minus": (3.0, 2000.0),
        "tau_w_plus": (150.0, 5000.0),
        "tau_w_minus": (8.0, 500.0),
        "k": (2.0, 50.0),
        "u_csi": (0.4, 0.98),
    }

    def rates(self, state: State, stimulus: Scalar) -> State:
        """(du/dt, dv/dt, dw/dt), 1/ms."""
        u, v, w = state
        excited = u >= self.u_c
        tau_v_minus = jnp.where(u >= self.u_v, self.tau_v1_minus, self.tau_v2_minus)
        fast = jnp.where(excited, v * (1 - u) * (u - self.u_c) / self.tau_d, 0.0)
        outward = jnp.where(excited, 1 / self.tau_r, u / self.tau_0)
        slow = w * (1 + jnp.tanh(self.k * (u - self.u_csi))) / (2 * self.tau_si)
        dv = jnp.where(excited, -v / self.tau_v_plus, (1 - v) / tau_v_minus)
        dw = jnp.where(excited, -w / self.tau_w_plus, (1 - w) / self.tau_w_minus)
        return jnp.stack([fast - outward + slow + stimulus, dv, dw])
