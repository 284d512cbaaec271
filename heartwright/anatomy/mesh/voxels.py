"""From a solid to the voxels inside it."""

import numpy as np
from jaxtyping import Bool, Float

from heartwright.data import Grid, InputError, Solid

_MOST_VOXELS = 4e8


def voxelise(
    solid: Solid, spacing_mm: float
) -> tuple[Bool[np.ndarray, "i j k"], Float[np.ndarray, "4 4"]]:
    """The voxels whose centres lie in a solid, on a grid along the LPS axes.

    Returns the mask, with at least one empty voxel on every side, and the affine that takes an
    index (i, j, k, 1) to LPS mm.

    Raises:
        InputError: the spacing is not positive, or so small that the grid would not fit.
    """
    grid = grid_around(
        solid, spacing_mm, margin_mm=1.5 * spacing_mm
    )  # flat ends fall between nodes
    return filled(solid, grid), grid.affine


def grid_around(solid: Solid, spacing_mm: float, *, margin_mm: float) -> Grid:
    """An isotropic grid along the LPS axes that holds a solid and a margin.

    Raises:
        InputError: the spacing is not positive, or so small that the grid would not fit.
    """
    if not spacing_mm > 0:
        raise InputError(f"a voxel of {spacing_mm} mm is not possible; give a positive size.")
    low, high = solid.bounds + np.array([[-margin_mm], [margin_mm]])
    shape = np.ceil((high - low) / spacing_mm).astype(int) + 1
    if shape.astype(float).prod() > _MOST_VOXELS:
        raise InputError(
            f"voxels of {spacing_mm} mm are too many for {solid.name or 'the mesh'} "
            f"({' × '.join(map(str, shape))}); choose larger ones."
        )
    affine = np.diag([spacing_mm, spacing_mm, spacing_mm, 1.0])
    affine[:3, 3] = low
    return Grid((int(shape[0]), int(shape[1]), int(shape[2])), affine)


def filled(solid: Solid, grid: Grid) -> Bool[np.ndarray, "i j k"]:
    """Which nodes of an axis-aligned isotropic grid lie inside a solid."""
    import pyvista
    from vtkmodules.vtkImagingStencil import vtkImageStencilToImage, vtkPolyDataToImageStencil

    surface = pyvista.PolyData.from_regular_faces(grid.to_index(solid.vertices), solid.faces)
    stencil = vtkPolyDataToImageStencil()
    stencil.SetInputData(surface)
    stencil.SetOutputWholeExtent(*(e for n in grid.shape for e in (0, n - 1)))
    image = vtkImageStencilToImage()
    image.SetInputConnection(stencil.GetOutputPort())
    image.SetInsideValue(1)
    image.SetOutsideValue(0)
    image.SetOutputScalarTypeToUnsignedChar()
    image.Update()
    scalars = pyvista.wrap(image.GetOutput()).point_data.active_scalars
    return np.asarray(scalars).reshape(grid.shape, order="F").astype(bool)
