"""The command line's verbs as a recipe's steps, read off the command line itself.

A verb becomes a step by being registered in `app`; its options say names, types and limits.
"""

import io
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import redirect_stdout
from functools import cache, partial
from types import UnionType
from typing import Annotated, Any, Union, get_args, get_origin, get_type_hints

import typer
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, create_model

from heartwright.cli.app import UsageError, app, sentence
from heartwright.data import InputError
from heartwright.flows.recipe import Verb

_ALSO_WRITTEN = frozenset(  # beside what `-o` names
    {"stl", "solid", "figure", "pdf", "map", "sheet"}
)
_NO_STEPS = frozenset(  # they write no file, or not one
    {"run", "demo", "study", "deidentify", "fetch", "scan", "split"}
)
_OURS = frozenset({"json", "force"})  # the recipe gives them

Command = Any  # Click's, which Typer imports or carries within itself


@cache
def verbs() -> dict[str, Verb]:
    """Every verb that can be a step."""
    found = _commands(typer.main.get_command(app))
    return {name: _verb(name, command) for name, command in found}


def _commands(group: Command, before: str = "") -> Iterator[tuple[str, Command]]:
    for word, command in group.commands.items():
        if word in _NO_STEPS:
            continue
        if hasattr(command, "commands"):
            yield from _commands(command, f"{before}{word} ")
        else:
            yield before + word, command


def _verb(name: str, command: Command) -> Verb:
    parameters = {_key(p): p for p in command.params if p.name not in {*_OURS, "help"}}
    owned = [f"--{p.name}" for p in command.params if p.name in _OURS]
    written = (k for k, p in parameters.items() if "-o" in p.opts or k in _ALSO_WRITTEN)
    return Verb(
        name,
        _options(name, command.callback, parameters),
        frozenset(written),
        partial(_words, name, command, parameters),
        partial(_call, owned),
    )


def _key(parameter: Command) -> str:
    """What people type for a parameter, without dashes."""
    longest = max((*parameter.opts, ""), key=len)
    return str(longest.removeprefix("--"))


def _options(
    name: str, run: Callable[..., None], parameters: Mapping[str, Command]
) -> type[BaseModel]:
    """The model of a verb's options, from its function's signature."""
    hints = get_type_hints(run)
    fields: dict[str, Any] = {  # named apart from what pydantic's models have of their own
        f"option_{p.name}": (
            _textual(hints[p.name]),
            Field(default=... if p.required else None, alias=key),
        )
        for key, p in parameters.items()
    }
    return create_model(name, __config__=ConfigDict(extra="forbid"), **fields)


def _textual(hint: Any) -> Any:
    """The type with its texts taking what YAML has for points and for names of files."""
    if hint is str:
        return Annotated[str, BeforeValidator(_text)]
    if get_origin(hint) is list:
        return Annotated[list[_textual(get_args(hint)[0])], BeforeValidator(_texts)]  # type: ignore[misc]
    if get_origin(hint) in {Union, UnionType}:
        return Union[tuple(_textual(part) for part in get_args(hint))]  # noqa: UP007
    return hint


def _text(value: Any) -> Any:
    """`[1, 2, 3]` as `1,2,3`, and `[[1, 2, 3], [4, 5, 6]]` as `1,2,3/4,5,6`."""
    if not isinstance(value, list) or not value:
        return value
    if all(isinstance(item, int | float) and not isinstance(item, bool) for item in value):
        return ",".join(map(str, value))
    inner = [_text(item) for item in value]
    return "/".join(inner) if all(isinstance(item, str) for item in inner) else value


def _texts(value: Any) -> Any:
    """One text as a list of it, and `{calcium: FILE}` or `{aorta: [POINT, …]}` as `NAME=…` each."""
    if isinstance(value, dict):
        return [f"{name}={text}" for name, given in value.items() for text in _each(given)]
    return _each(value)


def _each(given: Any) -> list[Any]:
    """Texts and points, one or several."""
    one = not isinstance(given, list) or (given and isinstance(given[0], int | float))
    return [_text(item) for item in ([given] if one else given)]


def _words(
    name: str, command: Command, parameters: Mapping[str, Command], values: Mapping[str, Any]
) -> list[str]:
    """The command line of these values, options in their own order.

    Raises:
        InputError: the verb would refuse it.
    """
    given = [(parameters[key], values[key]) for key in parameters if values.get(key) is not None]
    words = [word for p, value in given for word in _typed(p, value)]
    try:
        command.make_context(name, list(words))
    except UsageError as error:
        raise InputError(sentence(error)) from error
    return [*name.split(), *words]


def _typed(parameter: Command, value: Any) -> list[str]:
    if parameter.param_type_name == "argument":
        return [str(item) for item in value] if isinstance(value, list) else [str(value)]
    longest = max(parameter.opts, key=len)
    if parameter.is_flag:
        return [longest] if value else list(parameter.secondary_opts[:1])
    if parameter.multiple:
        return [f"{longest}={item}" for item in value]
    return [longest, *map(str, value)] if parameter.nargs > 1 else [f"{longest}={value}"]


def _call(owned: Sequence[str], words: Sequence[str]) -> Mapping[str, Any]:
    """Run a command line and take its JSON."""
    with redirect_stdout(io.StringIO()) as printed:
        app(args=[*words, *owned], standalone_mode=False)
    result: Mapping[str, Any] = json.loads(printed.getvalue().splitlines()[-1])
    return result
