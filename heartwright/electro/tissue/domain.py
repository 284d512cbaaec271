"""What is simulated: where there is tissue, how it conducts, and where it is stimulated."""

import math
from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool

from heartwright.data import InputError


@dataclass(frozen=True, eq=False)
class Tissue:
    """Isotropic tissue on the true nodes of a regular grid, sealed at its border.

    Wherever values are listed a node, nodes come in the C order of the mask.

    Raises:
        InputError: the mask is empty or neither 2-D nor 3-D, or a constant cannot be used.
    """

    mask: Bool[np.ndarray, "..."]
    spacing_mm: float
    diffusivity: float  # mm²/ms

    def __post_init__(self) -> None:
        if self.mask.ndim not in (2, 3):
            raise InputError(f"a tissue mask has 2 or 3 axes, this one has {self.mask.ndim}.")
        if not self.mask.any():
            raise InputError("the tissue mask is empty; check the label that it was made from.")
        if not (math.isfinite(self.spacing_mm) and self.spacing_mm > 0):
            raise InputError(f"the tissue's spacing is {self.spacing_mm} mm; it must be positive.")
        if not (math.isfinite(self.diffusivity) and self.diffusivity >= 0):
            raise InputError(
                f"the tissue's diffusivity is {self.diffusivity} mm²/ms; it must not be negative."
            )

    @property
    def nodes(self) -> int:
        """How many grid points are tissue."""
        return int(self.mask.sum())


@dataclass(frozen=True, eq=False)
class Stimulus:
    """A rectangular current pulse into every node of a region; positive depolarises.

    Raises:
        InputError: its region is empty, or its times cannot be used.
    """

    region: Bool[np.ndarray, "..."]  # of the mask's shape
    amplitude: float  # what the cell's `stimulus` is in: pA/pF, or 1/ms if dimensionless
    start_ms: float
    duration_ms: float

    def __post_init__(self) -> None:
        if not self.region.any():
            raise InputError("a stimulus region is empty; move it onto the tissue.")
        if not math.isfinite(self.amplitude):
            raise InputError(f"a stimulus amplitude is {self.amplitude}; it must be a number.")
        if not (math.isfinite(self.start_ms) and self.start_ms >= 0):
            raise InputError(f"a stimulus starts at {self.start_ms} ms; it must not be before 0.")
        if not (math.isfinite(self.duration_ms) and self.duration_ms > 0):
            raise InputError(f"a stimulus lasts {self.duration_ms} ms; it must be longer than 0.")
