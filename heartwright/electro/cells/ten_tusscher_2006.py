"""ten Tusscher & Panfilov 2006, human ventricular myocyte, doi:10.1152/ajpheart.00109.2006.

The epicardial cell in its CellML variant, from the CellML initial values. (The authors' own code
has another τ_f2: numbers of one variant do not hold for the other.)

    dV/dt   = J(t) − sum of 12 ionic currents                                 mV/ms = pA/pF
    dx/dt   = (x∞ − x) / τ_x for each of 13 gates                             1/ms
    d[·]/dt = fluxes of Ca²⁺ (cytosol, reticulum, subspace), Na⁺ and K⁺       mM/ms

A gate is linear in itself, so a step takes it exactly to where it goes while V stands still (Rush &
Larsen 1978, doi:10.1109/TBME.1978.326270); all else moves by forward Euler, which alone would need
steps of 0.001 ms.
"""

from typing import NamedTuple

import equinox as eqx
import jax.numpy as jnp

from heartwright.electro.cells.cell import AbstractCell, Scalar, State
from heartwright.electro.cells.ten_tusscher_2006_gates import (
    Gates,
    Value,
    kinetics,
    sensitivity,
    sigmoid,
)

F = 96.4853415  # C/mmol, Faraday's constant
RT_F = 8.314472 * 310 / F  # mV, thermal voltage at 37 °C
C_m = 185.0  # pF, the whole membrane
V_c, V_sr, V_ss = 16404.0, 1094.0, 54.68  # µm³: cytosol, sarcoplasmic reticulum, subspace


class Ions(NamedTuple):
    """Concentrations inside the cell, mM; Na⁺ and K⁺ as gains since the start.

    The gains grow by some 1e-6 mM a step, which float32 would lose beside 8.6 and 136.9 mM.
    """

    Ca_i: Value  # cytosol
    Ca_SR: Value  # sarcoplasmic reticulum
    Ca_ss: Value  # subspace between L-type channels and ryanodine receptors
    Na_gain: Value
    K_gain: Value


class Currents(NamedTuple):
    """Ionic currents through the membrane, pA/pF, outwards positive."""

    I_Na: Value
    I_CaL: Value
    I_to: Value
    I_Kr: Value
    I_Ks: Value
    I_K1: Value
    I_NaCa: Value
    I_NaK: Value
    I_pCa: Value
    I_pK: Value
    I_bNa: Value
    I_bCa: Value


START_V = -85.23
START_GATES = Gates(
    m=0.00172,
    h=0.7444,
    j=0.7045,
    d=3.373e-5,
    f=0.7888,
    f2=0.9755,
    f_Cass=0.9953,
    r=2.42e-8,
    s=0.999998,
    X_r1=0.00621,
    X_r2=0.4712,
    X_s=0.0095,
    R=0.9073,
)
START_IONS = Ions(Ca_i=1.26e-4, Ca_SR=3.64, Ca_ss=3.6e-4, Na_gain=0.0, K_gain=0.0)


def _start() -> State:
    return jnp.array([START_V, *START_GATES, *START_IONS])


