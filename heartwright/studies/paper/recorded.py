"""Two groups of recordings, as a person names them."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from heartwright.data import InputError
from heartwright.electro.hybrid.horizon import BEYOND_APD, observed_apd90
from heartwright.flows.recordings import Reading, read_traces
from heartwright.studies.paper.groups import Group
from heartwright.studies.paper.scale import RECORDED_HORIZON_MS

FEWEST = 3  # traces a group: two to learn from and one to foretell


@dataclass(frozen=True)
class Recordings:
    """Files or folders of each group, what the groups are called, and how the files are read."""

    long: Sequence[Path]
    short: Sequence[Path]
    labels: tuple[str, str] = ("long", "short")
    how: Reading = field(default_factory=Reading)

    def __post_init__(self) -> None:
        if not (self.long and self.short):
            raise InputError("Table 1 compares two groups; give both --long and --short.")
        if not all(label.strip() for label in self.labels) or len(set(self.labels)) < 2:
            raise InputError(
                f"the groups need a name each, not {' and '.join(map(repr, self.labels))}; "
                f"give --long-label and --short-label two different ones."
            )


def recorded_groups(recordings: Recordings) -> tuple[Group, Group]:
    """Both groups, prepared.

    Raises:
        InputError: a file cannot be read, or a group has fewer than three traces.
    """
    long, short = (
        _group(label, paths, recordings.how)
        for label, paths in zip(recordings.labels, (recordings.long, recordings.short), strict=True)
    )
    return long, short


def horizon(groups: tuple[Group, Group]) -> float:
    """The paper's 300 ms; 1.3 × the longest APD90, where an action potential lasts longer, ms."""
    longest = max(float(np.nanmax(observed_apd90(group.traces), initial=0)) for group in groups)
    if longest <= RECORDED_HORIZON_MS:
        return RECORDED_HORIZON_MS
    return float(10 * np.ceil(BEYOND_APD * longest / 10))


def _group(label: str, paths: Sequence[Path], how: Reading) -> Group:
    traces = read_traces(paths, how)
    if len(traces) < FEWEST:
        raise InputError(
            f"the group {label!r} has {len(traces)} trace{'s' * (len(traces) > 1)}; "
            f"at least {FEWEST} are needed to learn from some and foretell others."
        )
    return Group(label, traces)
