"""What leaks through the gaps under a pressure, in two regimes of which the lesser holds."""

from dataclasses import dataclass

import numpy as np

from heartwright.bench.deployment import CONTACT_MM, Deployment
from heartwright.bench.gap import gap
from heartwright.data import InputError

_PA_PER_MMHG = 133.322


@dataclass(frozen=True)
class Blood:
    """What drives the leak; every value is an assumption until the user gives it."""

    pressure_mmhg: float = 60.0  # across the device while it is closed
    closed_s: float = 0.5  # of each beat
    discharge: float = 0.8  # an orifice's coefficient, 0.6 (sharp) to 1 (rounded)
    density_kg_m3: float = 1060.0
    viscosity_pa_s: float = 3.5e-3

    def __post_init__(self) -> None:
        values = (self.pressure_mmhg, self.closed_s, self.density_kg_m3, self.viscosity_pa_s)
        if not all(0 < value < np.inf for value in values) or not 0 < self.discharge <= 1:
            raise InputError(
                "pressure, time, density and viscosity are positive; the discharge coefficient is "
                "above 0 and at most 1."
            )

    @property
    def pressure_pa(self) -> float:
        """The pressure in pascal."""
        return self.pressure_mmhg * _PA_PER_MMHG


@dataclass(frozen=True)
class Leak:
    """What passes the device in one beat."""

    flow_ml_s: float
    regurgitant_ml: float  # flow × the time that the device is closed
    eroa_cm2: float  # orifice area that passes this flow at the orifice's own speed


def orifice_ml_s(area_mm2: float, blood: Blood) -> float:
    """Flow through an opening in a thin wall: Cd · A · √(2 Δp / ρ)."""
    speed = np.sqrt(2 * blood.pressure_pa / blood.density_kg_m3)  # m/s, so that mm² · m/s is mL/s
    return float(blood.discharge * area_mm2 * speed)


def slit_ml_s(width_mm: float, height_mm: float, length_mm: float, blood: Blood) -> float:
    """Laminar flow between plates: w h³ Δp / (12 μ L)."""
    mm3_s = width_mm * height_mm**3 * blood.pressure_pa / (12 * blood.viscosity_pa_s * length_mm)
    return mm3_s / 1000


def leak(deployment: Deployment, blood: Blood) -> Leak:
    """Flow through the straight channels beside a device's cover.

    At each angle the channel's stations are slits in series; the lesser of slit and orifice counts.
    """
    found = gap(deployment)
    rows, step = deployment.covered, float(np.diff(deployment.z_mm).mean())
    open_at = found.channel_mm > CONTACT_MM
    height = deployment.gap_mm[rows][:, open_at]
    radius = (deployment.wall_mm + deployment.device_mm)[rows][:, open_at].mean(axis=0) / 2
    width = radius * 2 * np.pi / len(deployment.angles)
    series = np.trapezoid(height**-3.0, dx=step, axis=0)  # ∫ dz / h³
    slit = width * blood.pressure_pa / (12 * blood.viscosity_pa_s * series) / 1000
    unit = orifice_ml_s(1.0, blood)
    flow = float(np.minimum(slit, unit * found.area_by_angle_mm2[open_at]).sum())
    return Leak(flow, flow * blood.closed_s, flow / unit / 100)
