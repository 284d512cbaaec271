"""Plans and cases as JSON files, for people and for other programs."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np

from heartwright.data.errors import InputError
from heartwright.data.files import existing, write_text
from heartwright.data.plan import Candidate, Case, Diameters, Plan
from heartwright.data.provenance import Provenance


def write_json(record: Plan | Case, path: Path, *, force: bool = False) -> None:
    """Write a plan or a case, keys in the record's own order.

    Raises:
        OutputError: the file exists (without `force`) or cannot be written.
    """
    write_text(path, json.dumps(asdict(record), indent=2, default=_plain) + "\n", force=force)


def read_plan(path: Path) -> Plan:
    """Read a plan.

    Raises:
        InputError: the file is missing, broken or no plan.
    """
    stored = _read(path)
    try:
        return Plan(
            **stored
            | {
                "ostium": Diameters(**stored["ostium"]),
                "devices": tuple(Candidate(**device) for device in stored["devices"]),
                "warnings": tuple(stored["warnings"]),
                "provenance": Provenance(**stored["provenance"]),
            }
        )
    except (KeyError, TypeError) as error:
        raise InputError(f"{path}: it is JSON, but no plan of heartwright.") from error


def read_case(path: Path) -> Case:
    """Read a case.

    Raises:
        InputError: the file is missing, broken or no case.
    """
    stored = _read(path)
    try:
        matrices = {frame: np.array(m, dtype=float) for frame, m in stored["transforms"].items()}
        return Case(
            **stored | {"transforms": matrices, "provenance": Provenance(**stored["provenance"])}
        )
    except (KeyError, TypeError, ValueError) as error:
        raise InputError(f"{path}: it is JSON, but no case of heartwright.") from error


def _read(path: Path) -> dict[str, Any]:
    try:
        stored = json.loads(existing(path).read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise InputError(f"{path}: it cannot be read as JSON; make it again.") from error
    if not isinstance(stored, dict):
        raise InputError(f"{path}: it is JSON, but not a record of heartwright.")
    return stored


def _plain(value: object) -> object:
    if isinstance(value, np.ndarray):
        return value.tolist()
    raise TypeError(type(value).__name__)
