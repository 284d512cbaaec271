"""Triangles: `Surface` as read, `Solid` as promised, `SurfaceField` as painted."""

from dataclasses import dataclass, field

import numpy as np
from jaxtyping import Float, Integer

from heartwright.data.errors import GeometryError
from heartwright.data.provenance import Provenance

Vertices = Float[np.ndarray, "vertex 3"]
Faces = Integer[np.ndarray, "face 3"]


@dataclass(frozen=True, eq=False)
class Surface:
    """Triangles in LPS mm as somebody gave them: perhaps open, perhaps inside out."""

    vertices: Vertices
    faces: Faces
    name: str = ""
    provenance: Provenance = field(default_factory=Provenance)


@dataclass(frozen=True, eq=False)
class Solid:
    """A closed, oriented, 2-manifold surface of positive volume, in LPS mm.

    Printing, planning and the bench accept nothing else. The promise is checked here once.

    Raises:
        GeometryError: the triangles do not bound a body.
    """

    vertices: Vertices
    faces: Faces
    name: str = ""
    provenance: Provenance = field(default_factory=Provenance)

    def __post_init__(self) -> None:
        what = self.name or "the mesh"
        if len(self.faces) == 0:
            raise GeometryError(
                f"{what} has no triangles; check the label or the cut that made it."
            )
        if not np.isfinite(self.vertices).all():
            raise GeometryError(
                f"{what} has vertices that are not numbers; repair or export it again."
            )
        loose = loose_edges(self.faces)
        if loose:
            raise GeometryError(
                f"{what} is not closed: {loose} edges are not shared by exactly two triangles that "
                f"agree in direction; repair the mesh or mesh the labels again."
            )
        if self.volume_mm3 <= 0:
            raise GeometryError(
                f"{what} is inside out (its volume is negative); flip its triangles."
            )

    @property
    def volume_mm3(self) -> float:
        """Enclosed volume, mm³, by the divergence theorem."""
        return signed_volume(self.vertices, self.faces)

    @property
    def area_mm2(self) -> float:
        """Surface area, mm²."""
        a, b, c = (self.vertices[self.faces[:, n]] for n in range(3))
        return float(np.linalg.norm(np.cross(b - a, c - a), axis=1).sum() / 2)

    @property
    def bounds(self) -> Float[np.ndarray, "2 3"]:
        """Lower and upper corner, LPS mm."""
        return np.array([self.vertices.min(axis=0), self.vertices.max(axis=0)])


@dataclass(frozen=True, eq=False)
class SurfaceField:
    """One value a vertex, painted on a solid: activation time, thickness, a parameter."""

    solid: Solid
    values: Float[np.ndarray, "vertex"]  # NaN where nothing was measured
    name: str
    unit: str
    provenance: Provenance = field(default_factory=Provenance)


def signed_volume(vertices: Vertices, faces: Faces) -> float:
    """Volume by the divergence theorem, mm³; negative when the triangles face inwards."""
    centred = vertices - vertices.mean(axis=0)  # keeps the sum exact far from the origin
    a, b, c = (centred[faces[:, n]] for n in range(3))
    return float(np.einsum("ij,ij->", a, np.cross(b, c)) / 6)


def loose_edges(faces: Faces) -> int:
    """How many edges lack exactly one partner in the opposite direction."""
    starts = faces.ravel().astype(np.int64)
    ends = np.roll(faces, -1, axis=1).ravel().astype(np.int64)
    size = int(faces.max()) + 1
    there, count = np.unique(starts * size + ends, return_counts=True)
    back = there % size * size + there // size
    return int((count > 1).sum() + np.setxor1d(there, back, assume_unique=True).size)
