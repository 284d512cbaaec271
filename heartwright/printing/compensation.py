"""Factors along a printer's axes that make its prints come out in size."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace

import numpy as np
from jaxtyping import Float

from heartwright.data import InputError, Solid
from heartwright.printing.coupon import features

_LEAST_SLOPE = 0.5  # of measured over nominal lengths
_MOST = 0.1  # factors farther from 1 are a mistake, not a printer


@dataclass(frozen=True)
class Compensation:
    """What a model is multiplied by, along x, y and z of the printer, before it is printed.

    Raises:
        InputError: a factor is farther from 1 than any printer.
    """

    x: float
    y: float
    z: float
    growth_mm: float | None = None  # of every face outwards; told, not compensated
    residual_mm: float | None = None  # usual difference of a measured length from the line fitted

    def __post_init__(self) -> None:
        for axis, factor in zip("xyz", self.factors, strict=True):
            if not abs(factor - 1) <= _MOST:
                raise InputError(
                    f"a factor of {factor:.4g} along {axis} is no printer's; check the measures "
                    f"and that they are in mm."
                )

    @property
    def factors(self) -> Float[np.ndarray, "3"]:
        """The factors along x, y and z."""
        return np.array([self.x, self.y, self.z])

    def summary(self) -> dict[str, float | None]:
        """The factors as plain values, ready for JSON."""
        return asdict(self)


def from_lengths(measured: Mapping[str, float]) -> Compensation:
    """Factors from a coupon's lengths, measured by caliper, by the names of `coupon.features`.

    Along each axis a line is fitted: measured = scale · nominal + 2 · growth (both faces of a
    length stand out by the growth). The factor is 1 / scale.

    Raises:
        InputError: an axis has fewer than two lengths, or a name is no feature's.
    """
    known = {feature.name: feature for feature in features()}
    for name in measured:
        if name not in known:
            raise InputError(f"the coupon has no feature {name}; it has {', '.join(known)}.")
    lines = [_line(axis, measured) for axis in "xyz"]
    x, y, z = (1 / line[0] for line in lines)
    left = np.concatenate([line[2] for line in lines])
    return Compensation(
        x,
        y,
        z,
        growth_mm=float(np.mean([line[1] for line in lines])) / 2,
        residual_mm=float(np.sqrt((left**2).mean())),
    )


def compensated(
    solid: Solid, by: Compensation, *, about: Float[np.ndarray, "3"] | None = None
) -> Solid:
    """A solid made larger or smaller along the axes, about a point (else its box's middle)."""
    centre = solid.bounds.mean(axis=0) if about is None else about
    vertices = centre + by.factors * (solid.vertices - centre)
    noted = {**solid.provenance.parameters, "compensation": by.summary()}
    provenance = replace(solid.provenance, parameters=noted)
    return replace(solid, vertices=vertices, provenance=provenance)


def _line(
    axis: str, measured: Mapping[str, float]
) -> tuple[float, float, Float[np.ndarray, "length"]]:
    """Slope, offset and what is left of measured over nominal lengths along an axis."""
    pairs = [
        (feature.nominal_mm, measured[feature.name])
        for feature in features()
        if feature.kind == "length" and feature.axis == axis and feature.name in measured
    ]
    if len(pairs) < 2:
        raise InputError(
            f"only {len(pairs)} length along {axis} was measured: fill in two or more of the "
            f"coupon's, so that scale and growth can be told apart."
        )
    nominal, found = np.array(pairs).T
    if not (np.isfinite(found).all() and (found > 0).all()):
        raise InputError(f"a length along {axis} is no size; give what was measured, in mm.")
    slope, offset = np.polyfit(nominal, found, 1)
    if not slope > _LEAST_SLOPE:
        raise InputError(f"the lengths along {axis} do not rise with their sizes; measure again.")
    return float(slope), float(offset), found - (slope * nominal + offset)
