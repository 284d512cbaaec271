"""The nouns: frozen records over NumPy, errors, provenance and files. No algorithms.

Inside the package times are ms, lengths mm, potentials mV or dimensionless, points LPS.
"""

from heartwright.data.errors import (
    ConvergenceError,
    ExternalToolError,
    GeometryError,
    HeartwrightError,
    InputError,
    OutputError,
)
from heartwright.data.identified import Estimate, Identified, Profile
from heartwright.data.learned import Fit, Forecast
from heartwright.data.place import Placement, Plane
from heartwright.data.plan import (
    RESEARCH_ONLY,
    Appendage,
    Candidate,
    Case,
    Crossing,
    Diameters,
    Lobe,
    Plan,
    Site,
    Station,
)
from heartwright.data.progress import Progress, silent
from heartwright.data.provenance import Provenance
from heartwright.data.root_plan import Finding, Landmark, Measure, RootDevice, RootPlan
from heartwright.data.surface import Solid, Surface, SurfaceField
from heartwright.data.traces import TraceSet
from heartwright.data.volume import Grid, LabelMap, Volume

__all__ = [
    "RESEARCH_ONLY",
    "Appendage",
    "Candidate",
    "Case",
    "ConvergenceError",
    "Crossing",
    "Diameters",
    "Estimate",
    "ExternalToolError",
    "Finding",
    "Fit",
    "Forecast",
    "GeometryError",
    "Grid",
    "HeartwrightError",
    "Identified",
    "InputError",
    "LabelMap",
    "Landmark",
    "Lobe",
    "Measure",
    "OutputError",
    "Placement",
    "Plan",
    "Plane",
    "Profile",
    "Progress",
    "Provenance",
    "RootDevice",
    "RootPlan",
    "Site",
    "Solid",
    "Station",
    "Surface",
    "SurfaceField",
    "TraceSet",
    "Volume",
    "silent",
]
