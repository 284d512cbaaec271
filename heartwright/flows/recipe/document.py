"""A recipe's file: YAML that says exactly what it may say."""

from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from heartwright.data import InputError
from heartwright.data.yaml_file import checked, read_yaml

StepName = Annotated[str, StringConstraints(pattern=r"^[A-Za-z][\w-]*$")]
Options = dict[str, Any]


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
    recipe = checked(Recipe, read_yaml(path, "a recipe"), str(path), each="step")
    for name, verbs in recipe.steps.items():
        if len(verbs) != 1:
            raise InputError(f"{path}, step {name}: give it one verb, not {len(verbs)}.")
    return recipe
