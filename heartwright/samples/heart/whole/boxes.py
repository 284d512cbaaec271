"""What a scan shows: boxes around the whole left heart, its atrium or its root, LPS mm."""

from collections.abc import Callable

import numpy as np

from heartwright.samples.heart.fields import Points
from heartwright.samples.heart.grid import Box, bounds
from heartwright.samples.heart.whole.anatomy import Anatomy
from heartwright.samples.heart.whole.root import AORTA_MM, TRACT_MM

_MARGIN_MM = 10.0


def whole(anatomy: Anatomy) -> Box:
    """Atrium, ventricle with its muscle, and root."""
    return _over(left_atrium(anatomy), _ventricle(anatomy), aortic_root(anatomy))


def left_atrium(anatomy: Anatomy) -> Box:
    """The atrium with appendage and veins, and the circumflex artery."""
    lumen = bounds(anatomy.atrium.lumen)
    return _widened(np.concatenate([lumen, anatomy.arteries.circumflex_path]))


def aortic_root(anatomy: Anatomy) -> Box:
    """From the outflow tract to the ascending aorta."""
    root = anatomy.root
    angles, heights = np.meshgrid(
        np.arange(0, 2 * np.pi, 0.1), np.arange(-TRACT_MM, AORTA_MM + 1, 2.0)
    )
    reach = root.radius(angles, heights)[..., None]
    wall = reach * root.frame.outward(angles) + heights[..., None] * root.frame.axis
    return _widened(root.frame.origin + wall.reshape(-1, 3))


def _ventricle(anatomy: Anatomy) -> Box:
    ventricle = anatomy.ventricle
    radius = max(ventricle.width_mm, ventricle.length_mm / 2) + ventricle.wall_mm
    apex = ventricle.middle + ventricle.length_mm * ventricle.axis
    ends = np.stack([ventricle.middle - radius, ventricle.middle + radius, apex])
    return _widened(ends)


def _widened(points: Points) -> Box:
    return np.stack([points.min(axis=0) - _MARGIN_MM, points.max(axis=0) + _MARGIN_MM])


def _over(*boxes: Box) -> Box:
    corners = np.stack(boxes)
    return np.stack([corners[:, 0].min(axis=0), corners[:, 1].max(axis=0)])


REGIONS: dict[str, Callable[[Anatomy], Box]] = {
    "whole": whole,
    "left atrium": left_atrium,
    "aortic root": aortic_root,
}
