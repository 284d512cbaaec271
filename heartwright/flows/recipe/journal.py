"""What a recipe has done in a folder: the log that people read and that the next run goes by."""

import json
import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from heartwright.data import InputError, OutputError
from heartwright.data.files import sha256, write_text
from heartwright.flows.recipe.plan import Step

NAME = "recipe-log.json"
_RUNNING, _DONE = "running", "done"
_FORMAT = 1


@dataclass
class Journal:
    """Notes by step, kept in the output folder; every change is on the disk before it counts."""

    folder: Path
    head: dict[str, Any] = field(default_factory=dict)  # created, provenance
    steps: dict[str, dict[str, Any]] = field(default_factory=dict)

    @classmethod
    def of(cls, folder: Path) -> "Journal":
        """The folder's journal; an empty one where there is none.

        Raises:
            InputError: the log is broken.
        """
        path = folder / NAME
        if not path.exists():
            return cls(folder)
        try:
            stored = json.loads(path.read_text(encoding="utf-8"))
            if stored.pop("format") != _FORMAT:
                raise ValueError("of another version")
            steps = dict(stored.pop("steps"))
            return cls(folder, stored, steps)
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            raise InputError(
                f"{path} is no log of a recipe; remove it or choose another --out."
            ) from error

    def holds(self, step: Step) -> bool:
        """Whether a step's files are there as they would be made again."""
        note = self.steps.get(step.name, {})
        return bool(
            note.get("state") == _DONE
            and note["key"] == step.key
            and note["from"] == self._behind(step)
            and all(self._unchanged(file, digest) for file, digest in note["files"].items())
        )

    def begun_by(self, steps: Sequence[Step]) -> bool:
        """Whether all that is noted belongs to these very steps, so that they go on with it."""
        keys = {step.name: step.key for step in steps}
        return all(note["key"] == keys.get(name) for name, note in self.steps.items())

    def check_free(self, step: Step) -> None:
        """Refuse to write over what this recipe did not write, or what was changed since.

        Raises:
            OutputError: a file of another origin is in the way.
        """
        ours = {f: digest for note in self.steps.values() for f, digest in note["files"].items()}
        for file in step.names:
            path = self.folder / file
            if path.exists() and file not in ours:
                raise OutputError(
                    f"{path} is there, not from this recipe; move it or give --force."
                )
            if path.exists() and ours[file] and not self._unchanged(file, ours[file]):
                raise OutputError(
                    f"{path} was changed since this recipe wrote it; move it or give --force."
                )

    def begin(self, step: Step) -> None:
        """Note that a step runs: what it leaves if it is killed is the recipe's own."""
        self._note(step, _RUNNING, dict.fromkeys(step.names))

    def finish(self, step: Step, facts: Mapping[str, Any]) -> None:
        """Note that a step is done."""
        self._note(step, _DONE, {file: sha256(self.folder / file) for file in step.names}, **facts)

    def write(self) -> None:
        """Put it on the disk."""
        text = json.dumps({"format": _FORMAT, **self.head, "steps": self.steps}, indent=2)
        write_text(self.folder / NAME, text + "\n", force=True)

    def _note(self, step: Step, state: str, files: Mapping[str, str | None], **facts: Any) -> None:
        self.steps[step.name] = {
            "state": state,
            "command": shlex.join(["heartwright", *map(step.told, step.words)]),
            "inputs": {step.unnamed[name]: digest for name, digest in step.inputs.items()},
            "from": self._behind(step),
            "key": step.key,
            "files": dict(files),
            **facts,
        }
        self.write()

    def _behind(self, step: Step) -> dict[str, Any]:
        """The files of the steps that it reads from, with their fingerprints."""
        return {name: self.steps.get(name, {}).get("files") for name in sorted(step.before)}

    def _unchanged(self, file: str, digest: str) -> bool:
        path = self.folder / file
        return path.is_file() and sha256(path) == digest
