"""Verbs of two words beside the verb of one: `print` and `print verify`."""

from typing import Any

from typer.core import TyperGroup


class TwoWordVerbs(TyperGroup):
    """Commands whose names have two words; the first alone may be a command of its own.

    A file whose name is a second word is meant by its path: `print ./verify`.
    """

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """Take two words for one name where they are one."""
        both = " ".join(args[:2])
        return super().resolve_command(ctx, [both, *args[2:]] if both in self.commands else args)