class TenTusscher2006(AbstractCell):
    """Epicardial cell of 19 variables: V, then the `Gates`, then the `Ions`."""

    g_Na: float = 14.838  # nS/pF
    g_CaL: float = 0.0398  # L/(F s)
    g_to: float = 0.294  # nS/pF
    g_Kr: float = 0.153  # nS/pF
    g_Ks: float = 0.392  # nS/pF
    g_K1: float = 5.405  # nS/pF
    g_pCa: float = 0.1238  # pA/pF
    g_pK: float = 0.0146  # nS/pF
    g_bNa: float = 0.00029  # nS/pF
    g_bCa: float = 0.000592  # nS/pF
    P_NaK: float = 2.724  # pA/pF
    K_NaCa: float = 1000.0  # pA/pF
    Na_o: float = 140.0  # mM, outside
    K_o: float = 5.4  # mM, outside
    Ca_o: float = 2.0  # mM, outside
    Na_start: float = 8.604  # mM, inside
    K_start: float = 136.89  # mM, inside
    rest: State = eqx.field(default_factory=_start)

    def rates(self, state: State, stimulus: Scalar) -> State:
        """d/dt of V (mV/ms), gates (1/ms) and ions (mM/ms)."""
        V, gates, ions = unpack(state)
        toward = kinetics(V, ions.Ca_ss, ions.Ca_SR)
        dV, d_ions = self._membrane_and_ions(V, gates, ions, stimulus)
        d_gates = [(x_inf - x) / tau for x, (x_inf, tau) in zip(gates, toward, strict=True)]
        return jnp.stack([dV, *d_gates, *d_ions])

    def step(self, state: State, stimulus: Scalar, dt: Scalar) -> State:
        """The state `dt` ms later: gates by Rush–Larsen, all else by forward Euler."""
        V, gates, ions = unpack(state)
        toward = kinetics(V, ions.Ca_ss, ions.Ca_SR)
        dV, d_ions = self._membrane_and_ions(V, gates, ions, stimulus)
        # expm1, because 1 − exp(−dt/τ) keeps two digits of float32 where τ is long
        moved = [
            x - (x_inf - x) * jnp.expm1(-dt / tau)
            for x, (x_inf, tau) in zip(gates, toward, strict=True)
        ]
        moved_ions = [c + dt * dc for c, dc in zip(ions, d_ions, strict=True)]
        return jnp.stack([V + dt * dV, *moved, *moved_ions])

    def currents(self, state: State) -> Currents:
        """Every ionic current, pA/pF, outwards positive; their sum is −dV/dt without stimulus."""
        return self._currents(*unpack(state))

    def _currents(self, V: Value, x: Gates, ions: Ions) -> Currents:
        Na_i, K_i = self.Na_start + ions.Na_gain, self.K_start + ions.K_gain
        E_Na = RT_F * jnp.log(self.Na_o / Na_i)
        E_K = RT_F * jnp.log(self.K_o / K_i)
        E_Ks = RT_F * jnp.log((self.K_o + 0.03 * self.Na_o) / (K_i + 0.03 * Na_i))
        E_Ca = RT_F / 2 * jnp.log(self.Ca_o / ions.Ca_i)
        by_K_o = (self.K_o / 5.4) ** 0.5
        return Currents(
            I_Na=self.g_Na * x.m**3 * x.h * x.j * (V - E_Na),
            I_CaL=self.g_CaL * x.d * x.f * x.f2 * x.f_Cass * self._calcium_drive(V, ions.Ca_ss),
            I_to=self.g_to * x.r * x.s * (V - E_K),
            I_Kr=self.g_Kr * by_K_o * x.X_r1 * x.X_r2 * (V - E_K),
            I_Ks=self.g_Ks * x.X_s**2 * (V - E_Ks),
            I_K1=self.g_K1 * by_K_o * _rectification(V - E_K) * (V - E_K),
            I_NaCa=self._exchanger(V, Na_i, ions.Ca_i),
            I_NaK=self._pump(V, Na_i),
            I_pCa=self.g_pCa * ions.Ca_i / (ions.Ca_i + 0.0005),
            I_pK=self.g_pK * sigmoid(V, 25, 5.98) * (V - E_K),
            I_bNa=self.g_bNa * (V - E_Na),
            I_bCa=self.g_bCa * (V - E_Ca),
        )

    def _calcium_drive(self, V: Value, Ca_ss: Value) -> Value:
        """Goldman–Hodgkin–Katz flux of Ca²⁺ through an open L-type channel, C mM/L."""
        u = 2 * (V - 15) / RT_F
        return 2 * F * _bernoulli(u) * (0.25 * Ca_ss * jnp.exp(u) - self.Ca_o)

    def _exchanger(self, V: Value, Na_i: Value, Ca_i: Value) -> Value:
        """Na⁺/Ca²⁺ exchanger, pA/pF."""
        forward = jnp.exp(0.35 * V / RT_F) * Na_i**3 * self.Ca_o
        reverse = jnp.exp(-0.65 * V / RT_F)
        saturation = (87.5**3 + self.Na_o**3) * (1.38 + self.Ca_o) * (1 + 0.1 * reverse)
        return self.K_NaCa * (forward - reverse * self.Na_o**3 * Ca_i * 2.5) / saturation

    def _pump(self, V: Value, Na_i: Value) -> Value:
        """Na⁺/K⁺ pump, pA/pF."""
        by_V = 1 + 0.1245 * jnp.exp(-0.1 * V / RT_F) + 0.0353 * jnp.exp(-V / RT_F)
        return self.P_NaK * self.K_o / (self.K_o + 1) * Na_i / (Na_i + 40) / by_V

    def _membrane_and_ions(
        self, V: Value, gates: Gates, ions: Ions, stimulus: Scalar
    ) -> tuple[Value, Ions]:
        """dV/dt, mV/ms, and the ions' rates, mM/ms. The stimulus carries K⁺, as in CellML."""
        i = self._currents(V, gates, ions)
        Na = i.I_Na + i.I_bNa + 3 * i.I_NaK + 3 * i.I_NaCa
        K = i.I_K1 + i.I_to + i.I_Kr + i.I_Ks + i.I_pK - 2 * i.I_NaK - stimulus
        to_cytosol = C_m / (V_c * F)  # pA/pF → mM/ms
        dCa_i, dCa_SR, dCa_ss = _calcium(gates.R, ions, i)
        return stimulus - sum(i), Ions(dCa_i, dCa_SR, dCa_ss, -Na * to_cytosol, -K * to_cytosol)


