"""YAML files that people write: read strictly, and checked against a pydantic model."""

from collections.abc import Hashable
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ValidationError

from heartwright.data.errors import InputError
from heartwright.data.files import existing

_MOST_BYTES = 1 << 20

Model = TypeVar("Model", bound=BaseModel)


def read_yaml(path: Path, kind: str) -> Any:
    """What a page of YAML holds.

    Args:
        path: the file, UTF-8.
        kind: what it should be, for the sentence about one that is too large.

    Raises:
        InputError: it is missing, larger than 1 MB, no YAML, or has aliases or double keys.
    """
    try:
        text = existing(path).read_bytes()[: _MOST_BYTES + 1].decode("utf-8")
        if len(text) > _MOST_BYTES:
            raise InputError(f"{path} is larger than 1 MB; {kind} is a page of YAML.")
        return yaml.load(text, Loader=_Loader)  # noqa: S506 (a safe loader's child)
    except yaml.MarkedYAMLError as error:
        line = f" in line {error.problem_mark.line + 1}" if error.problem_mark else ""
        raise InputError(f"{path}: it is no YAML{line}: {error.problem}.") from error
    except (OSError, ValueError, RecursionError, yaml.YAMLError) as error:
        raise InputError(f"{path}: it cannot be read as YAML; write plain text (UTF-8).") from error


def checked(model: type[Model], given: Any, where: str, *, each: str = "") -> Model:
    """What was given, as the model wants it.

    Args:
        model: says what fits.
        given: as YAML has it.
        where: the file, or the place in it.
        each: what an entry of the model's mapping is called: a `step` of a recipe's steps.

    Raises:
        InputError: it does not fit; the sentence begins with `where` and names the first bad key.
    """
    try:
        return model.model_validate(given)
    except ValidationError as error:
        raise InputError(f"{where}{_sentence(error, each)}") from error


def _sentence(error: ValidationError, each: str) -> str:
    first, *others = error.errors(include_url=False)
    keys = [str(key) for key in first["loc"] if key != "[key]"]
    if each and len(keys) > 1:
        keys = [f"{each} {keys[1]}", *keys[2:]]
    place = "".join(f", {key}" for key in keys)
    said = first["msg"].removeprefix("Value error, ").rstrip(".")
    message = said[:1].lower() + said[1:]
    more = f" ({len(others)} more like it)" if others else ""
    return f"{place}: {message}{more}."


class _Loader(yaml.SafeLoader):
    """YAML's safe loader without aliases (they unfold without bound) and without double keys."""

    def compose_node(self, parent: yaml.Node | None, index: Any) -> yaml.Node | None:
        """The next node, which is no alias."""
        if self.check_event(yaml.AliasEvent):
            event = self.get_event()
            raise yaml.composer.ComposerError(
                problem=f"write *{event.anchor} out; aliases are not taken",
                problem_mark=event.start_mark,
            )
        return super().compose_node(parent, index)

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        """A mapping whose keys differ."""
        keys = [self.construct_object(key, deep=True) for key, _ in node.value]
        for number, key in enumerate(keys):
            if key in keys[:number]:
                raise yaml.constructor.ConstructorError(
                    problem=f"{key} is there twice", problem_mark=node.value[number][0].start_mark
                )
        return super().construct_mapping(node, deep=deep)
