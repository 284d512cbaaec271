"""Lumen and device → the device at rest in the lumen."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from heartwright.data.files import write_bytes, write_text
from heartwright.flows.bench_site import Site, on_bench, rounded
from heartwright.flows.endings import place
from heartwright.flows.solids import ENDINGS, write_solid

if TYPE_CHECKING:
    from heartwright.bench import Deployment


def deploy_device(
    site: Site,
    path: Path,
    *,
    solid: Path | None = None,
    figure: Path | None = None,
    force: bool = False,
) -> dict[str, Any]:
    """Deploy a device; write its maps, and on request it as a part and its gap map as a picture."""
    from heartwright.bench import device_solid

    place(path, ".json", force=force)
    if solid is not None:
        place(solid, *ENDINGS, force=force)
    if figure is not None:
        place(figure, ".svg", force=force)
    bench = on_bench(site)
    result = {**measures(bench.deployment), **bench.said()}
    stored = result | {"maps": maps(bench.deployment), "provenance": asdict(bench.provenance)}
    write_text(path, json.dumps(stored, indent=1) + "\n", force=force)
    files = {"deployment": str(path)}
    if solid is not None:
        write_solid(device_solid(bench.deployment), solid, force=force)
        files["solid"] = str(solid)
    if figure is not None:
        from heartwright.report.figures import gap_figure

        write_bytes(figure, gap_figure(bench.deployment), force=force)
        files["figure"] = str(figure)
    return result | {"files": files}


def measures(deployment: "Deployment") -> dict[str, Any]:
    """A deployment in a few numbers."""
    from heartwright.bench import tug_n

    shoulder, covered = deployment.shoulder, deployment.covered
    return {
        "compression": deployment.shoulder_compression,
        "compression_by_plane": {
            f"{z:.1f}": round(float(share), 4)
            for z, share in zip(deployment.z_mm, deployment.compression, strict=True)
        },
        "shoulder_mm": float(deployment.z_mm[shoulder]),
        "deployed_diameter_mm": float(deployment.diameter_mm[shoulder]),
        "contact_share": float(deployment.contact[covered].mean()),
        "greatest_gap_mm": float(deployment.gap_mm[covered].min(axis=0).max()),
        "greatest_stretch_mm": float(deployment.stretch_mm.max()),
        "landing_mm": deployment.landing_mm,
        "off_axis_deg": deployment.off_axis_deg,
        "radial_force_n": deployment.radial_force_n,
        "tug_n": tug_n(deployment),
    }


def maps(deployment: "Deployment") -> dict[str, Any]:
    """Every station and angle; radii are measured from the device's axis, mm."""
    return {
        "z_mm": rounded(deployment.z_mm),
        "angle_0_lps": rounded(deployment.room.frame[0]),
        "angle_90_lps": rounded(deployment.room.frame[1]),
        "angles": len(deployment.angles),
        "free_radius_mm": rounded(deployment.free_mm),
        "covered": deployment.covered.tolist(),
        "device_radius_mm": rounded(deployment.device_mm),
        "contact_share_by_angle": rounded(deployment.contact[deployment.covered].mean(axis=0)),
        "wall_radius_mm": rounded(deployment.wall_mm),
        "wall_stretch_mm": rounded(deployment.stretch_mm),
        "gap_mm": rounded(deployment.gap_mm),
        "force_n": deployment.force_n.round(6).tolist(),
    }
