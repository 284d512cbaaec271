"""A DICOM segmentation as labels on a grid."""

import math
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from heartwright.anatomy.imaging.image import Image, parsing
from heartwright.data.errors import GeometryError, InputError
from heartwright.data.volume import checked_affine

if TYPE_CHECKING:
    from highdicom.seg import Segmentation

_EMPTIEST = 100  # slices for each one that the file holds
_MOST = 2**31  # voxels


def read_seg(path: Path) -> Image:
    """Read a DICOM segmentation, binary or label map, whose frames lie on one even grid.

    Frames that a file leaves out are background; so are the slices before the first and after
    the last that it holds, of which one each is added.

    Returns:
        Labels by segment number, with the segments' labels as names.

    Raises:
        InputError: the file is damaged, its segments overlap, or are shares of a voxel.
        GeometryError: its frames do not make one even grid.
    """
    import highdicom

    with parsing(path, "DICOM segmentation"):
        segmentation = highdicom.seg.segread(path)
        _refuse_fractions(segmentation, path)
        _refuse_uneven(segmentation, path)
        names = {
            int(item.SegmentNumber): str(item.SegmentLabel)
            for item in segmentation.SegmentSequence
            if int(item.SegmentNumber)
        }
        volume = _volume(segmentation, path)
    if np.linalg.det(volume.affine[:3, [2, 1, 0]]) < 0:
        volume = volume[::-1]  # right-handed, as scans are read
    values = np.pad(volume.array, ((1, 1), (0, 0), (0, 0))).transpose(2, 1, 0)
    affine = volume.affine[:, [2, 1, 0, 3]]
    affine[:3, 3] -= affine[:3, 2]
    return Image(values, checked_affine(affine, str(path)), names)


def _volume(segmentation: "Segmentation", path: Path) -> Any:
    try:
        return segmentation.get_volume(combine_segments=True)
    except RuntimeError as error:
        if "overlap" not in str(error).lower():
            raise
        raise InputError(
            f"{path} has segments that overlap, and a label map gives each voxel to one structure; "
            f"export the structures one by one."
        ) from error


def _refuse_fractions(segmentation: "Segmentation", path: Path) -> None:
    if segmentation.SegmentationType == "FRACTIONAL":
        raise InputError(
            f"{path} holds shares of voxels (a fractional segmentation), not labels; export it as "
            f"a binary segmentation."
        )


def _refuse_uneven(segmentation: "Segmentation", path: Path) -> None:
    geometry = segmentation.get_volume_geometry()
    if geometry is None:
        raise GeometryError(
            f"{path}: its frames do not lie on one even grid; export the segmentation on the "
            f"series it was drawn on, or as NRRD."
        )
    shape = geometry.spatial_shape
    held = int(segmentation.NumberOfFrames)
    if shape[0] > _EMPTIEST * held or math.prod(shape) > _MOST:
        raise GeometryError(
            f"{path}: its {held} frames lie too far apart to be one scan's; export it again."
        )
