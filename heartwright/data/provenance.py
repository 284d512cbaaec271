"""Where a result comes from: enough to make it again."""

import hashlib
import json
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from heartwright.data.errors import InputError
from heartwright.data.files import sha256

_RECORDED = ("heartwright", "numpy", "scipy", "jax", "equinox", "vtk", "manifold3d", "lib3mf")


@dataclass(frozen=True)
class Provenance:
    """Inputs, versions, parameters and seed of a result.

    Inputs are known by what they hold, never by their names: people call files after patients.
    `created` is left out of every comparison; `SOURCE_DATE_EPOCH` fixes it, so that the same
    input gives the same bytes.
    """

    inputs: Mapping[str, str] = field(default_factory=dict)  # "input 1", in order → SHA-256
    versions: Mapping[str, str] = field(default_factory=dict)  # package → version
    parameters: Mapping[str, Any] = field(default_factory=dict)
    seed: int | None = None
    created: str = field(default="", compare=False)  # ISO 8601, UTC

    @classmethod
    def of(
        cls,
        inputs: Iterable[Path] = (),
        parameters: Mapping[str, Any] | None = None,
        seed: int | None = None,
    ) -> "Provenance":
        """Fingerprint the inputs and note the versions and the time.

        Raises:
            InputError: `SOURCE_DATE_EPOCH` is set, but is no time.
        """
        each = dict.fromkeys(path.absolute() for path in inputs)
        return cls(
            inputs={f"input {n}": sha256(path) for n, path in enumerate(each, start=1)},
            versions=dict(_versions()),
            parameters=dict(parameters or {}),
            seed=seed,
            created=_now(),
        )

    def to_json(self) -> str:
        """The record as JSON text, keys in order."""
        return json.dumps(
            {
                "inputs": dict(self.inputs),
                "versions": dict(self.versions),
                "parameters": dict(self.parameters),
                "seed": self.seed,
                "created": self.created,
            },
            sort_keys=True,
            default=str,
        )

    @classmethod
    def from_json(cls, text: str) -> "Provenance":
        """The record from what `to_json` wrote."""
        return cls(**json.loads(text))


def token(identifier: str) -> str:
    """Stands for an identifier (a UID) without telling it: equal where that is equal."""
    return hashlib.sha256(identifier.encode()).hexdigest()[:16] if identifier else ""


@cache
def _versions() -> Mapping[str, str]:
    found = {}
    for package in _RECORDED:
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            continue
    return found


def _now() -> str:
    epoch = os.environ.get("SOURCE_DATE_EPOCH")
    try:
        moment = datetime.now(UTC) if epoch is None else datetime.fromtimestamp(int(epoch), UTC)
    except (ValueError, OverflowError, OSError) as error:
        raise InputError(
            f"SOURCE_DATE_EPOCH={epoch} is no time; give whole seconds since 1970, or unset it."
        ) from error
    return moment.isoformat(timespec="seconds")
