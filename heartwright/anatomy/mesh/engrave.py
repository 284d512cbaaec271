"""Letters cut into a model, so that it says whose it is."""

from dataclasses import replace

import numpy as np
from manifold3d import CrossSection, FillRule, Manifold

from heartwright.anatomy.mesh.kernel import printable, to_manifold
from heartwright.anatomy.mesh.opening import Opening
from heartwright.anatomy.mesh.section import plane_frame
from heartwright.data import GeometryError, InputError, Solid

_LONGEST = 60  # characters
_CAPITAL = 1.1  # height of the vector font's capitals in its own unit
_ABOVE_MM = 2.0  # how far over the plane the letters' space reaches, for a bulging surface
_MIN_FILLED, _LEAST_MM3 = 0.5, 1e-4


def engraved(
    solid: Solid, text: str, at: Opening, *, height_mm: float = 4.0, depth_mm: float = 0.6
) -> Solid:
    """Cut a line of text into the face of a model at a point, the normal pointing out of it.

    Letters are `height_mm` high (VTK's vector font) and centred on the point; they read upright as
    seen against the normal, along the direction that is most nearly horizontal. They go
    `depth_mm` below the plane through the point, so that the face should be flat there.

    Raises:
        InputError: the text has nothing to draw, or sizes are not possible.
        GeometryError: less than half of the letters is over material, or they cut the model apart.
    """
    if not (0.5 <= height_mm <= 100 and 0.1 <= depth_mm <= 20):
        raise InputError(
            f"letters {height_mm:g} mm high and {depth_mm:g} mm deep are not possible; choose 0.5 "
            f"to 100 mm and 0.1 to 20 mm."
        )
    body = to_manifold(solid)
    letters = _letters(text, height_mm)
    space = letters.extrude(depth_mm + _ABOVE_MM).translate((0, 0, -depth_mm))
    cut = body - space.transform(np.column_stack([_reading(at.normal).T, at.point]))
    taken = body.volume() - cut.volume()
    if not taken > _MIN_FILLED * letters.area() * depth_mm:
        raise GeometryError(
            f"the text at {at} finds no face to be cut into; give a point on a flat face and the "
            f"normal out of it."
        )
    if _pieces(cut) > _pieces(body):
        raise GeometryError("the text cuts the model apart; make it smaller or less deep.")
    noted = {**solid.provenance.parameters, "engraved": text}
    return printable(cut, solid.name, replace(solid.provenance, parameters=noted))


def _letters(text: str, height_mm: float) -> CrossSection:
    """The outlines of a line of text, centred, capitals `height_mm` high."""
    import pyvista
    from vtkmodules.vtkRenderingFreeType import vtkVectorText

    source = vtkVectorText()
    source.SetText(text)
    if not text.strip() or len(text) > _LONGEST or not text.isascii() or not text.isprintable():
        raise InputError(f"the text '{text}' cannot be engraved; give 1 to 60 plain characters.")
    source.Update()
    mesh = pyvista.wrap(source.GetOutput()).triangulate()
    corners = np.asarray(mesh.points, dtype=np.float64)[mesh.regular_faces][:, :, :2]
    outline = CrossSection(list(corners), FillRule.NonZero)
    x0, y0, x1, y1 = outline.bounds()
    scale = height_mm / _CAPITAL
    return outline.translate((-(x0 + x1) / 2, -(y0 + y1) / 2)).scale((scale, scale))


def _reading(normal: np.ndarray) -> np.ndarray:
    """Rows: the direction of the line, upwards, and out of the face; up is superior or anterior."""
    out = plane_frame(normal)[2]
    up = np.array([0.0, 0.0, 1.0]) if abs(out[2]) < 0.9 else np.array([0.0, -1.0, 0.0])
    up = up - (up @ out) * out
    up /= np.linalg.norm(up)
    return np.array([np.cross(up, out), up, out])


def _pieces(body: Manifold) -> int:
    return sum(piece.volume() > _LEAST_MM3 for piece in body.decompose())
