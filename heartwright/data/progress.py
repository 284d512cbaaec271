"""How long work tells how far it is, without knowing who listens."""

from collections.abc import Callable

Progress = Callable[[int, int], None]  # (done, total)


def silent(done: int, total: int) -> None:
    """Tell nobody."""
