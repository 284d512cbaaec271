"""Model → a mould of two halves."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

from heartwright.flows.coat_model import told
from heartwright.flows.lumen import read_lumen
from heartwright.flows.solids import two_places, write_solid

if TYPE_CHECKING:
    from heartwright.anatomy.mesh import Mould, MouldSizes, Opening


def mould_model(
    shape: Path,
    paths: tuple[Path, Path],
    *,
    parting: "Opening | None",
    sizes: "MouldSizes",
    label: int | None = None,
    force: bool = False,
) -> dict[str, Any]:
    """Make the mould, write both halves, and say how a cast leaves them.

    Without a parting plane, the one that leaves the least undercut is searched.
    """
    from heartwright.anatomy.mesh import mould, parting_plane

    two_places(paths, force=force)
    solid = read_lumen(shape, label=label)
    parting = parting or parting_plane(solid)
    made = mould(solid, parting, sizes=sizes)
    halves = zip((made.upper, made.lower), paths, strict=True)
    return {
        "halves": [write_solid(half, path, force=force) for half, path in halves],
        "parting_lps_mm": [*parting.point.tolist(), *parting.normal.tolist()],
        "cast_ml": solid.volume_mm3 / 1000,
        "pour_lps_mm": made.pour.tolist(),
        "vents_lps_mm": made.vents.tolist(),
        "releases": [told(one) for one in made.releases],
        "warnings": [*solid.provenance.parameters.get("warnings", []), *_about(made)],
    }


def _about(made: "Mould") -> list[str]:
    return [
        f"{one.undercut_ml:.2g} mL of the cast are undercut in the {which} half: cast in something "
        f"that stretches, or choose another parting plane."
        for which, one in zip(("upper", "lower"), made.releases, strict=True)
        if not one.straight
    ]
