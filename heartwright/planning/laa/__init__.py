"""Left atrial appendage: where it is measured, and the occluders that fit. Research use only."""

from heartwright.planning.laa.plan import plan, rim

__all__ = ["plan", "rim"]
