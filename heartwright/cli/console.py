"""What people read: results on standard output, everything else on standard error."""

import json
import math
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from typing import Any

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)
from rich.progress import (
    Progress as Bar,
)
from rich.table import Table

from heartwright.data import Progress

_stderr = Console(stderr=True, highlight=False)


def complain(sentence: str) -> None:
    """One sentence to standard error, unwrapped, so that programs can read it too."""
    print(f"heartwright: {sentence}", file=sys.stderr)  # noqa: T201


def note(sentence: str) -> None:
    """A remark on the way, to standard error."""
    _stderr.print(sentence)


Stage = Callable[[str], AbstractContextManager[Progress]]


@contextmanager
def progress(title: str) -> Iterator[Progress]:
    """A bar with elapsed and remaining time while the block works."""
    with stages() as stage, stage(title) as tell:
        yield tell


@contextmanager
def stages() -> Iterator[Stage]:
    """Bars for several pieces of work, some of them at the same time."""
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
    )
    with Bar(*columns, console=_stderr, transient=True) as bar:

        @contextmanager
        def stage(title: str) -> Iterator[Progress]:
            task = bar.add_task(title, total=None)
            try:
                yield lambda done, total: bar.update(task, completed=done, total=total)
            finally:
                bar.remove_task(task)

        yield stage


def show(result: Mapping[str, Any], *, as_json: bool) -> None:
    """A result as one JSON object (NaN becomes null) or as a table."""
    if as_json:
        print(json.dumps(_plain(result), allow_nan=False))  # noqa: T201
        return
    table = Table(show_header=False, box=None, pad_edge=False)
    for name, value in _flat(_plain(result)):
        table.add_row(name, value)
    Console(highlight=False).print(table)


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {str(name): _plain(item) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if hasattr(value, "tolist"):  # NumPy's scalars and arrays
        return _plain(value.tolist())
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value


def _flat(value: Any, name: str = "") -> Iterator[tuple[str, str]]:
    if isinstance(value, dict):
        for key, item in value.items():
            yield from _flat(item, f"{name}.{key}" if name else key)
    elif isinstance(value, list) and any(isinstance(item, dict) for item in value):
        for number, item in enumerate(value, start=1):
            yield from _flat(item, f"{name}[{number}]")
    else:
        yield name, f"{value:.6g}" if isinstance(value, float) else str(value)
