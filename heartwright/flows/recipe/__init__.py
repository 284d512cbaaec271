"""Recipes: verbs of the command line in a row, each run once and never again until it must."""

from heartwright.flows.recipe.document import Recipe, read_recipe
from heartwright.flows.recipe.run import foresee_recipe, run_recipe
from heartwright.flows.recipe.verb import Verb

__all__ = ["Recipe", "Verb", "foresee_recipe", "read_recipe", "run_recipe"]
