"""What people see: pictures of solids, figures of records, and the page that holds them."""

from heartwright.report.palette import ACTIVATION, THICKNESS, Scale, colours
from heartwright.report.views import (
    ANTERIOR,
    LEFT_ANTERIOR_OBLIQUE,
    LEFT_LATERAL,
    POSTERIOR,
    SUPERIOR,
    View,
)

__all__ = [
    "ACTIVATION",
    "ANTERIOR",
    "LEFT_ANTERIOR_OBLIQUE",
    "LEFT_LATERAL",
    "POSTERIOR",
    "SUPERIOR",
    "THICKNESS",
    "Scale",
    "View",
    "colours",
]
