"""What was measured beside what the virtual bench foretold."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

Values = Float[np.ndarray, "arc"]

_FINE = 3600  # angles by which arcs of different ends are shared out


@dataclass(frozen=True, eq=False)
class Beside:
    """Measured and virtual values of the same arcs or sectors."""

    virtual: Values
    difference: Values  # measured − virtual
    correlation: float  # Pearson's; NaN where one of them does not vary
    n: int


def beside(measured: Values, virtual: Values) -> Beside:
    """Set measured values beside virtual ones, place by place."""
    varies = np.ptp(measured) > 0 and np.ptp(virtual) > 0
    correlation = float(np.corrcoef(measured, virtual)[0, 1]) if varies else np.nan
    return Beside(virtual, measured - virtual, correlation, len(measured))


def by_angle(values: Values, angles: Float[np.ndarray, "bead"]) -> Float[np.ndarray, "bead"]:
    """Values of even arcs from the angle 0 onwards, averaged over arcs from each bead to the next.

    Angles are in radians in [0, 2π) and increase.
    """
    fine = 2 * np.pi * (np.arange(_FINE) + 0.5) / _FINE
    of_fine = values[(np.arange(_FINE) * len(values)) // _FINE]
    arc = (np.searchsorted(angles, fine, side="right") - 1) % len(angles)
    return np.bincount(arc, of_fine, len(angles)) / np.bincount(arc, minlength=len(angles))
