"""`$step` in a recipe's options: the file that an earlier step writes."""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from heartwright.data import InputError

# A whole value or what follows its `=`: `$labels`, `$halves.2`, `$heart.stl`, `calcium=$calcium`
_REFERENCE = re.compile(r"(?P<before>^|^[^$]*=)\$(?P<step>[A-Za-z][\w-]*)(?:\.(?P<which>\w+))?$")

Files = Mapping[str, str]  # which of a step's files (option or number) → its name


def texts(value: Any) -> Iterator[str]:
    """Every text within a value."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        for item in value:
            yield from texts(item)


def numbered(written: Mapping[str, Any]) -> dict[str, str]:
    """A step's files by number, from 1, and by option where that has only one."""
    single = {key: name for key, name in written.items() if isinstance(name, str)}
    every = (name for names in written.values() for name in texts(names))
    return single | {str(n): name for n, name in enumerate(every, start=1)}


def referred(value: Any) -> set[str]:
    """The steps that a value refers to."""
    return {match["step"] for text in texts(value) if (match := _REFERENCE.match(text))}


def resolved(value: Any, steps: Mapping[str, Files], place: Callable[[str], str]) -> Any:
    """The value with each reference replaced by its file's place.

    Raises:
        InputError: there is no such step before this one, or no such file of it.
    """
    if isinstance(value, list):
        return [resolved(item, steps, place) for item in value]
    match = _REFERENCE.match(value) if isinstance(value, str) else None
    return match["before"] + place(_file(match, steps)) if match else value


def _file(match: re.Match[str], steps: Mapping[str, Files]) -> str:
    step, which = match["step"], match["which"] or "1"
    if step not in steps:
        there = ", ".join(f"${name}" for name in steps) or "none"
        raise InputError(f"no step '{step}' comes before this one; those that do: {there}.")
    if which not in steps[step]:
        raise InputError(f"step {step} writes no file '{which}'; it has {', '.join(steps[step])}.")
    return steps[step][which]
