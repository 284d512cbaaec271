"""Plan and the lumen that it was made from → a page for a cardiologist, and the same on paper."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from heartwright.data import RESEARCH_ONLY, Measure, Plan, Provenance, RootPlan, Solid
from heartwright.data.files import write_bytes, write_text
from heartwright.flows.endings import place
from heartwright.flows.plan_case import REACH_MM, PlanCase, case_of
from heartwright.flows.plan_file import read_any_plan
from heartwright.flows.plan_root import root_lumen
from heartwright.flows.solids import read_solid

if TYPE_CHECKING:
    from heartwright.report.page import Figure, Section

_FROM = {"proximal": "the atrium", "distal": "the aorta"}
_VIEWS = "The lumen as the detector faces it; parallel beam, no cone."


def report_plan(
    plan: Path,
    path: Path,
    *,
    shape: Path,
    labels: Sequence[int] = (),
    device: Path | None = None,
    pdf: Path | None = None,
    force: bool = False,
) -> dict[str, Any]:
    """Draw a plan on its lumen and write the page, and the same as a PDF.

    Args:
        plan: what `plan laa` or `plan aortic` wrote.
        path: HTML page to write.
        shape: the mesh or label map that the plan was made from.
        labels: of the label map; several are joined, as `plan aortic` does.
        device: a deployed device (`bench deploy --solid`), drawn in place.
        pdf: PDF to write as well.
        force: write over files that exist.

    Raises:
        InputError: the plan or an option cannot be used.
        GeometryError: the shape has not the sections that the plan says: it is another one.
    """
    from heartwright.report.page import page
    from heartwright.report.print_pages import print_pages

    place(path, ".html", force=force)
    if pdf is not None:
        place(pdf, ".pdf", force=force)
    found, (lumen, _) = read_any_plan(plan), root_lumen(shape, labels)
    implant = None if device is None else read_solid(device)
    case = case_of(found, lumen, implant)
    sections = list(_sections(found, case, lumen, implant))
    provenance = Provenance.of([each for each in (plan, shape, device) if each is not None])
    html = page(case.title, sections, lead=case.meaning, provenance=provenance)
    write_text(path, html, force=force)
    files = {"page": str(path)}
    if pdf is not None:
        foot = f"{RESEARCH_ONLY} {case.meaning}"
        sheets = print_pages(
            case.title, sections, lead=case.meaning, provenance=provenance, disclaimer=foot
        )
        write_bytes(pdf, sheets, force=force)
        files["pdf"] = str(pdf)
    return {"sizes": len(case.sizes), "warnings": list(found.warnings), "files": files}


def _sections(
    plan: Plan | RootPlan, case: PlanCase, lumen: Solid, implant: Solid | None
) -> "Iterator[Section]":
    from heartwright.report import plan_pages as pages

    where = "measured on the shape named below"
    yield pages.flags_section(plan.warnings, plan.findings if isinstance(plan, RootPlan) else ())
    yield pages.views_section("En face and long axis", case.meaning, _cuts(case, lumen, implant))
    if case.views:
        yield pages.views_section("C-arm views", _VIEWS, [_carm(case, lumen)])
    yield pages.sizes_section(case.sizes, case.doubts, where=where)
    measures = plan.measures if isinstance(plan, RootPlan) else _appendage_measures(plan)
    yield pages.measures_section(measures, where, case.meaning)
    if isinstance(plan, Plan) and plan.appendage is not None:
        yield pages.shape_section(plan.appendage, where)


def _cuts(case: PlanCase, lumen: Solid, implant: Solid | None) -> "list[Figure]":
    """Each level across the axis, and the lumen along it."""
    from heartwright.planning.slicer import Slicer
    from heartwright.report.figures import en_face_figure, long_axis_figure, widest
    from heartwright.report.page import Figure

    first = case.levels[0]
    across = widest(first)
    plane = first.point, np.cross(first.normal, across)
    loops = Slicer(lumen).loops(*plane)
    device = () if implant is None else Slicer(implant).loops(*plane)
    placed = "" if implant is None else " Green: the deployed device."
    return [
        *(
            Figure(
                en_face_figure(level, side=case.side),
                "image/png",
                f"The {level.name} from {_FROM[case.side]}. {case.meaning}{placed}",
                f"Outline of the {level.name} with its diameters.",
            )
            for level in case.levels
        ),
        Figure(
            long_axis_figure(loops, case.levels, across=across, device=device, reach_mm=REACH_MM),
            "image/png",
            f"Along the axis, through the {first.name}'s greatest diameter.{placed}",
            "The lumen cut along the axis, with the planned levels as lines.",
        ),
    ]


def _carm(case: PlanCase, lumen: Solid) -> "Figure":
    from heartwright.report.figures import carm_figure
    from heartwright.report.page import Figure

    spread = [view["sd_deg"] for view in case.views.values() if "sd_deg" in view]
    off = f"± {max(spread):.0f}° by the landmarks" if spread else "uncertainty not estimated"
    return Figure(
        carm_figure(lumen, case.levels, case.views),
        "image/png",
        f"C-arm angles; {off}. {RESEARCH_ONLY}",
        "The lumen from each proposed C-arm view, with the planned levels drawn on it.",
    )


def _appendage_measures(plan: Plan) -> dict[str, Measure]:
    """By name, with what is known of their uncertainty."""
    found: dict[str, Measure] = {}
    for site in plan.appendage.sites if plan.appendage else ():
        d, off = site.diameters, site.uncertainty_mm
        for name, value in (
            ("least diameter", d.d_min_mm),
            ("greatest diameter", d.d_max_mm),
            ("mean diameter", d.d_mean_mm),
            ("perimeter / π", d.d_perimeter_mm),
            ("2 √(area / π)", d.d_area_mm),
        ):
            found[f"{site.name}, {name}"] = Measure(value, off, "mm")
    found["depth"] = Measure(plan.depth_mm, 0.0, "mm")
    if plan.appendage is not None:
        found["volume beyond the ostium"] = Measure(plan.appendage.volume_mm3, 0.0, "mm³")
    return found
