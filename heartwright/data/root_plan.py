"""What is measured at an aortic root, how well, and what follows from it."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field

from heartwright.data.plan import RESEARCH_ONLY, Candidate, Diameters
from heartwright.data.provenance import Provenance

Triple = tuple[float, float, float]


@dataclass(frozen=True)
class Landmark:
    """A point that measures start from."""

    lps_mm: Triple
    sd_mm: float  # standard deviation along each axis
    automatic: bool  # found by the program, not given by a person


@dataclass(frozen=True)
class Measure:
    """A quantity with the standard deviation that boundary and landmarks leave it."""

    value: float
    sd: float
    unit: str  # mm, mm², ° or 1


@dataclass(frozen=True)
class RootDevice:
    """A valve size at this root."""

    candidate: Candidate
    fits_at_best_estimate: bool  # false: only within one standard deviation of the measure
    clearance_mm: Mapping[str, float]  # from its cylinder to an ostium or the junction's wall


@dataclass(frozen=True)
class Finding:
    """A published rule, held against this root."""

    name: str
    rule: str  # in words, with its thresholds
    verdict: str  # "met", "not met" or "cannot be said"
    values: Mapping[str, float]  # what it was held against
    lacking: tuple[str, ...]  # inputs that are not known
    performance: str  # as published: sensitivity, specificity, area under the curve, n
    source: str
    verified: bool  # read in the source


@dataclass(frozen=True)
class RootPlan:
    """Measures of an aortic root, the valve sizes that fit it, and the rules that it meets."""

    annulus_point_lps_mm: Triple  # middle of the three nadirs
    annulus_normal_lps: Triple  # unit, from the ventricle into the aorta
    annulus: Diameters
    landmarks: Mapping[str, Landmark]
    measures: Mapping[str, Measure]
    devices: tuple[RootDevice, ...]
    findings: tuple[Finding, ...]
    views: Mapping[str, Mapping[str, float]]  # name → lao_deg (RAO negative), cra_deg
    s_curve: tuple[tuple[float, float], ...] = ()  # lao_deg, cra_deg: the annulus from its side
    tract_shape: str = "not known"  # outflow tract below the annulus: tapered, tubular or flared
    phase_percent: float | None = None  # of the RR interval
    warnings: tuple[str, ...] = ()
    site: str = "aortic root"
    disclaimer: str = RESEARCH_ONLY
    provenance: Provenance = field(default_factory=Provenance)

    def summary(self) -> dict[str, object]:
        """The plan as plain values, ready for JSON."""
        return asdict(self)
