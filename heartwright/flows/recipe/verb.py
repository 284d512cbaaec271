"""What a recipe must know of a verb, whoever provides it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel

Words = Sequence[str]  # a command line without the program's name


@dataclass(frozen=True)
class Verb:
    """A verb of the command line as a step.

    `words` and `call` stand for one command: what a person would type, and running it.
    """

    name: str
    options: type[BaseModel]  # its options and arguments by the names that people type
    written: frozenset[str]  # those of them that name files to write
    words: Callable[[Mapping[str, Any]], list[str]]  # raises InputError: the verb would refuse them
    call: Callable[[Words], Mapping[str, Any]]  # raises HeartwrightError; returns the verb's result
