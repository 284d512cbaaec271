"""Lumen and device → a table of depths, and the best one by the stated rule."""

import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
from jaxtyping import Float

from heartwright.data import GeometryError
from heartwright.data.files import write_text
from heartwright.flows.bench_site import Site, on_bench
from heartwright.flows.endings import place


def sweep_depth(
    site: Site,
    path: Path,
    *,
    shifts_mm: Sequence[float],
    ostia: Float[np.ndarray, "ostium 3"] | None = None,
    septum_mm: float | None = None,
    force: bool = False,
) -> dict[str, Any]:
    """Deploy a device at several depths and hold leak, coronaries and septum side by side."""
    from heartwright.bench import RULE, best, sweep

    place(path, ".json", force=force)
    bench = on_bench(site)
    rows = sweep(
        bench.lumen,
        bench.deployment.body,
        site.placement,
        shifts_mm,
        ostia=ostia,
        septum_mm=septum_mm,
        wall=site.wall,
        elasticity=site.elasticity,
    )
    said = bench.said()
    try:
        chosen = asdict(best(rows))
    except GeometryError as error:
        chosen, said["warnings"] = None, [*said["warnings"], str(error)]
    result = {"rule": RULE, "best": chosen, "depths": [asdict(row) for row in rows], **said}
    stored = result | {"provenance": asdict(bench.provenance)}
    write_text(path, json.dumps(stored, indent=1) + "\n", force=force)
    return result | {"files": {"sweep": str(path)}}
