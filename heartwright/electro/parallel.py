"""All cores at work: XLA runs a loop over time on one, and lets Python go meanwhile."""

import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

import jax
import numpy as np
from jaxtyping import Integer

LARGEST = 512  # rows of a block: what a step of them touches fits the second-level cache
SMALLEST = 16  # below this a step takes as long as with one row

Part = TypeVar("Part")
Result = TypeVar("Result")


def blocks(rows: int, *, smallest: int = SMALLEST) -> list[Integer[np.ndarray, "row"]]:
    """Row numbers in blocks of (almost) one size: one, or an even number of at least `smallest`.

    They depend on nothing but these two numbers, so that results are the same on every machine,
    to the last bit.
    """
    halves = -(-rows // (2 * LARGEST))
    return np.array_split(np.arange(rows), 2 * halves if rows >= 2 * smallest else 1)


def on_all_cores(run: Callable[[Part], Result], parts: Sequence[Part]) -> list[Result]:
    """`run` of every part, as many at a time as there are cores; results in the parts' order.

    `run` is to spend its time in compiled JAX functions; its results are waited for.
    """
    precise = jax.enable_x64.value  # a thread would have the process's, not the caller's

    def finished(part: Part) -> Result:
        with jax.enable_x64(precise):
            return jax.block_until_ready(run(part))

    if len(parts) == 1:
        return [finished(parts[0])]
    with ThreadPoolExecutor(os.cpu_count()) as threads:
        return list(threads.map(finished, parts))
