"""Action potentials in time."""

import math
from dataclasses import dataclass, field, replace

import numpy as np
from jaxtyping import Bool, Float, Integer

from heartwright.data.errors import InputError
from heartwright.data.provenance import Provenance

Samples = Float[np.ndarray, "trace time"]


@dataclass(frozen=True, eq=False)
class TraceSet:
    """Traces on a common clock, each with its own length.

    A sample that is NaN inside a trace is a gap: it was not measured, and nothing stands in for it.
    Prepared traces hold one beat each: scaled to [0, 1], the silent part removed, so that
    sample 0 is the last one before the upstroke.
    """

    values: Samples  # `unit`; NaN where nothing was measured, and behind a trace's own end
    step_ms: float  # between two samples
    lengths: Integer[np.ndarray, "trace"]  # samples of each trace
    names: tuple[str, ...]
    unit: str = "1"
    prepared: bool = False
    clean: Samples | None = None  # the truth behind noisy simulated traces
    onsets_ms: Float[np.ndarray, "trace pulse"] | None = None  # of known stimuli, after sample 0
    scale: str = ""  # what 0 and 1 of prepared traces are, by name
    notes: str = ""  # how the traces were made, for the file's reader
    provenance: Provenance = field(default_factory=Provenance)

    def __post_init__(self) -> None:
        if not (math.isfinite(self.step_ms) and self.step_ms > 0):
            raise InputError(
                f"a trace set cannot have a step of {self.step_ms} ms; give a positive one."
            )
        if not len(self.values) == len(self.lengths) == len(self.names):
            raise InputError("a trace set needs one name and one length for each trace.")
        if self.onsets_ms is not None and len(self.onsets_ms) != len(self.values):
            raise InputError("a trace set needs as many rows of stimulus onsets as it has traces.")
        for name, trace, length in zip(self.names, self.values, self.lengths, strict=True):
            if not 2 <= length <= len(trace):
                raise InputError(f"trace {name} is {length} samples long; at least 2 are needed.")
            if np.isinf(trace[:length]).any():
                raise InputError(f"trace {name} has infinite values; cut or mend them first.")
            if (measured := int(np.isfinite(trace[:length]).sum())) < 2:
                raise InputError(
                    f"trace {name} has {measured} measured samples, all others are gaps; at least "
                    f"2 are needed."
                )

    def __len__(self) -> int:
        return len(self.values)

    @property
    def times(self) -> Float[np.ndarray, "time"]:
        """Clock of every trace, ms from its first sample."""
        return np.arange(self.values.shape[1]) * self.step_ms

    @property
    def there(self) -> Bool[np.ndarray, "trace time"]:
        """Where a trace has samples, measured or not: up to its own end."""
        return np.arange(self.values.shape[1]) < self.lengths[:, None]

    @property
    def measured(self) -> Bool[np.ndarray, "trace time"]:
        """Where a trace was measured: up to its own end, but for its gaps."""
        return self.there & np.isfinite(self.values)

    def take(self, which: Integer[np.ndarray, "chosen"]) -> "TraceSet":
        """Some of the traces, by number, on the same clock and no longer than they are."""
        longest = self.lengths[which].max(initial=0)
        return replace(
            self,
            values=self.values[which, :longest],
            lengths=self.lengths[which],
            names=tuple(self.names[n] for n in which),
            clean=None if self.clean is None else self.clean[which, :longest],
            onsets_ms=None if self.onsets_ms is None else self.onsets_ms[which],
        )
