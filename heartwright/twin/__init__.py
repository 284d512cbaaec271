"""The twin: where the shape and the rhythm meet."""

from heartwright.twin.activate import ATRIAL, NO_RESIDUAL, activate
from heartwright.twin.conduction import conduction_velocity, tuned_diffusivity

__all__ = ["ATRIAL", "NO_RESIDUAL", "activate", "conduction_velocity", "tuned_diffusivity"]
