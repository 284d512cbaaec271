"""Fits that are learned once: a study that was stopped goes on from those it has."""

import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from pathlib import Path

from heartwright.data import Fit, OutputError, Progress, TraceSet
from heartwright.data.model_file import read_fit, write_fit
from heartwright.electro.hybrid import Published, Settings, learn
from heartwright.electro.hybrid.checkpoint import Checkpoint

Stage = Callable[[str], AbstractContextManager[Progress]]


@dataclass(frozen=True, eq=False)
class Learned:
    """A fit, and how long it took."""

    fit: Fit
    seconds: float  # since it went on, where it had been stopped
    went_on: bool


@dataclass(frozen=True)
class Fits:
    """The folder where a study keeps its fits, a file each, and how it tells how far it is."""

    folder: Path
    stage: Stage
    force: bool = False  # whether a fit of other traces or settings may be overwritten

    def learned(self, name: str, traces: TraceSet, settings: Settings | Published) -> Learned:
        """The fit of that name: read, if it is there already, else learned and written.

        Raises:
            OutputError: another fit has that name, and may not be overwritten.
        """
        path = self.folder / f"{name}.model"
        mark = Checkpoint.of(None, traces, settings, traces.clean).fingerprint
        found = self._found(path, mark)
        return found or self._anew(path, mark, traces, settings)

    def _found(self, path: Path, mark: str) -> Learned | None:
        if not path.exists():
            return None
        fit = read_fit(path)
        kept = fit.header.get("study", {})
        if kept.get("mark") == mark:
            return Learned(fit, kept["seconds"], kept["went_on"])
        if not self.force:
            raise OutputError(
                f"{path} was learned from other traces or settings; choose another folder or give "
                f"--force."
            )
        return None

    def _anew(
        self, path: Path, mark: str, traces: TraceSet, settings: Settings | Published
    ) -> Learned:
        partial = path.with_name(f"{path.stem}.{mark[:8]}.partial")
        went_on = partial.exists()
        start = time.perf_counter()
        with self.stage(f"Learning: {path.stem}") as tell:
            fit = learn(traces, settings=settings, checkpoint=partial, progress=tell)
        seconds = time.perf_counter() - start
        told = {"mark": mark, "seconds": seconds, "went_on": went_on}
        fit = replace(fit, header={**fit.header, "study": told})
        write_fit(fit, path, force=True)
        return Learned(fit, seconds, went_on)
