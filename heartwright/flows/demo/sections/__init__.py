"""The parts of the demo's page, one a file."""

from heartwright.flows.demo.sections.plan import plan_section
from heartwright.flows.demo.sections.rhythm import rhythm_section
from heartwright.flows.demo.sections.shape import shape_section
from heartwright.flows.demo.sections.twin import twin_section

__all__ = ["plan_section", "rhythm_section", "shape_section", "twin_section"]
