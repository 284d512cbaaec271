"""What every image format is read into and written from: numbers on a grid, nothing else."""

import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from jaxtyping import Float, Integer, Num

from heartwright.data.errors import HeartwrightError, InputError

HIGHEST_LABEL = np.iinfo(np.uint16).max


@dataclass(frozen=True, eq=False)
class Image:
    """An image on its way in or out: values, place, and the names of labels where a file has them.

    Arrays are Fortran-ordered (the first index is fastest), as the formats and VTK have them.
    """

    values: Num[np.ndarray, "i j k"]
    affine: Float[np.ndarray, "4 4"]  # index to LPS mm
    names: Mapping[int, str] = field(default_factory=dict)


@contextmanager
def parsing(path: Path, kind: str) -> Iterator[None]:
    """Say in one sentence what a format's library says of a broken file in its own many ways.

    The libraries' warnings are about the same damage, so they are not repeated.

    Raises:
        InputError: the block failed.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    except HeartwrightError:
        raise
    except Exception as error:
        raise InputError(
            f"{path} is not a complete {kind} file (truncated or damaged); copy or export it again."
        ) from error


def three_dimensional(values: np.ndarray, path: Path) -> Num[np.ndarray, "i j k"]:
    """The array as a single 3-D image of plain numbers; trailing axes of length one are dropped.

    Raises:
        InputError: it is a sequence, a single slice's plane, coloured, complex, or empty.
    """
    if values.dtype.kind not in "iuf":
        raise InputError(f"{path} does not hold one plain number a voxel; export grey values.")
    while values.ndim > 3 and values.shape[-1] == 1:
        values = values[..., 0]
    if values.ndim > 3:
        raise InputError(
            f"{path} holds a sequence of images (its size is {_by(values.shape)}), which is not "
            f"read yet; export one phase as a 3-D image."
        )
    if values.ndim < 3 or 0 in values.shape:
        raise InputError(f"{path} is no 3-D image (its size is {_by(values.shape)}); name another.")
    return values


def grey_values(values: Num[np.ndarray, "i j k"], path: Path) -> Num[np.ndarray, "i j k"]:
    """The values as int16 where that is exact, else as float32.

    Raises:
        InputError: some are not numbers.
    """
    bounds = np.iinfo(np.int16)
    lowest, highest = values.min(), values.max()
    if not (np.isfinite(lowest) and np.isfinite(highest)):
        raise InputError(
            f"{path} has voxels that are not numbers (NaN or infinite); export the scan again."
        )
    if bounds.min <= lowest and highest <= bounds.max and _integral(values):
        return values.astype(np.int16, copy=False)
    return values.astype(np.float32)


def label_values(values: Num[np.ndarray, "i j k"], path: Path) -> Integer[np.ndarray, "i j k"]:
    """The values as the smallest unsigned integers that hold them.

    Raises:
        InputError: some are negative, fractions, not numbers, or above 65535.
    """
    lowest, highest = values.min(), values.max()
    if not (lowest >= 0 and highest <= HIGHEST_LABEL):
        raise InputError(
            f"{path} is no label map: its values run from {lowest:g} to {highest:g} where labels "
            f"are 0 to {HIGHEST_LABEL}; is it a scan?"
        )
    if not _integral(values):
        raise InputError(f"{path} is no label map: it has fractions; is it a scan?")
    return values.astype(np.min_scalar_type(int(highest)), copy=False)


def _integral(values: np.ndarray) -> bool:
    return values.dtype.kind in "iu" or bool((values == np.rint(values)).all())


def _by(shape: tuple[int, ...]) -> str:
    return " × ".join(str(n) for n in shape)
