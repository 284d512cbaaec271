"""Lumen and device → how wide and how much it leaks, and whether it may be released."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from heartwright.data.files import write_text
from heartwright.flows.bench_site import OnBench, Site, on_bench, rounded
from heartwright.flows.endings import place

if TYPE_CHECKING:
    from heartwright.bench import Blood, Bottleneck, Gap, Leak, Uncertainty


def measure_leak(
    site: Site,
    path: Path,
    *,
    blood: "Blood",
    voxel_mm: float,
    uncertainty: "Uncertainty | None" = None,
    force: bool = False,
) -> dict[str, Any]:
    """Measure the gaps, the bottleneck and the flow of a deployed device, and grade them.

    With an uncertainty the fit is repeated, and probabilities are told.
    """
    from heartwright.bench import bottleneck, gap, leak, release_criteria

    place(path, ".json", force=force)
    bench = on_bench(site)
    found, width = (
        gap(bench.deployment),
        bottleneck(bench.lumen, bench.deployment, voxel_mm=voxel_mm),
    )
    flow = leak(bench.deployment, blood)
    result: dict[str, Any] = {
        "width_mm": width.width_mm,
        "width_resolution_mm": width.resolution_mm,
        "width_unknown": width.reason,
        **_gaps(found),
        **asdict(flow),
        "grades": grades(bench, width, flow, found),
        "release": [asdict(one) for one in release_criteria(bench.deployment, bench.family, width)],
    }
    if uncertainty is not None:
        result["repeated"] = repeats(bench, width, uncertainty)
    result |= bench.said()
    result["unverified"]["blood"] = asdict(blood)
    stored = result | {
        "channel_mm_by_angle": rounded(found.channel_mm),
        "provenance": asdict(bench.provenance),
    }
    write_text(path, json.dumps(stored, indent=1) + "\n", force=force)
    return result | {"files": {"leak": str(path)}}


def _gaps(found: "Gap") -> dict[str, Any]:
    return {
        "gap_mm2": found.area_mm2,
        "widest_gap_mm": found.widest_mm,
        "extent": found.extent,
        "sector_widest_mm": rounded(found.sector_mm),
        "sector_mm2": rounded(found.sector_mm2),
    }


def grades(
    bench: OnBench, width: "Bottleneck", flow: "Leak", found: "Gap"
) -> dict[str, dict[str, str]]:
    """The published grades of the site's measures."""
    from heartwright.bench import BY_SITE

    known = {"width_mm": width.width_mm, "extent": found.extent, **asdict(flow)}
    graded = {}
    for scale in BY_SITE.get(bench.family.site, ()):
        value = known[scale.measure]
        grade = "cannot be said" if value is None else scale.grade(value)
        graded[scale.measure] = {"grade": grade, "source": scale.source}
    return graded


def repeats(bench: OnBench, width: "Bottleneck", uncertainty: "Uncertainty") -> dict[str, Any]:
    """Probabilities over walls drawn at random, each with its standard error."""
    import numpy as np

    from heartwright.bench import compression_range, repeated

    spread = repeated(bench.lumen, bench.deployment, uncertainty, width_mm=width.width_mm)
    low, high = compression_range(bench.family, bench.deployment.body.size_mm)
    quantiles = (0.05, 0.5, 0.95)
    widths = spread.width_mm
    return {
        "uncertainty": asdict(uncertainty),
        "compression_range": [low, high],
        "compression_within_range": asdict(spread.within(low, high)),
        "compression_quantiles": rounded(np.quantile(spread.compression, quantiles)),
        "leak": {name: asdict(share) for name, share in spread.leaks().items()},
        "width_quantiles_mm": None if widths is None else rounded(np.quantile(widths, quantiles)),
    }
