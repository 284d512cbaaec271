"""The gates of ten Tusscher & Panfilov 2006, epicardial, CellML variant.

Each function gives a gate's steady state x∞ (1) and its time constant τ (ms); V in mV.
"""

from typing import NamedTuple

import jax.numpy as jnp
from jaxtyping import Array, Float

Value = Float[Array, ""] | float
Kinetics = tuple[Value, Value]  # steady state, time constant


class Gates(NamedTuple):
    """Open fractions, 1."""

    m: Value  # fast Na⁺, activation
    h: Value  # fast Na⁺, inactivation
    j: Value  # fast Na⁺, slow inactivation
    d: Value  # L-type Ca²⁺, activation
    f: Value  # L-type Ca²⁺, inactivation by voltage
    f2: Value  # L-type Ca²⁺, fast inactivation by voltage
    f_Cass: Value  # L-type Ca²⁺, inactivation by subspace Ca²⁺
    r: Value  # transient outward K⁺, activation
    s: Value  # transient outward K⁺, inactivation
    X_r1: Value  # rapid delayed rectifier K⁺, activation
    X_r2: Value  # rapid delayed rectifier K⁺, inactivation
    X_s: Value  # slow delayed rectifier K⁺, activation
    R: Value  # ryanodine receptors, not inactivated by Ca²⁺ (R′ in the paper)


def kinetics(V: Value, Ca_ss: Value, Ca_SR: Value) -> tuple[Kinetics, ...]:
    """Steady state and time constant of every gate, in the order of `Gates`; Ca²⁺ in mM."""
    return (
        _m(V),
        _h(V),
        _j(V),
        _d(V),
        _f(V),
        _f2(V),
        _f_cass(Ca_ss),
        _r(V),
        _s(V),
        _x_r1(V),
        _x_r2(V),
        _x_s(V),
        _ryanodine(Ca_ss, Ca_SR),
    )


def sensitivity(Ca_SR: Value) -> Value:
    """How strongly luminal Ca²⁺ (mM) couples the ryanodine receptor (k_CaSR in the paper), 1."""
    highest, lowest, half = 2.5, 1.0, 1.5
    return highest - (highest - lowest) / (1 + (half / Ca_SR) ** 2)


def sigmoid(V: Value, half: float, slope: float) -> Value:
    """1 / (1 + exp((half − V) / slope)): rises with V, or falls where `slope` is negative."""
    return 1 / (1 + jnp.exp((half - V) / slope))


def _bell(V: Value, centre: float, width: float) -> Value:
    return jnp.exp(-((V - centre) ** 2) / width)


def _m(V: Value) -> Kinetics:
    closing = 0.1 * sigmoid(V, -35, -5) + 0.1 * sigmoid(V, 50, -200)
    return sigmoid(V, -56.86, 9.03) ** 2, sigmoid(V, -60, 5) * closing


def _h(V: Value) -> Kinetics:
    opening = 0.057 * jnp.exp(-(V + 80) / 6.8)
    closing = 2.7 * jnp.exp(0.079 * V) + 3.1e5 * jnp.exp(0.3485 * V)
    excited = 0.77 / 0.13 * sigmoid(V, -10.66, 11.1)
    return sigmoid(V, -71.55, -7.43) ** 2, 1 / jnp.where(V < -40, opening + closing, excited)


def _j(V: Value) -> Kinetics:
    opening = (-25428 * jnp.exp(0.2444 * V) - 6.948e-6 * jnp.exp(-0.04391 * V)) * (V + 37.78)
    opening = opening * sigmoid(V, -79.23, -1 / 0.311)
    closing = 0.02424 * jnp.exp(-0.01052 * V) * sigmoid(V, -40.14, 1 / 0.1378)
    excited = 0.6 * jnp.exp(0.057 * V) * sigmoid(V, -32, 10)
    return sigmoid(V, -71.55, -7.43) ** 2, 1 / jnp.where(V < -40, opening + closing, excited)


def _d(V: Value) -> Kinetics:
    tau = (1.4 * sigmoid(V, -35, 13) + 0.25) * 1.4 * sigmoid(V, -5, -5) + sigmoid(V, 50, 20)
    return sigmoid(V, -8, 7.5), tau


def _f(V: Value) -> Kinetics:
    tau = 1102.5 * _bell(V, -27, 225) + 200 * sigmoid(V, 13, 10) + 180 * sigmoid(V, -30, -10) + 20
    return sigmoid(V, -20, -7), tau


def _f2(V: Value) -> Kinetics:
    tau = 562 * _bell(V, -27, 240) + 31 * sigmoid(V, 25, 10) + 80 * sigmoid(V, -30, -10)
    return 0.67 * sigmoid(V, -35, -7) + 0.33, tau


def _f_cass(Ca_ss: Value) -> Kinetics:
    free = 1 / (1 + (Ca_ss / 0.05) ** 2)
    return 0.6 * free + 0.4, 80 * free + 2


def _r(V: Value) -> Kinetics:
    return sigmoid(V, 20, 6), 9.5 * _bell(V, -40, 1800) + 0.8


def _s(V: Value) -> Kinetics:
    return sigmoid(V, -20, -5), 85 * _bell(V, -45, 320) + 5 * sigmoid(V, 20, -5) + 3


def _x_r1(V: Value) -> Kinetics:
    return sigmoid(V, -26, 7), 450 * sigmoid(V, -45, 10) * 6 * sigmoid(V, -30, -11.5)


def _x_r2(V: Value) -> Kinetics:
    return sigmoid(V, -88, -24), 3 * sigmoid(V, -60, 20) * 1.12 * sigmoid(V, 60, -20)


def _x_s(V: Value) -> Kinetics:
    opening = 1400 / jnp.sqrt(1 + jnp.exp((5 - V) / 6))
    return sigmoid(V, -5, 14), opening * sigmoid(V, 35, -15) + 80


def _ryanodine(Ca_ss: Value, Ca_SR: Value) -> Kinetics:
    k2, k4 = 0.045 * sensitivity(Ca_SR), 0.005  # 1/(mM ms), 1/ms
    return k4 / (k2 * Ca_ss + k4), 1 / (k2 * Ca_ss + k4)
