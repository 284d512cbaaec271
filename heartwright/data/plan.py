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
    measure: str  # what the family is sized by, and at which plane
    unit: str  # of the measure: mm or mm²
    measured: float
    compression: float  # 1 − deployed / nominal diameter, at the site's diameter of this measure
    oversizing: float  # nominal / measured − 1, in the measure: of diameter, perimeter or area
    source: str
    revision: str
    date: str  # when the source was read, ISO 8601
    verified: bool  # read in the manufacturer's own document


Triple = tuple[float, float, float]


@dataclass(frozen=True)
class Site:
    """A plane in which devices are sized."""

    name: str  # ostium, landing zone
    point_lps_mm: Triple  # centre of the section
    normal_lps: Triple  # unit, from the atrium into the appendage
    diameters: Diameters
    uncertainty_mm: float  # of every diameter: wall and place of the plane
    found: str  # by what: three given points, circumflex artery and ridge, the neck's shape


@dataclass(frozen=True)
class Station:
    """A section across a centreline."""

    along_mm: float  # from the ostium, negative in the atrium
    point_lps_mm: Triple
    normal_lps: Triple  # unit, towards the tip
    diameters: Diameters | None  # none where no closed curve goes round the centreline
    valid: bool  # false: no closed curve, or one that runs into a neighbouring part


@dataclass(frozen=True)
class Lobe:
    """A lobe of an appendage, from the ostium to its tip."""

    tip_lps_mm: Triple
    depth_mm: float  # straight, from the ostium's plane
    length_mm: float  # along the centreline
    sharpest_bend_deg: float  # between its first 10 mm and the most turned later ones; 180 straight
    leaves_at_mm: float  # along the main lobe's centreline; 0 for the main lobe


@dataclass(frozen=True)
class Crossing:
    """A place on the oval fossa where the septum may be crossed."""

    name: str  # cranial, central or caudal, and anterior, central or posterior
    point_lps_mm: Triple
    off_axis_deg: float  # between the way to the ostium and the landing zone's axis
    off_centre_mm: float  # of the straight way, in the plane of the landing zone
    bend_deg: float  # of a sheath from the lower caval vein through this place
    bend_radius_mm: float  # of the circle through vein, septum and landing zone
    curve: str  # single, double or anterior, by our own rule
    coaxial: bool


@dataclass(frozen=True)
class Appendage:
    """What is found at a left atrial appendage, how, and how well."""

    sites: tuple[Site, ...]
    stations: tuple[Station, ...]  # along the main lobe
    lobes: tuple[Lobe, ...]  # the longest first
    volume_mm3: float  # beyond the ostium
    morphology: str  # chicken wing, windsock, cactus, cauliflower
    morphology_rule: str  # in words, with its source
    also_fit: tuple[Candidate, ...]  # only within the uncertainty of the measure
    landmarks_lps_mm: Mapping[str, Triple] = field(default_factory=dict)
    crossings: tuple[Crossing, ...] = ()  # the best first
    views: Mapping[str, Mapping[str, float]] = field(default_factory=dict)  # lao_deg, cra_deg


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
    appendage: Appendage | None = None

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
