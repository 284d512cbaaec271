"""Plans and cases as JSON files, for people and for other programs."""

import json
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any, TypeVar

import numpy as np

from heartwright.data.errors import InputError
from heartwright.data.files import existing, write_text
from heartwright.data.plan import (
    Appendage,
    Candidate,
    Case,
    Crossing,
    Diameters,
    Lobe,
    Plan,
    Site,
    Station,
)
from heartwright.data.provenance import Provenance
from heartwright.data.root_plan import RootPlan

_Part = TypeVar("_Part", Site, Station, Lobe, Crossing)


def write_json(record: Plan | RootPlan | Case, path: Path, *, force: bool = False) -> None:
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
                "appendage": _appendage(stored.get("appendage")),
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


def _appendage(stored: Mapping[str, Any] | None) -> Appendage | None:
    if stored is None:
        return None
    return Appendage(
        **dict(stored)
        | {
            "sites": tuple(_placed(Site, each) for each in stored["sites"]),
            "stations": tuple(_placed(Station, each) for each in stored["stations"]),
            "lobes": tuple(_placed(Lobe, each) for each in stored["lobes"]),
            "crossings": tuple(_placed(Crossing, each) for each in stored["crossings"]),
            "also_fit": tuple(Candidate(**each) for each in stored["also_fit"]),
            "landmarks_lps_mm": {n: tuple(p) for n, p in stored["landmarks_lps_mm"].items()},
        }
    )


def _placed(kind: type[_Part], stored: Mapping[str, Any]) -> _Part:
    """A record of an appendage, its points as tuples and its diameters as a record."""
    values: dict[str, Any] = {n: tuple(v) if isinstance(v, list) else v for n, v in stored.items()}
    if values.get("diameters") is not None:
        values["diameters"] = Diameters(**values["diameters"])
    return kind(**values)


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
