"""Images on a grid: grey values and labels, in LPS millimetres."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from jaxtyping import Bool, Float, Integer, Num

from heartwright.data.errors import GeometryError, InputError
from heartwright.data.provenance import Provenance

Affine = Float[np.ndarray, "4 4"]

_EDGES_MM = (1e-4, 1e3)  # from microscopes to phantoms; anything else is a damaged header
_FLATTEST = 1e-3  # volume of a voxel relative to a box of the same edges


@dataclass(frozen=True, eq=False)
class Grid:
    """Where voxels lie: `affine` takes an index (i, j, k, 1) to LPS millimetres.

    The grid may be left-handed (negative determinant), as many label maps are.
    """

    shape: tuple[int, int, int]
    affine: Affine

    @property
    def spacing(self) -> Float[np.ndarray, "3"]:
        """Voxel edge lengths, mm."""
        return np.linalg.norm(self.affine[:3, :3], axis=0)

    @property
    def voxel_mm3(self) -> float:
        """Volume of one voxel, mm³ (positive on left-handed grids too)."""
        return float(abs(np.linalg.det(self.affine[:3, :3])))

    def to_lps(self, index: Num[np.ndarray, "*point 3"]) -> Float[np.ndarray, "*point 3"]:
        """Voxel indices (fractions allowed) to LPS mm."""
        return index @ self.affine[:3, :3].T + self.affine[:3, 3]

    def to_index(self, point: Num[np.ndarray, "*point 3"]) -> Float[np.ndarray, "*point 3"]:
        """LPS mm to voxel indices, as fractions."""
        return (point - self.affine[:3, 3]) @ np.linalg.inv(self.affine[:3, :3]).T


@dataclass(frozen=True, eq=False)
class Volume:
    """A scan: one number a voxel (HU for CT), indexed [i, j, k]."""

    values: Num[np.ndarray, "i j k"]
    affine: Affine
    modality: str = ""
    provenance: Provenance = field(default_factory=Provenance)

    @property
    def grid(self) -> Grid:
        """Where the voxels lie."""
        return Grid(self.values.shape, self.affine)


@dataclass(frozen=True, eq=False)
class LabelMap:
    """A segmentation: one structure a voxel; 0 is background."""

    values: Integer[np.ndarray, "i j k"]
    affine: Affine
    names: Mapping[int, str] = field(default_factory=dict)
    provenance: Provenance = field(default_factory=Provenance)

    @property
    def grid(self) -> Grid:
        """Where the voxels lie."""
        return Grid(self.values.shape, self.affine)

    def mask(self, label: int) -> Bool[np.ndarray, "i j k"]:
        """The voxels of one structure.

        Raises:
            InputError: no voxel carries the label, or it is the background's.
        """
        if label == 0:
            raise InputError("label 0 is the background; choose a structure with --label.")
        mask = self.values == label
        if not mask.any():
            present = ", ".join(str(n) for n in np.unique(self.values) if n) or "none"
            raise InputError(
                f"label {label} is empty; this map has {present}. Choose one with --label."
            )
        return mask


def checked_affine(affine: np.ndarray, where: str) -> Affine:
    """The affine as float64, if it can place voxels in space.

    Raises:
        GeometryError: it is not finite, or squashes the grid flat.
    """
    affine = np.asarray(affine, dtype=np.float64)
    if not (np.isfinite(affine).all() and _places_voxels(affine)):
        raise GeometryError(
            f"{where}: its voxel-to-space matrix is not usable; export the scan again."
        )
    return affine


def _places_voxels(affine: Affine) -> bool:
    """Whether edges are of a size that images have, and no axis lies in the plane of the others."""
    with np.errstate(over="ignore"):
        edges = np.linalg.norm(affine[:3, :3], axis=0)
    shortest, longest = _EDGES_MM
    if not ((shortest <= edges) & (edges <= longest)).all():
        return False
    return bool(abs(np.linalg.det(affine[:3, :3] / edges)) > _FLATTEST)
