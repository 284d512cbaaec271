"""What a simulation leaves behind."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from heartwright.electro.tissue.domain import Tissue


@dataclass(frozen=True, eq=False)
class Simulation:
    """Activation of every node and, where asked for, its potential in time."""

    tissue: Tissue
    times: Float[np.ndarray, "time"]  # ms, of the frames; empty without them
    potential: Float[np.ndarray, "time node"] | None  # mV, or 1 if the cell is dimensionless
    activation: Float[np.ndarray, "node"]  # ms, first upward crossing; NaN where there is none

    def on_grid(self, values: Float[np.ndarray, "node"]) -> Float[np.ndarray, "..."]:
        """One value a node, laid out in the mask's shape; NaN outside the tissue."""
        grid = np.full(self.tissue.mask.shape, np.nan, dtype=values.dtype)
        grid[self.tissue.mask] = values
        return grid
