"""The atrium's body, and what protrudes from it: veins and the appendage."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from jaxtyping import Bool, Float
from scipy import ndimage

from heartwright.anatomy.mesh import voxelise
from heartwright.data import Grid, InputError, Solid

Vector = Float[np.ndarray, "3"]
Mask = Bool[np.ndarray, "i j k"]

_SPACING_MM = 1.0
_BALL = 0.7  # radius of the ball that rolls in the body / radius of the largest that fits
_SKIRT_MM = 2.0  # beyond the body, what the ball leaves of its corners
_SHORTEST_MM = 8.0  # a protrusion, beyond the body
_ANTERIOR = 0.15  # share of the direction from the body's centre; veins leave behind it
_GIVE = "give three points on the ostium's rim with --ostium"


@dataclass(frozen=True, eq=False)
class Chamber:
    """A lumen in voxels, and the body in it: all that a large ball inside reaches."""

    grid: Grid
    inside: Mask
    depth_mm: Float[np.ndarray, "i j k"]  # distance from the wall, 0 outside

    @property
    def centre(self) -> Vector:
        """Middle of the largest ball inside, LPS mm."""
        return self.grid.to_lps(np.array(self._deepest, float))

    @cached_property
    def beyond_mm(self) -> Float[np.ndarray, "i j k"]:
        """Distance from the body, 0 in it."""
        radius = _BALL * self.depth_mm[self._deepest]
        parts, _ = ndimage.label(self.depth_mm >= radius)
        away = ndimage.distance_transform_edt(
            parts != parts[self._deepest], sampling=self.grid.spacing
        )
        return np.maximum(away - radius, 0)

    @property
    def _deepest(self) -> tuple[int, int, int]:
        i, j, k = np.unravel_index(int(self.depth_mm.argmax()), self.depth_mm.shape)
        return int(i), int(j), int(k)


@dataclass(frozen=True, eq=False)
class Protrusion:
    """A part of the lumen that the body's ball does not reach."""

    mask: Mask
    direction: Vector  # unit, from the body's centre to the part's
    mouth: Vector  # middle of where it leaves the body, LPS mm
    axis: Vector  # unit, out of the body across the mouth


def chamber(lumen: Solid) -> Chamber:
    """A lumen with its body: its morphological opening by a ball of 0.7 times the largest radius.

    The ball comes to rest on the rims of all mouths, so that veins and the appendage stay outside
    (a necked part is what a ball cannot enter; compare decision 10).
    """
    inside, affine = voxelise(lumen, _SPACING_MM)
    depth = ndimage.distance_transform_edt(inside, sampling=_SPACING_MM)
    return Chamber(Grid(inside.shape, affine), inside, depth)


def protrusions(body: Chamber) -> list[Protrusion]:
    """The parts beyond the body, the most anterior first."""
    parts, count = ndimage.label(body.inside & (body.beyond_mm > _SKIRT_MM))
    reach = ndimage.maximum(body.beyond_mm, parts, np.arange(1, count + 1))
    found = [_protrusion(body, parts == n + 1) for n in np.flatnonzero(reach >= _SHORTEST_MM)]
    return sorted(found, key=lambda each: each.direction[1])


def find_appendage(body: Chamber) -> Protrusion:
    """The one protrusion in front: pulmonary veins leave the atrium backwards and sideways.

    Raises:
        InputError: nothing protrudes forwards, or it does so on the right.
    """
    found = protrusions(body)
    if not found or found[0].direction[1] > -_ANTERIOR:
        raise InputError(
            f"no appendage was found: nothing protrudes from the front of this lumen (LPS: "
            f"forwards is −y); check the label and the frame, or {_GIVE}."
        )
    if found[0].direction[0] < 0:
        raise InputError(
            "the appendage lies on the patient's right (LPS: left is +x): the image is mirrored "
            f"or this is the right atrium; check the label and the frame, or {_GIVE}."
        )
    return found[0]


def _protrusion(body: Chamber, mask: Mask) -> Protrusion:
    places = body.grid.to_lps(np.argwhere(mask))
    rim = ndimage.binary_dilation(mask) & body.inside & ~mask
    mouth = body.grid.to_lps(np.argwhere(rim))
    middle, centre = mouth.mean(axis=0), places.mean(axis=0)
    axis = np.linalg.svd(mouth - middle, full_matrices=False)[2][2]
    outward = axis * np.copysign(1.0, axis @ (centre - middle))
    return Protrusion(mask, _unit(centre - body.centre), middle, outward)


def _unit(vector: Vector) -> Vector:
    return vector / np.linalg.norm(vector)
