"""From where a solid is looked at: orthographic cameras by their anatomical names."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float


@dataclass(frozen=True)
class View:
    """A parallel projection seen from `side`, in LPS, with `up` pointing up in the picture."""

    name: str
    side: tuple[float, float, float]  # from the body to the camera
    up: tuple[float, float, float] = (0.0, 0.0, 1.0)

    @property
    def axes(self) -> Float[np.ndarray, "3 3"]:
        """Unit vectors of the picture as rows: right, up, and towards the camera."""
        towards = _unit(np.asarray(self.side, dtype=np.float64))
        right = _unit(np.cross(np.asarray(self.up, dtype=np.float64), towards))
        return np.array([right, np.cross(towards, right), towards])


ANTERIOR = View("anterior", (0.0, -1.0, 0.0))
POSTERIOR = View("posterior", (0.0, 1.0, 0.0))
LEFT_LATERAL = View("left lateral", (1.0, 0.0, 0.0))
LEFT_ANTERIOR_OBLIQUE = View("left anterior oblique", (1.0, -1.0, 0.0))
SUPERIOR = View("superior", (0.0, 0.0, 1.0), up=(0.0, -1.0, 0.0))

VIEWS = {
    view.name: view for view in (ANTERIOR, POSTERIOR, LEFT_LATERAL, LEFT_ANTERIOR_OBLIQUE, SUPERIOR)
}


def _unit(vector: Float[np.ndarray, "3"]) -> Float[np.ndarray, "3"]:
    return vector / np.linalg.norm(vector)
