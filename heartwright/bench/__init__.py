"""Virtual bench tests on the solid that is printed. Research use only."""

from heartwright.bench.assumptions import assumptions, sources, warnings
from heartwright.bench.bottleneck import Bottleneck, bottleneck
from heartwright.bench.deploy import deploy
from heartwright.bench.deployment import Deployment
from heartwright.bench.flow import Blood, Leak, leak, orifice_ml_s, slit_ml_s
from heartwright.bench.gap import Gap, gap
from heartwright.bench.grading import BY_SITE, Scale
from heartwright.bench.light import Transmission, transmission
from heartwright.bench.release import Criterion, compression_range, release_criteria, tug_n
from heartwright.bench.ring import Elasticity
from heartwright.bench.shape import device_solid
from heartwright.bench.strain import Strain, annular_strain, ring_strain, strain_at
from heartwright.bench.sweep import RULE, Depth, best, sweep
from heartwright.bench.tolerance import Share, Spread, Uncertainty, repeated
from heartwright.bench.walls import Elastic, Room

__all__ = [
    "BY_SITE",
    "RULE",
    "Blood",
    "Bottleneck",
    "Criterion",
    "Deployment",
    "Depth",
    "Elastic",
    "Elasticity",
    "Gap",
    "Leak",
    "Room",
    "Scale",
    "Share",
    "Spread",
    "Strain",
    "Transmission",
    "Uncertainty",
    "annular_strain",
    "assumptions",
    "best",
    "bottleneck",
    "compression_range",
    "deploy",
    "device_solid",
    "gap",
    "leak",
    "orifice_ml_s",
    "release_criteria",
    "repeated",
    "ring_strain",
    "slit_ml_s",
    "sources",
    "strain_at",
    "sweep",
    "transmission",
    "tug_n",
    "warnings",
]
