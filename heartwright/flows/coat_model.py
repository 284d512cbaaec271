"""Shape → a core to print, coat and remove."""

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from heartwright.flows.lumen import read_lumen
from heartwright.flows.solids import two_places, write_solid

if TYPE_CHECKING:
    from heartwright.anatomy.mesh import CoatedCore, Opening, Release


def coat_model(
    shape: Path,
    paths: tuple[Path, Path],
    *,
    thickness_mm: float,
    label: int | None = None,
    openings: Sequence["Opening"] = (),
    lumen_stays: bool = False,
    force: bool = False,
) -> dict[str, Any]:
    """Make the core and the coat, write both, and say how the core gets out."""
    from heartwright.anatomy.mesh import coated_core

    two_places(paths, force=force)
    solid = read_lumen(shape, label=label)
    made = coated_core(solid, thickness_mm, openings=openings, inwards=not lumen_stays)
    core, coat = paths
    return {
        "core": write_solid(made.core, core, force=force),
        "coat": write_solid(made.coat.solid, coat, force=force),
        "coat_ml": made.coat.solid.volume_mm3 / 1000,
        "releases": [told(one) for one in made.releases],
        "warnings": [*solid.provenance.parameters.get("warnings", []), *_about(made)],
    }


def told(one: "Release") -> dict[str, Any]:
    """A check of release as plain values."""
    return asdict(one) | {"straight": one.straight, "stretch": one.stretch}


def _about(made: "CoatedCore") -> list[str]:
    if not made.releases:
        return ["No opening is given, so the core cannot leave the coat; cut it or give --open."]
    best = made.releases[0]
    if best.straight:
        return []
    return [
        f"{best.undercut_ml:.2g} mL of the core are undercut even along the best opening: dissolve "
        f"it, or the coat must stretch {best.stretch:.1f} times to let it out."
    ]
