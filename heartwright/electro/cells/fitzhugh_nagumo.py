"""FitzHugh–Nagumo for the heart: Rogers & McCulloch 1994, doi:10.1109/10.310090.

    dv/dt = c₁ v (v − a) (1 − v) − c₂ v w + J(t)
    dw/dt = b (v − d w)

v is the dimensionless membrane potential in [0, 1], at rest 0, w the recovery. The factor v in the
recovery current is what Rogers and McCulloch changed: v does not undershoot. Only the products b c₂
and b d show in v: (b, c₂, d) → (s b, c₂ / s, d / s) changes w alone.

The equations and the parameters were checked against Cloherty, Dokos & Lovell 2006,
doi:10.1002/9780471740360.ebs1577, the parameters also against two public codes; the paper itself
was not at hand. There the rates have no unit; read as 1/ms, they make an action potential of some
230 ms.
"""

from collections.abc import Mapping
from typing import ClassVar

import equinox as eqx
import jax.numpy as jnp

from heartwright.electro.cells.cell import AbstractCell, Scalar, State


class FitzHughNagumo(AbstractCell):
    """Cubic excitation and linear recovery, two variables (v, w)."""

    c_1: Scalar = 0.26  # 1/ms, excitation
    c_2: Scalar = 0.1  # 1/ms, recovery current
    a: Scalar = 0.13  # 1, threshold
    b: Scalar = 0.013  # 1/ms, recovery
    d: Scalar = 1.0  # 1, how far v has to fall before w does
    rest: State = eqx.field(default_factory=lambda: jnp.array([0.0, 0.0]))

    bounds: ClassVar[Mapping[str, tuple[float, float]]] = {
        "c_1": (0.03, 3.0),
        "c_2": (0.01, 1.0),
        "a": (0.02, 0.45),
        "b": (0.001, 0.1),
        "d": (0.2, 5.0),
    }

    def rates(self, state: State, stimulus: Scalar) -> State:
        """(dv/dt, dw/dt), 1/ms."""
        v, w = state
        excitation = self.c_1 * v * (v - self.a) * (1 - v)
        recovery = self.c_2 * v * w
        return jnp.stack([excitation - recovery + stimulus, self.b * (v - self.d * w)])
