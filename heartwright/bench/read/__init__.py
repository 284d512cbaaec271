"""The physical bench, read back: beads in CT pairs, photographs of the light test."""

from heartwright.bench.read.beads import Beads, find_beads
from heartwright.bench.read.beside import Beside, beside, by_angle
from heartwright.bench.read.pairs import Pair, matched, numbered, strain_uncertainty
from heartwright.bench.read.photograph import Light, light_by_sector, read_light
from heartwright.bench.read.rim import Rim, rim_from_points, rim_of_disc

__all__ = [
    "Beads",
    "Beside",
    "Light",
    "Pair",
    "Rim",
    "beside",
    "by_angle",
    "find_beads",
    "light_by_sector",
    "matched",
    "numbered",
    "read_light",
    "rim_from_points",
    "rim_of_disc",
    "strain_uncertainty",
]
