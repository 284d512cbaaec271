"""Error budget of a model: what editing, segmentation and the printer each may add."""

from heartwright.printing.budget.budget import Budget, budget
from heartwright.printing.budget.measure import Editing, Uncertainty
from heartwright.printing.budget.stored import read_budget

__all__ = ["Budget", "Editing", "Uncertainty", "budget", "read_budget"]
