"""How much larger a print is than its model, along each axis and as a whole."""

from dataclasses import dataclass, replace

import numpy as np
from jaxtyping import Float, Integer
from scipy.spatial.transform import Rotation

from heartwright.printing.verify.oriented import Oriented, Target, nearest

Vector = Float[np.ndarray, "3"]
Values = Float[np.ndarray, "_"]
Patches = Integer[np.ndarray, "_ neighbour"]

_ENOUGH = 20_000  # points that are fitted
_PATCH = 20  # neighbours whose mean tells an outlier
_ROUNDS = 4
_REWEIGHTINGS = 8
_TUKEY = 4.685  # usual residuals, beyond which a point is not trusted: bulges are no scale
_EXACT_MM = 1e-3  # residuals are not taken for smaller
_INFLATION = 10.0  # of a variance, up to which growth of the surface is told apart from scale


@dataclass(frozen=True)
class Scale:
    """Print over model; 1 is true to size. Axes are the model's own."""

    overall: float
    x: float
    y: float
    z: float
    growth_mm: float | None  # of the surface everywhere outwards; None where it looks like scale

    @property
    def axes(self) -> tuple[float, float, float]:
        """The factors along x, y and z."""
        return self.x, self.y, self.z


@dataclass(frozen=True, eq=False)
class Rescaled:
    """A rescan with its scale taken out, and what that scale was."""

    scale: Scale
    at: Oriented


def rescaled(at: Oriented, target: Target) -> Rescaled:
    """Estimate the scale of a registered rescan by distances to the model's planes.

    Unknown are three scales, a small motion and, where the shape lets it be told apart from scale
    (its variance inflated less than tenfold), a growth of the whole surface, as too much light or
    a wide line gives. On a ball, growth and scale are the same.
    """
    few = at.some(_ENOUGH)
    patches, _ = nearest(few, few, _PATCH)
    axes, growth, fitted = _fitted(at, few, patches, target, uniform=False)
    overall, _, _ = _fitted(at, few, patches, target, uniform=True)
    x, y, z = axes.tolist()
    return Rescaled(Scale(float(overall[0]), x, y, z, growth), fitted)


def _fitted(
    whole: Oriented, few: Oriented, patches: Patches, target: Target, *, uniform: bool
) -> tuple[Float[np.ndarray, "3"], float | None, Oriented]:
    centre = few.areas @ few.points / few.areas.sum()
    factors, growth, trust = np.ones(3), None, few.areas
    for _ in range(_ROUNDS):
        foot = target.feet(few)
        base, normals = target.cloud.points[foot], target.cloud.normals[foot]
        gap = np.einsum("ij,ij->i", few.points - base, normals)
        rows = _rows(few.points - centre, normals, uniform=uniform)
        if _inflation(rows, trust) > _INFLATION:
            rows = rows[:, :-1]
        found, trust = _solved(rows, gap, few.areas, patches)
        stretch, rest = np.split(found, [1 if uniform else 3])
        growth = float(rest[6]) if len(rest) > 6 else None
        factors = factors * (1 + stretch)
        few, whole = (
            _shrunk(cloud, centre, 1 + stretch, rest[:3], rest[3:6]) for cloud in (few, whole)
        )
    return factors, growth, whole


def _solved(
    rows: Float[np.ndarray, "_ unknown"], gap: Values, areas: Values, patches: Patches
) -> tuple[Float[np.ndarray, "unknown"], Values]:
    """Least squares that trusts outliers less and less (Beaton & Tukey 1974), and the trust.

    A point is an outlier by the mean of its patch: noise, which is in all, then hides no bulge.
    """
    trust = areas
    for _ in range(_REWEIGHTINGS):
        root = np.sqrt(trust)
        found, *_ = np.linalg.lstsq(rows * root[:, None], gap * root, rcond=1e-6)
        left = (gap - rows @ found)[patches].mean(axis=1)
        usual = max(1.4826 * float(np.median(np.abs(left))), _EXACT_MM)
        trust = areas * np.maximum(1 - (left / (_TUKEY * usual)) ** 2, 0) ** 2
    return found, trust


def _rows(
    arm: Float[np.ndarray, "_ 3"], normals: Float[np.ndarray, "_ 3"], *, uniform: bool
) -> Float[np.ndarray, "_ unknown"]:
    """What each unknown does to the distance: scale, turn, shift, growth."""
    stretch = arm * normals
    if uniform:
        stretch = stretch.sum(axis=1, keepdims=True)
    return np.hstack([stretch, np.cross(arm, normals), normals, np.ones((len(arm), 1))])


def _inflation(rows: Float[np.ndarray, "_ unknown"], trust: Values) -> float:
    """By how much the other unknowns inflate the variance of growth (Marquardt 1970)."""
    rows = rows * np.sqrt(trust)[:, None]
    others, growth = rows[:, :-1], rows[:, -1]
    explained, *_ = np.linalg.lstsq(others, growth, rcond=1e-6)
    left = float(((growth - others @ explained) ** 2).sum())
    return float((growth**2).sum()) / max(left, 1e-12)


def _shrunk(at: Oriented, centre: Vector, stretch: Values, turn: Vector, shift: Vector) -> Oriented:
    """The points with a small motion and a stretch about the centre taken back."""
    back = Rotation.from_rotvec(-turn).as_matrix()
    points = (at.points - centre - shift) @ back.T / stretch + centre
    normals = at.normals @ back.T * stretch  # normals go with the inverse transpose
    return replace(at, points=points, normals=normals / np.linalg.norm(normals, axis=1)[:, None])
