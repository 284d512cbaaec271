"""A fitted model as one file: a JSON header line, then the weights as plain NumPy arrays.

Equinox writes the same layout (`tree_serialise_leaves` behind a header), and nothing but NumPy is
needed to read it.
"""

import json
import math
from collections.abc import Mapping
from io import BytesIO
from pathlib import Path

import numpy as np

from heartwright.data.errors import InputError
from heartwright.data.files import atomic, existing
from heartwright.data.learned import Fit
from heartwright.data.provenance import Provenance

_FORMAT = "heartwright-model-1"


def write_fit(fit: Fit, path: Path, *, force: bool = False) -> None:
    """Write a fitted model.

    Raises:
        OutputError: the file exists (without `force`) or cannot be written.
    """
    header = {
        "format": _FORMAT,
        "parameters": dict(fit.parameters),
        "learned": list(fit.learned),
        "step_ms": fit.step_ms,
        "leaves": len(fit.leaves),
        "header": dict(fit.header),
        "provenance": fit.provenance.to_json(),
    }
    with atomic(path, force=force) as temporary, temporary.open("wb") as stream:
        stream.write(json.dumps(header, sort_keys=True).encode() + b"\n")
        for array in (fit.mean_trace, *fit.leaves):
            np.save(stream, array, allow_pickle=False)


def read_fit(path: Path) -> Fit:
    """Read a fitted model.

    Raises:
        InputError: the file is missing, broken or no fitted model.
    """
    try:
        line, arrays = existing(path).read_bytes().split(b"\n", 1)
        header = json.loads(line)
        if header["format"] != _FORMAT:
            raise ValueError(header["format"])
        stream = BytesIO(arrays)
        mean_trace, *leaves = (
            np.load(stream, allow_pickle=False) for _ in range(1 + header["leaves"])
        )
        return Fit(
            parameters=_checked(header["parameters"]),
            learned=tuple(header["learned"]),
            leaves=tuple(leaves),
            mean_trace=mean_trace,
            step_ms=header["step_ms"],
            header=header["header"],
            provenance=Provenance.from_json(header["provenance"]),
        )
    except (
        OSError,
        ValueError,
        KeyError,
        TypeError,
        AttributeError,
        OverflowError,
        EOFError,
    ) as error:
        raise InputError(
            f"{path}: it is no fitted model of heartwright, or it is broken; "
            f"make it with `heartwright learn`."
        ) from error


def _checked(parameters: Mapping[str, float]) -> dict[str, float]:
    """The physical parameters, if each is a finite number and not negative."""
    for name, value in parameters.items():
        if type(value) not in {int, float} or not (math.isfinite(value) and value >= 0):
            raise ValueError(f"{name} = {value}")
    return {name: float(value) for name, value in parameters.items()}
