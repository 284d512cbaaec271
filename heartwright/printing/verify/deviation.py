"""How far a print lies from its model, point by point and as a map on the model."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float
from scipy.optimize import least_squares

from heartwright.anatomy.mesh.kernel import to_manifold, to_solid
from heartwright.anatomy.mesh.section import plane_frame
from heartwright.data import GeometryError, Solid, SurfaceField
from heartwright.printing.verify.oriented import Oriented, Target, nearest

_FAR_MM = 5.0  # farther from the model, a point belongs to a support, a table, another part
_PATCH = 20  # measured points whose mean is a place's deviation: more would flatten bulges
_AROUND_MM = 5.0  # of the worst place: where a bump is fitted to the measured points
_ASIDE_MM = 2.5  # how far from there the bump's middle may lie
_WIDTHS_MM = (1.0, 50.0)  # of the bump: standard deviation
_LEAST_POINTS = 8
_ROUNDING_MM = 1e-6  # a true print leaves bounds of some width
_SEEN_MM = 2.0  # a place without a measured point so near was not measured
_EDGE_MM = 1.0  # of the map's triangles
_LEAST_SHARE = 0.5  # of the rescan that must lie on the model

Distances = Float[np.ndarray, "_"]


@dataclass(frozen=True, eq=False)
class Deviations:
    """Signed distances of measured points from a model, mm; positive where the print stands out."""

    at: Oriented  # in the model's frame
    foot: Oriented  # where on the model
    mm: Distances
    elsewhere: float  # share of the rescan's area that does not lie on the model


@dataclass(frozen=True)
class Spread:
    """Signed deviations in numbers, mm, each point weighted by its area."""

    mean_mm: float
    sd_mm: float
    p95_mm: float  # 95th percentile of the size
    within: float  # share within the tolerance
    worst_mm: float  # signed, of a bump fitted there
    worst_at_mm: tuple[float, float, float]  # LPS, on the model


def deviations(at: Oriented, target: Target) -> Deviations:
    """Signed distances along the model's normals, from the nearest point that faces alike.

    Raises:
        GeometryError: most of the rescan lies elsewhere.
    """
    foot = target.feet(at)
    base, normals = target.cloud.points[foot], target.cloud.normals[foot]
    offset = at.points - base
    on = np.linalg.norm(offset, axis=1) <= _FAR_MM
    on &= np.einsum("ij,ij->i", at.normals, normals) > 0
    share = float(at.areas[on].sum() / at.areas.sum())
    if share < _LEAST_SHARE:
        raise GeometryError(
            f"only {share:.0%} of the rescan lies on the model: remove supports and tables from "
            f"it, and check that it shows the same part."
        )
    return Deviations(
        at=_kept(at, on),
        foot=Oriented(base[on], normals[on], at.areas[on]),
        mm=np.einsum("ij,ij->i", offset, normals)[on],
        elsewhere=1 - share,
    )


def refined(solid: Solid) -> Solid:
    """The model with triangles small enough to carry a map."""
    corners = solid.vertices[solid.faces]
    longest = np.linalg.norm(corners - np.roll(corners, 1, axis=1), axis=2).max()
    if longest <= 2 * _EDGE_MM:
        return solid
    finer = to_manifold(solid).refine_to_length(_EDGE_MM)
    return to_solid(finer, solid.name, solid.provenance)


def mapped(found: Deviations, solid: Solid) -> SurfaceField:
    """Deviations on the model's vertices, each the mean of a patch; NaN where none was measured."""
    places = Oriented(solid.vertices, vertex_normals(solid), np.ones(len(solid.vertices)))
    number, away = nearest(places, found.foot, _PATCH)
    values = found.mm[number].mean(axis=1)
    return SurfaceField(
        solid, np.where(away[:, 0] <= _SEEN_MM, values, np.nan), "deviation_mm", "mm"
    )


def summed(found: Deviations, field: SurfaceField, *, tolerance_mm: float) -> Spread:
    """The figures of a comparison.

    Mean, spread and percentile are of single points, the scanner's noise with them. The worst
    place is where a patch's mean is farthest off, so that noise does not choose it; its value is
    the height of a Gaussian bump fitted around it, since a mean would flatten a narrow bulge.
    """
    shares = found.at.areas / found.at.areas.sum()
    mean = float(shares @ found.mm)
    worst = int(np.nanargmax(np.abs(field.values)))
    x, y, z = field.solid.vertices[worst].tolist()
    return Spread(
        mean_mm=mean,
        sd_mm=float(np.sqrt(shares @ (found.mm - mean) ** 2)),
        p95_mm=_quantile(np.abs(found.mm), shares, 0.95),
        within=float(shares[np.abs(found.mm) <= tolerance_mm].sum()),
        worst_mm=_peak(found, field.solid, worst),
        worst_at_mm=(x, y, z),
    )


def vertex_normals(solid: Solid) -> Float[np.ndarray, "vertex 3"]:
    """Unit normals at the vertices, out of the body."""
    import trimesh

    return np.array(trimesh.Trimesh(solid.vertices, solid.faces, process=False).vertex_normals)


def _peak(found: Deviations, solid: Solid, vertex: int) -> float:
    """The height of a bump a·exp(−|d − s|² / 2w²) fitted to the deviations around a vertex.

    `s` is where it stands, within the search's patch, since noise moves the highest mean; with
    fewer points than it has numbers, the mean.
    """
    normal = vertex_normals(solid)[vertex]
    away = found.foot.points - solid.vertices[vertex]
    near = (np.linalg.norm(away, axis=1) <= _AROUND_MM) & (found.foot.normals @ normal > 0)
    flat, mm = away[near] @ plane_frame(normal)[:2].T, found.mm[near]
    if len(mm) < _LEAST_POINTS:
        return float(mm.mean())

    def left(bump: Float[np.ndarray, "4"]) -> Distances:
        height, width, stands = bump[0], bump[1], bump[2:]
        rise: Distances = height * np.exp(-((flat - stands) ** 2).sum(axis=1) / (2 * width**2))
        return rise - mm

    highest = np.abs(mm).max() + _ROUNDING_MM
    start = mm[np.argsort(np.linalg.norm(flat, axis=1))[:_PATCH]].mean()
    narrow, wide = _WIDTHS_MM
    least = [-highest, narrow, -_ASIDE_MM, -_ASIDE_MM]
    most = [highest, wide, _ASIDE_MM, _ASIDE_MM]
    fitted = least_squares(left, [start, _AROUND_MM / 2, 0.0, 0.0], bounds=(least, most))
    return float(fitted.x[0])


def _kept(cloud: Oriented, where: Bool[np.ndarray, "_"]) -> Oriented:
    return Oriented(cloud.points[where], cloud.normals[where], cloud.areas[where])


def _quantile(values: Distances, shares: Distances, level: float) -> float:
    order = np.argsort(values)
    return float(np.interp(level, np.cumsum(shares[order]), values[order]))
