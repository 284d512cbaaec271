"""Lumen, device and an elastic wall → how unevenly the wall is stretched."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

from heartwright.data.files import write_text
from heartwright.flows.bench_site import Site, on_bench, rounded
from heartwright.flows.endings import place


def strain_wall(
    site: Site, path: Path, *, height_mm: float = 0.0, force: bool = False
) -> dict[str, Any]:
    """Measure the circumferential strain of the wall's ring at a height above the site."""
    from heartwright.bench import strain_at

    place(path, ".json", force=force)
    bench = on_bench(site)
    found = strain_at(bench.deployment, z_mm=height_mm)
    result = {
        "height_mm": height_mm,
        "mean_strain": found.mean,
        "unevenness": found.unevenness,
        "greatest_local_bulge": float(found.local_bulge.max()),
        "greatest_radial_bulge_mm": float(found.radial_bulge_mm.max()),
        "arc_strain": rounded(found.arcs),
        "arc_local_bulge": rounded(found.local_bulge),
        **bench.said(),
    }
    stored = result | {
        "radial_bulge_mm": rounded(found.radial_bulge_mm),
        "provenance": asdict(bench.provenance),
    }
    write_text(path, json.dumps(stored, indent=1) + "\n", force=force)
    return result | {"files": {"strain": str(path)}}
