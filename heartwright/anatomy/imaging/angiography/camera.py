"""A C-arm as a pinhole camera.

Points are LPS mm about the isocentre. DICOM defines the angles by the patient (PS3.3 C.8.7.5.1.2):
the primary angle is like a longitude, from 0° over the chest to +90° at the patient's left (LAO)
and −90° at the right (RAO); the secondary angle is like a latitude, +90° cranial. They say where
the detector is, and the image is seen from there, looking at the source (C.8.19.6.13.1.2): at 0°
the patient's left is on the image's right.
"""

from dataclasses import dataclass, replace

import numpy as np
from jaxtyping import Float
from scipy.spatial.transform import Rotation

Points = Float[np.ndarray, "point 3"]
Flat = Float[np.ndarray, "point 2"]
Vector = Float[np.ndarray, "3"]


@dataclass(frozen=True, eq=False)
class Camera:
    """A point source and a flat detector, its centre on the central ray.

    Flat coordinates are mm on the detector from its centre, along the rows and down the columns.
    """

    source: Vector
    axes: Float[np.ndarray, "3 3"]  # along the rows, down the columns, from source to detector
    source_to_detector_mm: float

    @classmethod
    def from_angles(
        cls,
        primary_deg: float,
        secondary_deg: float,
        *,
        source_to_detector_mm: float,
        source_to_isocentre_mm: float,
    ) -> "Camera":
        """The camera of a C-arm at its positioner angles, LAO and cranial positive."""
        (sin_a, sin_b), (cos_a, cos_b) = (
            trig(np.radians([primary_deg, secondary_deg])) for trig in (np.sin, np.cos)
        )
        along = np.array([cos_a, sin_a, 0.0])
        down = np.array([sin_a * sin_b, -cos_a * sin_b, -cos_b])
        out = np.array([sin_a * cos_b, -cos_a * cos_b, sin_b])
        return cls(
            -source_to_isocentre_mm * out, np.array([along, down, out]), source_to_detector_mm
        )

    def project(self, points: Points) -> Flat:
        """Where points fall on the detector."""
        x, y, depth = self.axes @ (points - self.source).T
        return self.source_to_detector_mm * np.column_stack([x, y]) / depth[:, None]

    def magnification(self, points: Points) -> Float[np.ndarray, "point"]:
        """How much larger than they are things at these points appear on the detector."""
        depth = (points - self.source) @ self.axes[2]
        return np.asarray(self.source_to_detector_mm / depth)

    def slopes(self, points: Points) -> Float[np.ndarray, "point 2 3"]:
        """Derivatives of `project` by the points."""
        flat = self.project(points)[:, :, None]
        sideways = self.axes[:2] - flat * self.axes[2] / self.source_to_detector_mm
        return np.asarray(self.magnification(points)[:, None, None] * sideways)

    def rays(self, flat: Flat) -> Points:
        """Unit directions from the source to places on the detector."""
        ends = np.column_stack([flat, np.full(len(flat), self.source_to_detector_mm)])
        rays = ends @ self.axes
        return rays / np.linalg.norm(rays, axis=1, keepdims=True)

    def moved(self, turn: Rotation, shift: Vector) -> "Camera":
        """The camera that sees a point where this one sees the point turned, then shifted."""
        matrix = turn.as_matrix()
        return replace(self, source=(self.source - shift) @ matrix, axes=self.axes @ matrix)


def angle_between(first: Camera, second: Camera) -> float:
    """Angle between two views' lines of sight, 0 (alike or opposite) to 90 degrees."""
    return float(np.degrees(np.arccos(np.clip(abs(first.axes[2] @ second.axes[2]), 0, 1))))


def skew(
    first: Camera,
    second: Camera,
    one: Float[np.ndarray, "*some 3"],
    other: Float[np.ndarray, "*others 3"],
) -> tuple[Float[np.ndarray, "*pair"], Float[np.ndarray, "*pair 3"]]:
    """How far apart pairs of rays pass, mm, and the points halfway where they do.

    `one` and `other` are unit directions, broadcast against each other. The distance is that of a
    point's epipolar line from the other point, measured in the patient.
    """
    baseline = second.source - first.source
    across = np.cross(one, other)
    size = np.maximum((across**2).sum(axis=-1), 1e-12)
    apart = np.abs(across @ baseline) / np.sqrt(size)
    reach_one = np.einsum("...x,...x->...", np.cross(baseline, other), across) / size
    reach_other = np.einsum("...x,...x->...", np.cross(baseline, one), across) / size
    near = first.source + reach_one[..., None] * one
    far = second.source + reach_other[..., None] * other
    return apart, (near + far) / 2
