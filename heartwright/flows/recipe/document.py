"""A recipe's file: YAML that says exactly what it may say."""

from collections.abc import Hashable
from pathlib import Path
from typing import Annotated, Any, TypeVar

import yaml
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from heartwright.data import InputError
from heartwright.data.files import existing

_MOST_BYTES = 1 << 20

StepName = Annotated[str, StringConstraints(pattern=r"^[A-Za-z][\w-]*$")]
Options = dict[str, Any]
Model = TypeVar("Model", bound=BaseModel)


class Recipe(BaseModel):
    """Steps in the order they run: a name each, one verb, and the verb's options."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    title: str = ""
    steps: Annotated[dict[StepName, dict[str, Options]], Field(min_length=1)]


def read_recipe(path: Path) -> Recipe:
    """Read a recipe.

    Raises:
        InputError: the file is missing, no YAML or no recipe; the sentence names step and key.
    """
    recipe = checked(Recipe, _loaded(path), str(path))
    for name, verbs in recipe.steps.items():
        if len(verbs) != 1:
            raise InputError(f"{path}, step {name}: give it one verb, not {len(verbs)}.")
    return recipe


def checked(model: type[Model], given: Any, where: str) -> Model:
    """What was given, as the model wants it.

    Raises:
        InputError: it does not fit; the sentence begins with `where` and names the first bad key.
    """
    try:
        return model.model_validate(given)
    except ValidationError as error:
        raise InputError(f"{where}{_sentence(error)}") from error


def _sentence(error: ValidationError) -> str:
    first, *others = error.errors(include_url=False)
    keys = [str(key) for key in first["loc"] if key != "[key]"]
    if keys[:1] == ["steps"] and len(keys) > 1:
        keys = [f"step {keys[1]}", *keys[2:]]
    place = "".join(f", {key}" for key in keys)
    message = first["msg"][:1].lower() + first["msg"][1:].rstrip(".")
    more = f" ({len(others)} more like it)" if others else ""
    return f"{place}: {message}{more}."


def _loaded(path: Path) -> Any:
    try:
        text = existing(path).read_bytes()[: _MOST_BYTES + 1].decode("utf-8")
        if len(text) > _MOST_BYTES:
            raise InputError(f"{path} is larger than 1 MB; a recipe is a page of YAML.")
        return yaml.load(text, Loader=_Loader)  # noqa: S506 (a safe loader's child)
    except yaml.MarkedYAMLError as error:
        line = f" in line {error.problem_mark.line + 1}" if error.problem_mark else ""
        raise InputError(f"{path}: it is no YAML{line}: {error.problem}.") from error
    except (OSError, ValueError, RecursionError, yaml.YAMLError) as error:
        raise InputError(f"{path}: it cannot be read as YAML; write plain text (UTF-8).") from error


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
