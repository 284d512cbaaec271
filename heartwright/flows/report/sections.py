"""The report's parts: the model, its place on the scan, and its print."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from heartwright.data import LabelMap, Provenance, Solid, Volume

if TYPE_CHECKING:
    from heartwright.anatomy.mesh import Certificate
    from heartwright.printing import Printability
    from heartwright.report.page import Number, Section, Table

_DEFECTS = {
    "loose_edges": "edges not shared by two triangles",
    "pinched_vertices": "pinched vertices",
    "flat_triangles": "triangles without area",
    "self_intersections": "self-intersections",
    "misplaced_shells": "shells inside out or nested",
}


def model_section(solid: Solid, certificate: "Certificate", path: Path) -> "Section":
    """Pictures of the model, its measures and its certificate."""
    from heartwright.report import ANTERIOR, LEFT_LATERAL, POSTERIOR, SUPERIOR
    from heartwright.report.figures import solid_figure
    from heartwright.report.page import Figure, Section

    figures = [
        Figure(
            solid_figure(solid, view=view),
            "image/png",
            f"The model, {view.name} view.",
            f"Rendered model seen in {view.name} view.",
        )
        for view in (ANTERIOR, POSTERIOR, LEFT_LATERAL, SUPERIOR)
    ]
    numbers = [*_measures(solid, certificate), *_making(path), *_certified(certificate)]
    return Section("The model", "All lengths are millimetres.", figures=figures, numbers=numbers)


def scan_section(volume: Volume, solid: Solid, labels: LabelMap | None) -> "Section":
    """The model's contour on slices of the scan."""
    from heartwright.report.figures import PLANES, levels_figure
    from heartwright.report.page import Figure, Section

    words = "The red line is where each slice cuts the model's own triangles."
    if labels is not None:
        words += " The blue line is the edge of the segmentation's voxels."
    figures = [
        Figure(
            levels_figure(volume, solid, plane, labels=labels),
            "image/png",
            f"{plane.name.capitalize()} slices through the model.",
            f"Four {plane.name} slices of the scan with the model's contour.",
        )
        for plane in PLANES
    ]
    return Section("On the scan", words, figures=figures)


def print_section(check: "Printability", quotes: Mapping[str, Any]) -> "Section":
    """What a printer makes of the model, and what it costs where that was asked."""
    from heartwright.report.page import Section

    warnings = [*check.warnings, *quotes.get("warnings", [])]
    words = "\n\n".join(warnings) or "Nothing stands against printing it."
    found = quotes.get("technologies", {})
    return Section("For the printer", words, tables=[_side_by_side(found)] if found else [])


def _measures(solid: Solid, certificate: "Certificate") -> "Iterator[Number]":
    from heartwright.printing.rays import facets, spans, thinnest
    from heartwright.report.page import Number

    size = " × ".join(f"{edge:.1f}" for edge in np.ptp(solid.bounds, axis=0))
    yield Number("material", solid.volume_mm3 / 1000, "mL")
    yield Number("bounding box, left × back × up", size, "mm")
    faces = facets(solid)
    found = spans(faces)
    known, least = np.isfinite(found.wall), thinnest(faces, found)
    if least is not None:
        median = _median(found.wall[known], faces.areas[known])
        yield Number("thickness, median", median, "mm", "by rays, over the surface")
        yield Number("thickness, least", least, "mm", "by rays, but for 1 mm²")
    yield Number("triangles", float(len(solid.faces)))
    yield Number("bodies", float(certificate.bodies))
    yield Number("closed voids", float(certificate.cavities))


def _median(values: np.ndarray, weights: np.ndarray) -> float:
    """Half of the weight lies on either side."""
    order = np.argsort(values)
    total = np.cumsum(weights[order])
    return float(values[order][np.searchsorted(total, total[-1] / 2)])


def _making(path: Path) -> "Iterator[Number]":
    """Wall and openings as the model's own file says they were asked for; only ours does."""
    from heartwright.anatomy.imaging.identity import told_structure
    from heartwright.printing.files import read_provenance
    from heartwright.report.page import Number

    noted: dict[str, Provenance] = read_provenance(path) if path.suffix.lower() == ".3mf" else {}
    for number, (name, provenance) in enumerate(noted.items(), start=1):
        asked, which = provenance.parameters, f"part {told_structure(name, str(number))}"
        if "wall_mm" in asked:
            yield Number("wall as asked for", float(asked["wall_mm"]), "mm", which)
        if "openings" in asked:
            yield Number("openings", float(len(asked["openings"])), note=which)


def _certified(certificate: "Certificate") -> "Iterator[Number]":
    from heartwright.report.page import Number

    counts = {words: getattr(certificate, name) for name, words in _DEFECTS.items()}
    found = ", ".join(f"{count} {words}" for words, count in counts.items() if count)
    checked = "closed, 2-manifold, turned outwards, nowhere through itself"
    yield Number(
        "certificate", "valid" if certificate.valid else "not valid", note=found or checked
    )


def _side_by_side(found: Mapping[str, Mapping[str, Any]]) -> "Table":
    """A column for each technology."""
    from heartwright.report.page import Cell, Table

    rows = [(name, [Cell(read(quote)) for quote in found.values()]) for name, read in _ROWS.items()]
    return Table("Time, material and cost", ("", *found), rows)


_ROWS = {
    "printer": lambda quote: quote["printer"],
    "material": lambda quote: quote["material"],
    "fits the printer": lambda quote: "yes" if quote["inspection"]["fits"] else "no",
    "thinnest wall (mm)": lambda quote: quote["inspection"]["thinnest_mm"],
    "walls too thin (mm²)": lambda quote: quote["inspection"]["thin_mm2"],
    "overhang (mm²)": lambda quote: quote["inspection"]["overhang_mm2"],
    "shut in for good (mL)": lambda quote: quote["inspection"]["trapped_ml"],
    "time and material by": lambda quote: quote["slicing"]["by"],
    "layers": lambda quote: quote["slicing"]["layers"],
    "printing (h)": lambda quote: quote["sheet"]["print_h"],
    "finishing (h)": lambda quote: quote["sheet"]["finish_h"],
    "material (mL)": lambda quote: quote["slicing"]["total_ml"],
    "material (EUR)": lambda quote: quote["sheet"]["material_eur"],
    "figures not verified": lambda quote: len(quote["unverified"]),
}
