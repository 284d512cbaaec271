"""Learning that was stopped goes on where it was, to the same bits.

A checkpoint is one file: numbers as NumPy arrays, the rest as JSON, and a fingerprint of the data
and settings that it belongs to. It is written whole after every round and removed at the end.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from heartwright import __version__
from heartwright.data import InputError, TraceSet
from heartwright.data.files import atomic

Arrays = Mapping[str, np.ndarray]


@dataclass(frozen=True)
class Checkpoint:
    """Where learning notes how far it is; nowhere, if there is no path."""

    path: Path | None
    fingerprint: str

    @classmethod
    def of(cls, path: Path | None, traces: TraceSet, settings: Any, *more: object) -> "Checkpoint":
        """The checkpoint of one learning: these traces, these settings, this version."""
        return cls.of_arrays(path, settings, traces.values, traces.lengths, traces.onsets_ms, *more)

    @classmethod
    def of_arrays(cls, path: Path | None, settings: Any, *parts: object) -> "Checkpoint":
        """The same for whatever arrays are learned from."""
        told = json.dumps([__version__, type(settings).__name__, asdict(settings)], sort_keys=True)
        print_ = hashlib.sha256(told.encode())
        for part in parts:
            print_.update(b"" if part is None else np.ascontiguousarray(part).tobytes())
        return cls(path, print_.hexdigest())

    def second(self) -> "Checkpoint":
        """That of a second learning on the same data, whose first one stays noted."""
        path = self.path and self.path.with_name(f"{self.path.name}.2")
        return Checkpoint(path, f"{self.fingerprint}.2")

    def load(self) -> tuple[dict[str, np.ndarray], Any] | None:
        """Arrays and the rest as they were saved last; None where there is no file.

        Raises:
            InputError: the file is broken, or belongs to another learning.
        """
        if self.path is None or not self.path.exists():
            return None
        try:
            with np.load(self.path, allow_pickle=False) as data:
                arrays = {name: data[name] for name in data.files}
            told = json.loads(str(arrays.pop("told")))
        except (OSError, ValueError, KeyError) as error:
            raise InputError(f"{self.path}: the checkpoint is broken; delete it.") from error
        if told["fingerprint"] != self.fingerprint:
            raise InputError(
                f"{self.path}: the checkpoint belongs to other traces or settings; delete it to "
                f"start anew, or repeat the command that it came from."
            )
        return arrays, told["rest"]

    def save(self, arrays: Arrays, rest: Any) -> None:
        """Write them in place of what was there."""
        if self.path is None:
            return
        told = json.dumps({"fingerprint": self.fingerprint, "rest": rest})
        with atomic(self.path, force=True) as temporary, temporary.open("wb") as stream:
            np.savez(stream, **{"told": np.array(told), **arrays})  # type: ignore[arg-type]

    def remove(self) -> None:
        """Learning is done."""
        if self.path is not None:
            self.path.unlink(missing_ok=True)
