"""Rescan of a print, model → deviations, scale, diameters, a map and a report."""

import json
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from jaxtyping import Float

from heartwright.data import InputError, Provenance, Surface
from heartwright.data.files import existing, write_text
from heartwright.flows.deviation_map import draw_deviation, paint_deviation
from heartwright.flows.endings import place
from heartwright.flows.lumen import is_mesh
from heartwright.flows.solids import read_solid
from heartwright.flows.stations import at_ports, on_centreline

if TYPE_CHECKING:
    from heartwright.anatomy.mesh import Opening


@dataclass(frozen=True, eq=False)
class Rescan:
    """A measured part: a mesh, or a scan with what is needed to find the part in it."""

    path: Path
    at: Float[np.ndarray, "3"] | None = None  # a point in the part, LPS mm
    lower: float | None = None
    series: str | None = None

    def read(self) -> Surface:
        """The part's surface, LPS mm."""
        if is_mesh(existing(self.path)):
            if not (self.at is self.lower is self.series is None):
                raise InputError(
                    f"{self.path} is a mesh: --at, --lower and --series go with scans."
                )
            from heartwright.printing import read_surface

            return read_surface(self.path)
        from heartwright.anatomy.imaging import read_volume
        from heartwright.printing.verify import part_surface

        volume = read_volume(self.path, series=self.series)
        return part_surface(volume, at=self.at, lower=self.lower)


def verify_print(
    rescan: Rescan,
    model: Path,
    report: Path,
    *,
    technology: str,
    centreline: Path | None = None,
    ports: Sequence["Opening"] = (),
    painted: Path | None = None,
    figure: Path | None = None,
    force: bool = False,
) -> dict[str, Any]:
    """Hold a print's rescan against its model; write the report, and where asked map and figure."""
    from heartwright.printing.technologies import technology as named
    from heartwright.printing.verify import verify

    _check_places(report, painted, figure, force=force)
    start = time.perf_counter()
    tolerance = named(technology).tolerance_mm
    stations = [*at_ports(ports), *on_centreline(centreline)]
    found = verify(
        read_solid(model), rescan.read(), tolerance_mm=tolerance.value, stations=stations
    )
    inputs = [rescan.path, model] if centreline is None else [rescan.path, model, centreline]
    provenance = Provenance.of(inputs, {"technology": technology})
    summary = found.summary() | {
        "technology": technology,
        "tolerance_source": tolerance.source,
        "tolerance_verified": tolerance.verified,
        "warnings": list(found.warnings),
    }
    files = {"report": str(report)}
    if painted is not None:
        paint_deviation(found.field, painted, force=force)
        files["map"] = str(painted)
    if figure is not None:
        draw_deviation(found, figure, force=force)
        files["figure"] = str(figure)
    stored = summary | {"provenance": json.loads(provenance.to_json())}
    write_text(report, json.dumps(stored, indent=2) + "\n", force=force)
    return summary | {"seconds": time.perf_counter() - start, "files": files}


def _check_places(report: Path, painted: Path | None, figure: Path | None, *, force: bool) -> None:
    place(report, ".json", force=force)
    if painted is not None:
        place(painted, ".ply", force=force)
    if figure is not None:
        place(figure, ".png", force=force)
