"""A wall's thickness from a label map or from values on another mesh."""

from collections.abc import Mapping

import numpy as np
from jaxtyping import Float
from scipy.spatial import KDTree

from heartwright.data import InputError, LabelMap, Solid

Thicknesses = Float[np.ndarray, "vertex"]

_REACH_MM = 2.0  # from a label's voxels to the surface that it touches


def thickness_by_label(
    shape: Solid, labels: LabelMap, label_mm: Mapping[int, float], *, otherwise_mm: float
) -> Thicknesses:
    """Thickness at each vertex: that of the nearest of some labels, mm.

    Only the labels named compete; where none of them has a voxel's centre within 2 mm the
    thickness is `otherwise_mm`.

    Raises:
        InputError: a label has no voxel, or none is near the shape.
    """
    nearest = np.full(len(shape.vertices), _REACH_MM)
    found = np.full(len(shape.vertices), otherwise_mm)
    for label, thickness in label_mm.items():
        voxels = labels.grid.to_lps(np.argwhere(labels.mask(label)))
        away, _ = KDTree(voxels).query(shape.vertices, distance_upper_bound=_REACH_MM, workers=-1)
        nearer = away < nearest
        nearest[nearer], found[nearer] = away[nearer], thickness
    if (nearest == _REACH_MM).all():
        raise InputError(
            f"none of the labels {', '.join(map(str, label_mm))} comes within {_REACH_MM:g} mm of "
            f"{shape.name or 'the mesh'}; check that both are of the same patient and frame."
        )
    return found


def thickness_from_points(
    shape: Solid, points: Float[np.ndarray, "point 3"], values_mm: Float[np.ndarray, "point"]
) -> Thicknesses:
    """Thickness at each vertex: that of the nearest point, mm.

    Raises:
        InputError: a vertex is over 2 mm from all points.
    """
    away, number = KDTree(points).query(shape.vertices, workers=-1)
    if away.max() > _REACH_MM:
        raise InputError(
            f"the field of thickness leaves {away.max():.1f} mm between it and a vertex of "
            f"{shape.name or 'the mesh'}; give values on the same surface."
        )
    found: Thicknesses = values_mm[number]
    return found
