"""Where a result comes from: enough to make it again."""

import json
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from heartwright.data.files import sha256

_RECORDED = ("heartwright", "numpy", "scipy", "jax", "equinox", "vtk", "manifold3d", "lib3mf")


@dataclass(frozen=True)
class Provenance:
    """Inputs, versions, parameters and seed of a result.

    `created` is left out of every comparison; `SOURCE_DATE_EPOCH` fixes it, so that the same
    input gives the same bytes.
    """

    inputs: Mapping[str, str] = field(default_factory=dict)  # file name → SHA-256
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
        """Fingerprint the inputs and note the versions and the time."""
        return cls(
            inputs={path.name: sha256(path) for path in inputs},
            versions=_versions(),
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


def _versions() -> dict[str, str]:
    found = {}
    for package in _RECORDED:
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            continue
    return found


def _now() -> str:
    epoch = os.environ.get("SOURCE_DATE_EPOCH")
    moment = datetime.now(UTC) if epoch is None else datetime.fromtimestamp(int(epoch), UTC)
    return moment.isoformat(timespec="seconds")
