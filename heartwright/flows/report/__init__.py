"""Model and its scan → a report for the people who print it and hold it."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from heartwright.data import Provenance
from heartwright.data.files import write_bytes, write_text
from heartwright.flows.endings import place
from heartwright.flows.report.error_budget import budget_section
from heartwright.flows.report.sections import model_section, print_section, scan_section
from heartwright.flows.slice_model import slice_model
from heartwright.flows.solids import read_solid

__all__ = ["report_model"]

TITLE = "A heart to print"


def report_model(
    model: Path,
    path: Path,
    *,
    scan: Path,
    series: str | None = None,
    labels: Path | None = None,
    technologies: Sequence[str] = (),
    budget: Path | None = None,
    pdf: Path | None = None,
    force: bool = False,
) -> dict[str, Any]:
    """Draw a model on its scan, state its facts, and write the page, and the same as a PDF.

    Technologies are asked for time, material and cost where any are named; the error budget is
    the file that `heartwright print budget` wrote.
    """
    from heartwright.anatomy.imaging import read_labels, read_volume
    from heartwright.anatomy.mesh import certify
    from heartwright.printing import printability
    from heartwright.report.page import page
    from heartwright.report.print_pages import print_pages

    place(path, ".html", force=force)
    if pdf is not None:
        place(pdf, ".pdf", force=force)
    errors, doubts = (None, []) if budget is None else budget_section(budget, model)
    solid = replace(read_solid(model), name="the model")
    volume = read_volume(scan, series=series)
    drawn = None if labels is None else read_labels(labels)
    certificate, check = certify(solid), printability(solid)
    quotes = slice_model(model, technologies=technologies) if technologies else {}
    sections = [
        model_section(solid, certificate, model),
        scan_section(volume, solid, drawn),
        print_section(check, quotes),
        *([] if errors is None else [errors]),
    ]
    inputs = [each for each in (model, scan, labels, budget) if each is not None]
    geometry = volume.provenance.parameters.get("geometry", {})
    noted = {f"scan, {name.replace('_', ' ')}": value for name, value in geometry.items()}
    provenance = Provenance.of(inputs, noted)
    lead = "What was made from the scan, where it lies in it, and what a printer makes of it."
    write_text(path, page(TITLE, sections, lead=lead, provenance=provenance), force=force)
    files = {"page": str(path)}
    if pdf is not None:
        content = print_pages(TITLE, sections, lead=lead, provenance=provenance)
        write_bytes(pdf, content, force=force)
        files["pdf"] = str(pdf)
    return {
        "valid": certificate.valid,
        "volume_mm3": solid.volume_mm3,
        "warnings": [*check.warnings, *quotes.get("warnings", []), *doubts],
        "files": files,
    }
