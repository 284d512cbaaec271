"""What is proposed for a patient, and the patient that it belongs to."""

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field

import numpy as np
from jaxtyping import Float

from heartwright.data.provenance import Provenance

RESEARCH_ONLY = "Research use only: not a medical device, not for clinical decisions."


@dataclass(frozen=True)
class Diameters:
    """A section's diameters, mm."""

    d_min_mm: float  # least caliper width
    d_max_mm: float  # greatest caliper width
    d_mean_mm: float  # mean of the two
    d_perimeter_mm: float  # perimeter / π
    d_area_mm: float  # 2 √(area / π)

    @property
    def perimeter_mm(self) -> float:
        """Length of the outline."""
        return math.pi * self.d_perimeter_mm

    @property
    def area_mm2(self) -> float:
        """Area inside the outline."""
        return math.pi / 4 * self.d_area_mm**2

    @property
    def eccentricity(self) -> float:
        """1 − least / greatest diameter; 0 is round."""
        return 1 - self.d_min_mm / self.d_max_mm


@dataclass(frozen=True)
class Candidate:
    """A device size that fits by its family's own rule."""

    name: str
    size_mm: float
    measure: str  # which diameter the family is sized by, and at which plane
    measured_mm: float
    compression: float  # 1 − deployed / nominal diameter
    source: str
    revision: str
    date: str  # when the source was read, ISO 8601
    verified: bool  # read in the manufacturer's own document


@dataclass(frozen=True)
class Plan:
    """Measures of a site and the devices that fit it."""

    site: str
    ostium: Diameters
    depth_mm: float
    devices: tuple[Candidate, ...]
    warnings: tuple[str, ...] = ()
    disclaimer: str = RESEARCH_ONLY
    provenance: Provenance = field(default_factory=Provenance)

    def summary(self) -> dict[str, object]:
        """The plan as plain values, ready for JSON."""
        return asdict(self)


@dataclass(frozen=True, eq=False)
class Case:
    """One patient: what belongs together, and how its coordinate systems relate."""

    pseudonym: str
    frame_of_reference: str = ""  # of the leading scan, as its provenance calls it
    transforms: Mapping[str, Float[np.ndarray, "4 4"]] = field(
        default_factory=dict
    )  # other frames → matrix into the leading frame, LPS mm
    belongings: Mapping[str, str] = field(default_factory=dict)  # role (scan, labels, fit) → file
    provenance: Provenance = field(default_factory=Provenance)
