"""What every bench test begins with: a lumen, a device from the catalogue, and where it lies."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from heartwright.data import RESEARCH_ONLY, InputError, Placement, Provenance, Solid
from heartwright.flows.lumen import read_lumen

if TYPE_CHECKING:
    from heartwright.bench import Deployment, Elastic, Elasticity
    from heartwright.planning.devices import Family


@dataclass(frozen=True, eq=False)
class Site:
    """A device in a lumen as a person names it."""

    lumen: Path
    device: str  # its family's name
    size_mm: float
    placement: Placement
    label: int | None = None
    own: Path | None = None  # a YAML file of own devices
    wall: "Elastic | None" = None  # None is rigid
    elasticity: "Elasticity | None" = None


@dataclass(frozen=True, eq=False)
class OnBench:
    """What a site becomes."""

    lumen: Solid
    family: "Family"
    deployment: "Deployment"
    provenance: Provenance

    def said(self) -> dict[str, Any]:
        """What every result carries: sources, assumptions, warnings."""
        from heartwright.bench import assumptions, sources, warnings

        return {
            "device": self.deployment.body.name,
            "size_mm": self.deployment.body.size_mm,
            "sources": list(sources(self.deployment, self.family)),
            "unverified": assumptions(self.deployment, self.family),
            "warnings": list(warnings(self.deployment)),
            "disclaimer": RESEARCH_ONLY,
        }


def on_bench(site: Site) -> OnBench:
    """Read the lumen and deploy the device in it.

    Raises:
        InputError: the device or its size is unknown, or the file cannot be used.
        GeometryError: the lumen is open, or the placement is outside of it.
    """
    from heartwright.bench import deploy

    family = family_of(site)
    body = family.body(site.size_mm)
    lumen = read_lumen(site.lumen, label=site.label)
    placed = deploy(lumen, body, site.placement, wall=site.wall, elasticity=site.elasticity)
    return OnBench(lumen, family, placed, provenance(site, lumen))


def elastic(
    modulus_mpa: float | None,
    thickness_mm: float | None,
    labels: Path | None,
    by_label_mpa: Mapping[int, float],
) -> "Elastic | None":
    """The wall as a person describes it; nothing said is rigid.

    Raises:
        InputError: something that belongs together is missing.
    """
    from heartwright.anatomy.imaging import read_labels
    from heartwright.bench import Elastic

    if modulus_mpa is None and thickness_mm is None and labels is None and not by_label_mpa:
        return None
    if modulus_mpa is None or thickness_mm is None:
        raise InputError("an elastic wall takes both --wall-modulus and --wall-thickness.")
    if (labels is None) == bool(by_label_mpa):
        raise InputError("--labels goes with --modulus LABEL=MPA, and the other way round.")
    known = None if labels is None else read_labels(labels)
    return Elastic(modulus_mpa, thickness_mm, known, by_label_mpa)


def family_of(site: Site) -> "Family":
    """The device's family, from the catalogue or from the user's own file."""
    from heartwright.planning.devices import FAMILIES, family_named, read_families, with_own

    known = with_own(FAMILIES, read_families(site.own)) if site.own else FAMILIES
    return family_named(site.device, known)


def provenance(site: Site, lumen: Solid) -> Provenance:
    """Inputs, and the parameters that a result can be made again from."""
    wall = site.wall
    asked = {
        "size_mm": site.size_mm,
        "origin_lps_mm": site.placement.origin.tolist(),
        "axis": site.placement.axis.tolist(),
        "wall_modulus_mpa": None if wall is None else wall.modulus_mpa,
        "wall_thickness_mm": None if wall is None else wall.thickness_mm,
    }
    files = [site.lumen] if site.own is None else [site.lumen, site.own]
    return Provenance.of(files, dict(lumen.provenance.parameters) | asked)


def rounded(values: np.ndarray) -> list[Any]:
    """Numbers for a file, to a thousandth."""
    listed: list[Any] = np.round(values, 3).tolist()
    return listed
