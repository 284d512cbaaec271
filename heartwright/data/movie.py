"""Potential on a sheet in time, as a camera sees it."""

import math
from dataclasses import dataclass, field

import numpy as np
from jaxtyping import Float

from heartwright.data.errors import InputError
from heartwright.data.provenance import Provenance

Frames = Float[np.ndarray, "time row column"]


@dataclass(frozen=True, eq=False)
class Movie:
    """One beat of a sheet: 0 is rest, 1 the peak, and frame 0 the moment the stimulus begins.

    Raises:
        InputError: the clock, the grid or a value cannot be used.
    """

    values: Frames  # 1
    step_ms: float  # between two frames
    spacing_mm: float  # between two pixels
    pacing: str = ""  # where and how the sheet was paced
    clean: Frames | None = None  # the truth behind a noisy simulated movie
    notes: str = ""  # how the movie was made, for the file's reader
    provenance: Provenance = field(default_factory=Provenance)

    def __post_init__(self) -> None:
        for what, value in (("step", self.step_ms), ("spacing", self.spacing_mm)):
            if not (math.isfinite(value) and value > 0):
                raise InputError(f"a movie cannot have a {what} of {value}; give a positive one.")
        if len(self.values) < 2 or min(self.values.shape) == 0:
            raise InputError("a movie needs at least two frames, and pixels in each.")
        if not np.isfinite(self.values).all():
            raise InputError(
                "a movie has values that are not numbers (NaN or infinite); mend them first."
            )

    @property
    def times(self) -> Float[np.ndarray, "time"]:
        """When each frame was taken, ms from the stimulus."""
        return np.arange(len(self.values)) * self.step_ms

    @property
    def truth(self) -> Frames:
        """What the movie shows without its noise, as far as that is known."""
        return self.values if self.clean is None else self.clean
