"""From a label to a solid: a sub-voxel surface that keeps the label's volume."""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
from jaxtyping import Bool

from heartwright.anatomy.grid import (
    Field,
    bounding_box,
    largest_component,
    sharpened,
    smooth_distance,
)
from heartwright.anatomy.grid.smooth import blur_mm
from heartwright.anatomy.mesh.isosurface import isosurface
from heartwright.anatomy.mesh.shells import bodies
from heartwright.anatomy.mesh.unblur import unblurred
from heartwright.data import GeometryError, Grid, LabelMap, Provenance, Solid, Volume
from heartwright.data.surface import signed_volume

_COARSEST_MM, _FINEST_MM = 0.8, 0.25  # spacing of the surface's grid
_MOST_NODES = 12e6  # of that grid
_REACH_MM = 4.5  # margin around the label: the blur's reach and the scan's surroundings
_VOLUME_ERROR = 2e-4  # relative


def surface_from_labels(
    labels: LabelMap,
    label: int,
    *,
    scan: Volume | None = None,
    name: str = "",
    smoothing_mm: float = 0.7,
) -> Solid:
    """The closed surface of a structure, in LPS mm, triangles facing outwards.

    The label's largest connected component is blurred (`smoothing_mm`, at least 0.7 voxels),
    turned into a distance and cleared of what the blur did to curved places; the level that
    encloses exactly the voxels' volume becomes the surface, so that smoothing does not shrink it.
    Where a scan is given and shows contrast, the surface lies at the half level of its grey values
    instead. A printable lumen is one body: islands are left out. A label that touches the border
    of its grid is closed there by a flat cap, which is not anatomy. The provenance's `warnings`
    tell of both.

    Raises:
        InputError: no voxel carries the label.
        GeometryError: the structure is too small for the smoothing, or beyond the scan.
    """
    mask, affine = _cropped(labels.mask(label), labels.grid, smoothing_mm)
    mask, islands = largest_component(mask)
    grid = Grid(mask.shape, affine)
    distance = smooth_distance(
        mask, affine, smoothing_mm=smoothing_mm, spacing_mm=_spacing_mm(grid)
    )
    distance = unblurred(distance, blur_mm(grid.spacing, smoothing_mm))
    what = name or labels.names.get(label, f"label {label}")
    distance = _keeping_volume(distance, mask.sum() * grid.voxel_mm3, what)
    if scan is not None:
        distance = sharpened(distance, scan, what=what)
    note = {
        "label": label,
        "smoothing_mm": smoothing_mm,
        "edges_from_scan": scan is not None,
        "islands_left_out_mm3": islands * grid.voxel_mm3,
        "warnings": [
            *labels.provenance.parameters.get("warnings", []),
            *_about_islands(what, islands * grid.voxel_mm3),
            *_about_border(what, mask, grid, labels.grid),
        ],
    }
    parameters = {**labels.provenance.parameters, **note}
    return _body(distance, what, replace(labels.provenance, parameters=parameters))


def _about_islands(what: str, volume_mm3: float) -> Iterator[str]:
    if volume_mm3 > 0:
        yield f"{what}: islands of {volume_mm3:.3g} mm³ beside its largest piece are left out."


def _about_border(
    what: str, mask: Bool[np.ndarray, "i j k"], grid: Grid, whole: Grid
) -> Iterator[str]:
    """Whether a mask on a crop or extension of a grid reaches the first or last voxels of it."""
    corners = np.array([[side.start, side.stop - 1] for side in bounding_box(mask)]).T
    low, high = np.rint(whole.to_index(grid.to_lps(corners)))
    if (low <= 0).any() or (high >= np.array(whole.shape) - 1).any():
        yield f"{what} touches the border of its grid; the flat cap there is not anatomy."


def _cropped(
    mask: Bool[np.ndarray, "i j k"], grid: Grid, smoothing_mm: float
) -> tuple[Bool[np.ndarray, "i2 j2 k2"], np.ndarray]:
    """The label's box with a margin of background, also where the label touches the border."""
    box = bounding_box(mask)
    reach = np.maximum(_REACH_MM, 4 * blur_mm(grid.spacing, smoothing_mm))
    margin = np.ceil(reach / grid.spacing).astype(int)
    affine = grid.affine.copy()
    affine[:3, 3] = grid.to_lps(np.array([side.start for side in box]) - margin)
    return np.pad(mask[box], [(int(m), int(m)) for m in margin]), affine


def _spacing_mm(grid: Grid) -> float:
    region = np.prod(np.array(grid.shape) * grid.spacing)
    affordable = (region / _MOST_NODES) ** (1 / 3)
    return float(max(np.clip(grid.spacing.min(), _FINEST_MM, _COARSEST_MM), affordable))


def _keeping_volume(distance: Field, volume_mm3: float, what: str) -> Field:
    """The distance shifted so that its zero encloses a volume.

    Newton's rule, dV = area · shift, kept between bounds because the volume grows with the shift.
    """
    low, high = (float(bound) for bound in (distance.values.min(), distance.values.max()))
    shift = 0.0 if low < 0 < high else (low + high) / 2
    for _ in range(40):
        vertices, faces = isosurface(distance, shift)
        missing = volume_mm3 - (signed_volume(vertices, faces) if len(faces) else 0.0)
        if abs(missing) < _VOLUME_ERROR * volume_mm3:
            return replace(distance, values=distance.values - np.float32(shift))
        low, high = (shift, high) if missing > 0 else (low, shift)
        step = shift + missing / max(_area(vertices, faces), 1e-9)
        shift = step if low < step < high else (low + high) / 2
    raise GeometryError(
        f"{what} is too small to be meshed ({volume_mm3:.3g} mm³); segment it on a finer grid."
    )


def _body(distance: Field, what: str, provenance: Provenance) -> Solid:
    """The largest body of the field's zero, with its cavities and without crumbs."""
    vertices, faces = isosurface(distance, 0.0)
    return bodies(Solid(vertices, faces, what, provenance))[0]


def _area(vertices: np.ndarray, faces: np.ndarray) -> float:
    a, b, c = (vertices[faces[:, n]] for n in range(3))
    return float(np.linalg.norm(np.cross(b - a, c - a), axis=1).sum() / 2)
