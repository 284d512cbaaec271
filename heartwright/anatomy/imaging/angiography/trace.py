"""A vessel's outline in one view: the middle of its shadow and half its width along the way."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from jaxtyping import Float
from scipy.interpolate import CubicSpline

Flat = Float[np.ndarray, "point 2"]
Along = Float[np.ndarray, "point"]


@dataclass(frozen=True, eq=False)
class Trace:
    """A line from the vessel's first end to its last, in one unit of length; no point twice."""

    points: Flat
    half_widths: Along

    @cached_property
    def along(self) -> Along:
        """Length from the first end to each point."""
        steps = np.linalg.norm(np.diff(self.points, axis=0), axis=1)
        return np.concatenate([[0.0], np.cumsum(steps)])

    @property
    def length(self) -> float:
        """Length from end to end."""
        return float(self.along[-1])

    def scaled(self, factor: float, origin: Float[np.ndarray, "2"]) -> "Trace":
        """The trace in another unit, about another origin."""
        return Trace((self.points - origin) * factor, self.half_widths * factor)

    @cached_property
    def spline(self) -> CubicSpline:
        """Points by their length along the trace."""
        return CubicSpline(self.along, self.points)

    def width_at(self, along: Along) -> Along:
        """Half the width at lengths along the trace."""
        return np.interp(along, self.along, self.half_widths)
