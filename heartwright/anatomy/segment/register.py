"""A second study laid onto the first, by a rigid movement that shares most information."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from jaxtyping import Float

from heartwright.data.errors import ConvergenceError, GeometryError
from heartwright.data.volume import Grid, LabelMap, Volume

if TYPE_CHECKING:
    import SimpleITK

_BINS = 50  # of the joint histogram
_ENOUGH = 1e5  # voxels that the measure looks at, evenly spread
_SHRINKS, _BLURS_MM = (4, 2, 1), (4.0, 2.0, 1.0)  # coarse to fine
_ROUNDS = 200
_SEED = 1
_RESIDUAL_VOXELS = 2.0  # of the coarser study: more and the two ways disagree
_LEAST_OVERLAP = 0.5  # share of the moving study that lies in the fixed one

Rigid = Float[np.ndarray, "4 4"]


@dataclass(frozen=True, eq=False)
class Registration:
    """A rigid movement from one study's LPS mm to another's, and how far to trust it."""

    movement: Rigid  # of the moving study's points
    residual_mm: float  # mean distance between there and back again, over the moving study
    overlap: float  # share of the moving study that comes to lie in the fixed one
    information: float  # mutual information of both in it, nats; 0 is none
    warnings: tuple[str, ...]


def register(moving: Volume, fixed: Volume) -> Registration:
    """The rigid movement of a study that makes it share most information with another.

    Mattes' mutual information (doi:10.1109/TMI.2003.809072) by SimpleITK, in three resolutions from
    the studies' middles and from where the scanner put them, whichever ends better. The residual
    is found without a truth: the studies are registered the other way round as well, and there
    and back again should end where it began.

    Raises:
        ConvergenceError: the studies do not overlap, or hold one value only.
    """
    there, information = _best(moving, fixed)
    back, _ = _best(fixed, moving)
    corners = moving.grid.to_lps(_corners(moving.grid))
    residual = float(np.linalg.norm(_moved(back, _moved(there, corners)) - corners, axis=1).mean())
    overlap = _overlap(there, moving.grid, fixed.grid)
    coarser = float(max(moving.grid.spacing.max(), fixed.grid.spacing.max()))
    return Registration(
        movement=there,
        residual_mm=residual,
        overlap=overlap,
        information=information,
        warnings=tuple(_doubts(residual, overlap, coarser)),
    )


def carried(labels: LabelMap, movement: Rigid, onto: Grid) -> LabelMap:
    """A moved study's labels on another study's voxels (nearest neighbour)."""
    from scipy import ndimage

    carry = np.linalg.inv(movement @ labels.affine) @ onto.affine
    values = ndimage.affine_transform(
        labels.values, carry[:3, :3], offset=carry[:3, 3], output_shape=onto.shape, order=0
    )
    return LabelMap(values, onto.affine, labels.names, labels.provenance)


def joined(labels: LabelMap, others: LabelMap) -> LabelMap:
    """One map of two on the same voxels: the first one's labels, and the others where it has none.

    Labels of the others that have a name in the first keep that name and get its number.

    Raises:
        GeometryError: the maps are not on the same voxels.
    """
    from heartwright.anatomy.segment.naming import titled, with_label

    if labels.values.shape != others.values.shape or not np.allclose(labels.affine, others.affine):
        raise GeometryError("the two label maps are not on the same voxels.")
    for number in (int(n) for n in np.unique(others.values) if n):
        free = (others.values == number) & (labels.values == 0)
        labels = with_label(labels, free, titled(others, number))
    return labels


def _best(moving: Volume, fixed: Volume) -> tuple[Rigid, float]:
    """The better end of both beginnings: middles together, and as the scanner put them."""
    import SimpleITK

    images = [_image(volume) for volume in (moving, fixed)]
    middle = SimpleITK.CenteredTransformInitializer(
        images[1],
        images[0],
        SimpleITK.Euler3DTransform(),
        SimpleITK.CenteredTransformInitializerFilter.GEOMETRY,
    )
    as_it_lies = SimpleITK.Euler3DTransform(middle)
    as_it_lies.SetTranslation((0.0, 0.0, 0.0))
    ends = []
    for start in (SimpleITK.Euler3DTransform(middle), as_it_lies):
        try:
            ends.append(_descended(images[0], images[1], start))
        except RuntimeError:  # nothing overlaps from here
            continue
    if not ends:
        raise ConvergenceError(
            "the two studies could not be registered: they do not overlap, or hold no contrast."
        )
    transform, cost = min(ends, key=lambda end: end[1])
    return np.linalg.inv(_matrix(transform)), -cost


def _descended(
    moving: "SimpleITK.Image", fixed: "SimpleITK.Image", start: "SimpleITK.Euler3DTransform"
) -> tuple["SimpleITK.Euler3DTransform", float]:
    import SimpleITK

    method = SimpleITK.ImageRegistrationMethod()
    method.SetMetricAsMattesMutualInformation(_BINS)
    method.SetMetricSamplingStrategy(method.REGULAR)
    voxels = [np.prod(fixed.GetSize()) / shrink**3 for shrink in _SHRINKS]
    method.SetMetricSamplingPercentagePerLevel([min(1.0, _ENOUGH / n) for n in voxels], _SEED)
    method.SetInterpolator(SimpleITK.sitkLinear)
    method.SetOptimizerAsRegularStepGradientDescent(
        learningRate=2.0, minStep=1e-3, numberOfIterations=_ROUNDS
    )
    method.SetOptimizerScalesFromPhysicalShift()
    method.SetShrinkFactorsPerLevel(_SHRINKS)
    method.SetSmoothingSigmasPerLevel(_BLURS_MM)
    method.SmoothingSigmasAreSpecifiedInPhysicalUnitsOn()
    method.SetNumberOfThreads(1)  # sums in one order: the same end every time
    method.SetInitialTransform(start, inPlace=True)
    method.Execute(fixed, moving)
    return start, float(method.GetMetricValue())


def _image(volume: Volume) -> "SimpleITK.Image":
    import SimpleITK

    image = SimpleITK.GetImageFromArray(np.ascontiguousarray(volume.values.T.astype(np.float32)))
    directions = volume.affine[:3, :3] / volume.grid.spacing
    image.SetSpacing(volume.grid.spacing.tolist())
    image.SetOrigin(volume.affine[:3, 3].tolist())
    image.SetDirection(directions.ravel().tolist())
    return image


def _matrix(transform: "SimpleITK.Euler3DTransform") -> Rigid:
    matrix = np.eye(4)
    matrix[:3, :3] = np.array(transform.GetMatrix()).reshape(3, 3)
    matrix[:3, 3] = transform.TransformPoint((0.0, 0.0, 0.0))
    return matrix


def _moved(movement: Rigid, points: Float[np.ndarray, "point 3"]) -> Float[np.ndarray, "point 3"]:
    return points @ movement[:3, :3].T + movement[:3, 3]


def _corners(grid: Grid) -> Float[np.ndarray, "8 3"]:
    return np.array(list(np.ndindex(2, 2, 2))) * (np.array(grid.shape) - 1.0)


def _overlap(movement: Rigid, moving: Grid, fixed: Grid) -> float:
    steps = [np.linspace(0, size - 1, 20) for size in moving.shape]
    places = moving.to_lps(np.stack(np.meshgrid(*steps, indexing="ij"), -1).reshape(-1, 3))
    index = fixed.to_index(_moved(movement, places))
    return float(((index >= 0) & (index <= np.array(fixed.shape) - 1)).all(axis=1).mean())


def _doubts(residual_mm: float, overlap: float, voxel_mm: float) -> list[str]:
    found = []
    if residual_mm > _RESIDUAL_VOXELS * voxel_mm:
        found.append(
            f"the registration has failed or is poor: there and back again ends {residual_mm:.1f} "
            f"mm away; do not use it unless a look at both studies shows that they agree."
        )
    if overlap < _LEAST_OVERLAP:
        found.append(
            f"only {overlap:.0%} of the second study lies in the first; what is outside is lost."
        )
    return found
