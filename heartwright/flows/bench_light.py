"""Lumen and device → the light-transmission test, as a picture and by sector."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

from heartwright.data.files import write_bytes, write_text
from heartwright.flows.bench_site import Site, on_bench, rounded
from heartwright.flows.endings import place
from heartwright.flows.solids import read_solid


def shine_light(
    site: Site,
    path: Path,
    *,
    image: Path | None = None,
    wall: Path | None = None,
    per_mm: float | None = None,
    force: bool = False,
) -> dict[str, Any]:
    """Shine light past a deployed device, through a printed wall if one is given."""
    from heartwright.bench import transmission

    place(path, ".json", force=force)
    if image is not None:
        place(image, ".png", force=force)
    bench = on_bench(site)
    printed = None if wall is None else read_solid(wall)
    found = transmission(bench.lumen, bench.deployment, wall=printed, per_mm=per_mm)
    result = {
        "transmitted_share": found.share,
        "sector_share": rounded(found.sector_share),
        "gap_mm2": found.area_mm2,
        "pixel_mm": found.pixel_mm,
        "attenuation_per_mm": per_mm,
        **bench.said(),
    }
    stored = result | {"provenance": asdict(bench.provenance)}
    write_text(path, json.dumps(stored, indent=1) + "\n", force=force)
    files = {"light": str(path)}
    if image is not None:
        from heartwright.report.figures import light_figure

        write_bytes(image, light_figure(found), force=force)
        files["image"] = str(image)
    return result | {"files": files}
