"""Ways to an appendage: where to cross the septum, and views that show the neck from its side."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float
from scipy.spatial import KDTree

from heartwright.anatomy.mesh.nearest import point_triangle
from heartwright.data import Crossing, InputError, Plane, Solid
from heartwright.planning.carm import MOST_CRA_DEG, View, s_curve
from heartwright.planning.transseptal import crossings

Vector = Float[np.ndarray, "3"]
Points = Float[np.ndarray, "_ 3"]
Views = Mapping[str, Mapping[str, float]]

_USUAL_LAO_DEG = -30.0  # RAO 30, where appendages are usually shown
_FOSSA_MM = 10.0  # how far from the atrium's wall the fossa may be given
_SEPTUM_MM = 5.0  # thickest wall between the atria where the fossa is looked for
_PATCH_MM = 8.0  # of the wall around the fossa, for its direction
_CAVA_MM = 60.0  # below the fossa, where the sheath comes from if no vein is given (assumed)


@dataclass(frozen=True, eq=False)
class Access:
    """What is known of the way from the groin, LPS mm."""

    fossa: Vector | None = None  # centre of the oval fossa
    right_atrium: Points | None = None  # points inside the right atrium, instead of a fossa
    cava: Vector | None = None  # in the lower caval vein


def ways(
    lumen: Solid, ostium: Plane, landing: Plane, access: Access
) -> tuple[tuple[Crossing, ...], Views, tuple[str, ...]]:
    """Places to cross the septum, the best first; views across the landing zone's axis; remarks.

    Raises:
        InputError: the fossa is far from the atrium's wall.
    """
    views = _views(landing.normal)
    if access.fossa is None and access.right_atrium is None:
        told = "No place to cross the septum is proposed: give --fossa or --right-atrium."
        return (), views, (told,)
    point = access.fossa
    remarks: tuple[str, ...] = (
        "How the sheath's curve is named is a rule of our own, and unverified.",
    )
    if point is None and access.right_atrium is not None:
        point = _found_fossa(lumen, access.right_atrium)
        remarks += (
            "The fossa was taken as the middle of where the atria are nearest to each other; "
            "give --fossa where it is known.",
        )
    assert point is not None
    fossa = Plane(point, _into(lumen, point))
    cava = access.cava
    if cava is None:
        cava = point - np.array([0.0, 0.0, _CAVA_MM])
        remarks += (
            f"The lower caval vein was assumed {_CAVA_MM:g} mm straight below the fossa; "
            f"give --cava.",
        )
    best = crossings(fossa, cava, ostium, landing)
    if not best[0].coaxial:
        remarks += ("No place on the fossa is coaxial (within 30°) with the landing zone.",)
    return best, views, remarks


def _found_fossa(lumen: Solid, right_atrium: Points) -> Vector:
    away, nearest = KDTree(right_atrium).query(lumen.vertices)
    septum = away < max(_SEPTUM_MM, float(away.min()) + 1)
    if away.min() > 2 * _SEPTUM_MM:
        raise InputError(
            f"the right atrium is {away.min():.0f} mm from the left one; check --right-atrium."
        )
    middle: Vector = (lumen.vertices[septum] + right_atrium[nearest[septum]]).mean(axis=0) / 2
    return middle


def _into(lumen: Solid, fossa: Vector) -> Vector:
    """The direction across the wall beside the fossa, into the atrium."""
    corners = lumen.vertices[lumen.faces]
    away = point_triangle(np.broadcast_to(fossa, (len(corners), 3)), corners)
    if not away.min() <= _FOSSA_MM:
        raise InputError(
            f"the fossa is given {away.min():.0f} mm from the atrium's wall; place it on the "
            f"septum and check its frame (LPS or RAS)."
        )
    near = away < away.min() + _PATCH_MM
    a, b, c = corners[near].transpose(1, 0, 2)
    outward = np.cross(b - a, c - a).sum(axis=0)
    inward: Vector = -outward / np.linalg.norm(outward)
    return inward


def _views(axis: Vector) -> Views:
    """Two views that show the neck from its side, as near to a right angle as a C-arm allows."""
    lao = np.arange(-90.0, 91.0)
    cranial = s_curve(axis, lao)
    reached = np.abs(cranial) <= MOST_CRA_DEG
    if not reached.any():
        return {}
    best = int(np.where(reached, np.abs(lao - _USUAL_LAO_DEG), np.inf).argmin())
    working = View(float(lao[best]), float(cranial[best]))
    candidates = [
        View(float(a), float(b))
        for a, b in zip(lao, cranial, strict=True)
        if abs(b) <= MOST_CRA_DEG
    ]
    other = min(candidates, key=lambda view: abs(view.direction @ working.direction))
    return {
        "neck": {"lao_deg": working.lao_deg, "cra_deg": working.cra_deg},
        "neck_from_aside": {"lao_deg": other.lao_deg, "cra_deg": other.cra_deg},
    }
