"""Voxels of planes: decoded by pydicom and GDCM (JPEG, JPEG-LS, JPEG 2000, RLE), and rescaled."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from jaxtyping import Num

from heartwright.anatomy.imaging.compression import check_precision, refuse_unknown
from heartwright.anatomy.imaging.headers import Frame
from heartwright.anatomy.imaging.image import grey_values, parsing
from heartwright.data.errors import InputError

if TYPE_CHECKING:
    from pydicom import Dataset


def voxels(frames: Sequence[Frame]) -> Num[np.ndarray, "i j k"]:
    """The rescaled values of planes of one size, in their order; the first index is fastest.

    Raises:
        InputError: a file is damaged, coloured, or holds no plain numbers.
    """
    planes: list[np.ndarray] = [np.empty(0)] * len(frames)
    for path, places in _by_file(frames).items():
        for place, plane in zip(places, _decoded(path, [frames[p] for p in places]), strict=True):
            planes[place] = plane
    return np.stack(planes).T


def _by_file(frames: Sequence[Frame]) -> dict[Path, list[int]]:
    places: dict[Path, list[int]] = {}
    for place, frame in enumerate(frames):
        places.setdefault(frame.source.path, []).append(place)
    return places


def _decoded(path: Path, frames: list[Frame]) -> list[Num[np.ndarray, "row column"]]:
    import pydicom
    from pydicom.pixels import pixel_array

    planes = []
    with parsing(path, "DICOM"):
        dataset = pydicom.dcmread(path)
        refuse_unknown(dataset, str(path))
        for frame in frames:
            check_precision(dataset, frame.index or 0)
            values = pixel_array(dataset, index=frame.index)
            planes.append(np.asarray(_rescaled(values, frame, dataset)))
    return [_grey(plane, path) for plane in planes]


def _rescaled(values: np.ndarray, frame: Frame, dataset: "Dataset") -> np.ndarray:
    from pydicom.pixels import apply_modality_lut

    if frame.rescale is None:
        return apply_modality_lut(values, dataset)
    slope, intercept = frame.rescale
    return values * slope + intercept


def _grey(values: np.ndarray, path: Path) -> Num[np.ndarray, "row column"]:
    if values.ndim != 2:
        raise InputError(f"{path} is a colour image; a scan of grey values is needed.")
    return grey_values(values[:, :, None], path)[:, :, 0]