def unpack(state: State) -> tuple[Value, Gates, Ions]:
    """V (mV), gates and ions of a packed state."""
    split = 1 + len(Gates._fields)
    return state[0], Gates(*state[1:split]), Ions(*state[split:])


def _calcium(R: Value, ions: Ions, i: Currents) -> tuple[Value, Value, Value]:
    """Rates of Ca²⁺ in cytosol, reticulum and subspace, mM/ms, with instantaneous buffers."""
    Ca_i, Ca_SR, Ca_ss = ions.Ca_i, ions.Ca_SR, ions.Ca_ss
    uptake = 0.006375 / (1 + (0.00025 / Ca_i) ** 2)
    leak = 0.00036 * (Ca_SR - Ca_i)
    transfer = 0.0038 * (Ca_ss - Ca_i)
    release = 0.102 * _released(R, Ca_SR, Ca_ss) * (Ca_SR - Ca_ss)
    through_membrane = (i.I_bCa + i.I_pCa - 2 * i.I_NaCa) * C_m / (2 * V_c * F)
    cytosol = (leak - uptake) * V_sr / V_c + transfer - through_membrane
    subspace = (release * V_sr - transfer * V_c - i.I_CaL * C_m / (2 * F)) / V_ss
    return (
        _free(Ca_i, 0.2, 0.001) * cytosol,
        _free(Ca_SR, 10.0, 0.3) * (uptake - leak - release),
        _free(Ca_ss, 0.4, 0.00025) * subspace,
    )


def _released(R: Value, Ca_SR: Value, Ca_ss: Value) -> Value:
    """Fraction of ryanodine receptors that are open, 1."""
    binding = 0.15 / sensitivity(Ca_SR) * Ca_ss**2  # 1/ms
    return binding * R / (0.06 + binding)


def _free(Ca: Value, buffer: float, half: float) -> Value:
    """Share of added Ca²⁺ that stays unbound, 1; buffer and half saturation in mM."""
    return 1 / (1 + buffer * half / (Ca + half) ** 2)


def _rectification(above_E_K: Value) -> Value:
    """Open fraction of the inward rectifier, 1."""
    x = above_E_K
    opening = 0.1 / (1 + jnp.exp(0.06 * (x - 200)))
    closing = 3 * jnp.exp(0.0002 * (x + 100)) + jnp.exp(0.1 * (x - 10))
    return opening / (opening + closing / (1 + jnp.exp(-0.5 * x)))


def _bernoulli(u: Value) -> Value:
    """Bernoulli's u / (eᵘ − 1), with its limit 1 at u = 0 where the quotient is 0/0."""
    nonzero = jnp.where(u == 0, 1.0, u)
    return jnp.where(u == 0, 1.0, nonzero / jnp.expm1(nonzero))
