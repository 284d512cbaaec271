"""When learning ends: nothing is gained, or what is not learned from is forecast worse again."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from heartwright.data import Progress
from heartwright.electro.hybrid.checkpoint import Checkpoint
from heartwright.electro.hybrid.newton.fit import Point, Problem, rounds

SETTLED, PATIENCE = 1e-4, 4  # so many rounds that gain less than this share end the learning
EVERY = 5  # rounds between two looks at the validation traces
LOST = 20  # rounds since the best look end the learning
BEST = "best_"  # before the names of its arrays in a checkpoint

Look = Callable[[Point], float]  # the error on traces that are not learned from


@dataclass(frozen=True)
class Learning:
    """Where learning is, and where it was when the validation traces were forecast best."""

    point: Point
    best: Point | None = None
    error: float = np.inf  # of the best

    def on(self, point: Point) -> "Learning":
        """One round on."""
        return replace(self, point=point)

    def looked(self, look: Look) -> "Learning":
        """The same after a look at the validation traces."""
        error = look(self.point)
        return replace(self, best=self.point, error=error) if error < self.error else self

    def ended(self, most: int) -> bool:
        """Whether rounds are used up, gain nothing, or lose what validation gained."""
        lost = self.best is not None and self.point.round - self.best.round >= LOST
        return self.point.round >= most or lost or _idle(self.point)

    def packed(self) -> tuple[dict[str, np.ndarray], dict[str, Any]]:
        """Arrays, and what JSON holds to the last bit."""
        arrays, rest = self.point.packed()
        if self.best is None:
            return arrays, {"at": rest}
        more, best = self.best.packed()
        arrays |= {f"{BEST}{name}": array for name, array in more.items()}
        return arrays, {"at": rest, "best": best, "error": self.error}

    @classmethod
    def unpacked(cls, arrays: Mapping[str, np.ndarray], rest: Mapping[str, Any]) -> "Learning":
        """The inverse of `packed`."""
        point = Point.unpacked(arrays, rest["at"])
        if "best" not in rest:
            return cls(point)
        more = {name.removeprefix(BEST): x for name, x in arrays.items() if name.startswith(BEST)}
        return cls(point, Point.unpacked(more, rest["best"]), rest["error"])


def settled(
    problem: Problem,
    point: Point,
    *,
    most: int,
    kept: Checkpoint,
    progress: Progress,
    look: Look | None = None,
) -> Point:
    """The point after so many rounds, or after several that gained nothing.

    With a `look` at traces that are not learned from, every few rounds and at the end, it is the
    point at which their error was least, and learning ends when that was long ago.
    """
    saved = kept.load()
    at = Learning(point) if saved is None else Learning.unpacked(*saved)
    going_on = rounds(problem, at.point)
    while not at.ended(most):
        at = at.on(next(going_on))
        if look is not None and at.point.round % EVERY == 0:
            at = at.looked(look)
        kept.save(*at.packed())
        progress(at.point.round, most)
    if look is not None and at.point.round % EVERY:
        at = at.looked(look)
    return at.best or at.point


def _idle(point: Point) -> bool:
    """Whether the last rounds gained nothing."""
    last = point.history.get("gained", ())[-PATIENCE:]
    return len(last) == PATIENCE and bool(max(last) < SETTLED)
