"""Left atrial appendage: the ostium, the depth behind it, and the occluders that fit.

Research use only. Definitions follow the planning of WATCHMAN by transoesophageal echo, carried
over to a surface: the ostium's plane is given by three points on its rim.
"""

import numpy as np
from jaxtyping import Float
from scipy.spatial import KDTree

from heartwright.anatomy.mesh import section, split
from heartwright.data import Diameters, InputError, Plan, Plane, Provenance, Solid
from heartwright.planning.devices import FAMILIES, cautions, fits
from heartwright.planning.section import area, diameters, distance_to_loop, in_plane

Vector = Float[np.ndarray, "3"]
Loop = Float[np.ndarray, "vertex 3"]

_THINNEST_TRIANGLE_MM = 1.0  # height below which three points fix no plane
_CRUMB_MM2 = 1.0  # loops below this are not vessels
_RIM_MM = 5.0  # how far a point may lie from the rim that it marks
_WIDEST_MM = 45.0  # orifices measure 15 to 35 mm in adults; room for extremes
_LARGEST_SHARE = 0.25  # of the lumen; casts of appendages measure 0.8 to 19 mL


def plan(lumen: Solid, ostium: Float[np.ndarray, "3 3"]) -> Plan:
    """Measure the appendage behind an ostium and list every occluder size that fits.

    The appendage is the smaller of the two pieces that meet at the ostium. Its depth is the
    greatest distance of any of its points from the ostium's plane, that is the height of the tip
    of the longest lobe above the plane. The instructions for use measure from the ostium to the
    tip of the primary lobe along a line chosen in the echo view; that line is at least as long
    as our depth if it ends at the same tip, and follows the bend of a chicken wing only in part,
    so ours is the cautious number.

    Args:
        lumen: the left atrium's blood pool with its appendage, LPS mm.
        ostium: three points on the ostium's rim, LPS mm, in any order.

    Raises:
        InputError: the points fix no plane, miss the rim, or cut off more than an appendage. The
            bounds leave room around 220 casts of 0.77 to 19.27 mL ("Morphology of the left atrial
            appendage", Anatomical Record 1995).
    """
    plane = _plane(ostium)
    loop = rim(lumen, ostium)
    measures = diameters(loop, plane.normal)
    appendage = _appendage(lumen, plane, loop)
    _check_size(measures, share=appendage.volume_mm3 / lumen.volume_mm3)
    depth = float(np.abs((appendage.vertices - plane.point) @ plane.normal).max())
    choices = [(family, fits(family, measures)) for family in FAMILIES.values()]
    return Plan(
        site="left atrial appendage",
        ostium=measures,
        depth_mm=depth,
        devices=tuple(candidate for _, fitting in choices for candidate in fitting),
        warnings=tuple(
            sentence
            for family, fitting in choices
            for sentence in cautions(family, fitting, ostium=measures, depth_mm=depth)
        ),
        provenance=Provenance.of(parameters={"ostium_lps_mm": ostium.tolist()}),
    )


def rim(lumen: Solid, points: Float[np.ndarray, "3 3"]) -> Loop:
    """The ostium's rim: the loop, LPS mm, of the lumen's section that three points lie on.

    Raises:
        InputError: the points fix no plane or miss the rim.
    """
    plane = _plane(points)
    axes = in_plane(plane.normal)
    loops = section(lumen, plane.point, plane.normal)
    loops = [loop for loop in loops if area(loop @ axes) > _CRUMB_MM2]
    if not loops:
        raise InputError(
            "the plane of the ostium points misses the lumen; "
            "check the points and their frame (LPS or RAS)."
        )
    away = [distance_to_loop(points, loop).max() for loop in loops]
    nearest = int(np.argmin(away))
    if away[nearest] > _RIM_MM:
        raise InputError(
            f"an ostium point lies {away[nearest]:.1f} mm from the lumen's rim in the plane of "
            f"the points; place all three on the rim (within {_RIM_MM:g} mm) and check their "
            f"frame (LPS or RAS)."
        )
    return loops[nearest]


def _plane(points: Float[np.ndarray, "3 3"]) -> Plane:
    if not np.isfinite(points).all():
        raise InputError("the ostium needs three points whose coordinates are finite numbers.")
    sides = np.roll(points, -1, axis=0) - points
    normal = np.cross(sides[0], sides[1])
    twice_area = np.linalg.norm(normal)
    if twice_area <= _THINNEST_TRIANGLE_MM * np.linalg.norm(sides, axis=1).max():
        raise InputError(
            "the three ostium points coincide or lie on one line, which fixes no plane; "
            "spread them around the rim."
        )
    return Plane(points.mean(axis=0), normal / twice_area)


def _appendage(lumen: Solid, plane: Plane, loop: Loop) -> Solid:
    """The smaller of the two pieces that meet at the rim."""
    sides = split(lumen, plane.point, plane.normal)
    touching = (
        min(pieces, key=lambda piece: KDTree(piece.vertices).query(loop)[0].mean())
        for pieces in sides
    )
    return min(touching, key=lambda piece: piece.volume_mm3)


def _check_size(ostium: Diameters, *, share: float) -> None:
    if ostium.d_max_mm > _WIDEST_MM or share > _LARGEST_SHARE:
        raise InputError(
            f"the plane of the ostium points cuts through the atrium, not the appendage's neck: "
            f"the section is {ostium.d_max_mm:.0f} mm wide and parts off {share:.0%} of the "
            f"lumen; move the points to the ostium."
        )
