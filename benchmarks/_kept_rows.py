"""Rows of a long benchmark, measured side by side and written down one by one."""

import hashlib
import json
import multiprocessing
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from functools import cache
from pathlib import Path
from typing import Any

import heartwright

Row = dict[str, Any]


@cache
def fingerprint(*patterns: str) -> str:
    """Of the files that make and measure, so that rows of other code do not count."""
    home = Path(heartwright.__file__).parent
    files = sorted(file for pattern in patterns for file in home.glob(pattern))
    return hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest()[:16]


def rows(
    measured: Callable[..., Row],
    *given: Any,
    count: int,
    jobs: int,
    keep: Path | None,
    counts: Callable[[Row], bool],
) -> Iterator[Row]:
    """The row of each seed below `count`, as they come; those kept that still count come first.

    Args:
        measured: of a seed and what is `given`; its row holds the seed.
        given: the same for every seed.
        count: how many.
        jobs: how many at a time.
        keep: a file of rows, one a line, that grows as they are measured.
        counts: whether a kept row is still good.
    """
    known = {row["seed"]: row for row in _stored(keep) if counts(row)}
    yield from (row for seed, row in known.items() if seed < count)
    rest = [seed for seed in range(count) if seed not in known]
    spawn = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(jobs, mp_context=spawn) as pool:
        for future in as_completed([pool.submit(measured, seed, *given) for seed in rest]):
            row = future.result()
            if keep:
                with keep.open("a") as file:
                    file.write(json.dumps(row) + "\n")
            yield row


def _stored(keep: Path | None) -> Iterator[Row]:
    for line in keep.read_text().splitlines() if keep and keep.exists() else []:
        try:
            yield json.loads(line)
        except ValueError:  # the line that was being written when the run was broken off
            continue
