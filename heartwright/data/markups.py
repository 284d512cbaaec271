"""Points that a person placed in 3D Slicer: its markups files (`.mrk.json`)."""

import json
from pathlib import Path

import numpy as np
from jaxtyping import Float

from heartwright.data.errors import InputError
from heartwright.data.files import existing

_UNREADABLE = (
    OSError,
    ValueError,
    KeyError,
    TypeError,
    AttributeError,
    OverflowError,
    RecursionError,
)

RAS_TO_LPS = np.array([-1.0, -1.0, 1.0])


def read_markups(path: Path) -> Float[np.ndarray, "point 3"]:
    """Control points of a markups file in LPS mm, whichever frame the file uses.

    Raises:
        InputError: the file is missing, broken, empty or in another unit than millimetres.
    """
    try:
        markups = json.loads(existing(path).read_text(encoding="utf-8"))["markups"]
        points = [
            _position(control["position"]) * _to_lps(markup["coordinateSystem"])
            for markup in markups
            for control in markup["controlPoints"]
            if control.get("positionStatus", "defined") == "defined"
        ]
    except _UNREADABLE as error:
        raise InputError(
            f"{path}: it is no markups file of 3D Slicer; save the points there as .mrk.json."
        ) from error
    array = np.array(points)
    if array.ndim != 2 or array.shape[1] != 3 or not np.isfinite(array).all():
        raise InputError(f"{path}: it holds no usable points; place them in 3D Slicer and save.")
    return array


def _position(stored: object) -> Float[np.ndarray, "3"]:
    position = np.asarray(stored, dtype=float)
    if position.shape != (3,):
        raise ValueError(stored)
    return position


def _to_lps(frame: str) -> Float[np.ndarray, "3"]:
    frames = {"LPS": np.ones(3), "RAS": RAS_TO_LPS}
    return frames[str(frame)]
