"""Plan → a DICOM structured report beside the series that it was made from."""

import math
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from heartwright.data import Candidate, InputError, Plan, RootPlan, Site
from heartwright.flows.plan_file import read_any_plan

if TYPE_CHECKING:
    from heartwright.anatomy.imaging.hospital import Group, Origin, Reported

_MAY_BE_OFF = "The range is how far wall and plane may be off."
_SD = "The range is one standard deviation of boundary and landmarks."
_NO_RANGE = "Without a range: a chosen value, or one whose uncertainty was not estimated."


def plan_to_dicom(plan: Path, path: Path, origin: "Origin", *, force: bool) -> dict[str, Any]:
    """Write a plan's measures, devices and views as a report, and tell what can be read in it.

    Raises:
        InputError: it is no plan of ours, or holds a number that is none.
        GeometryError: its sites lie beside the series.
    """
    from heartwright.anatomy.imaging.hospital import read_sr, write_sr

    found = read_any_plan(plan)
    groups = appendage_groups(found) if isinstance(found, Plan) else root_groups(found)
    for group in groups:
        _refuse_no_numbers(group, plan)
    write_sr(groups, found.warnings, path, origin, force=force)
    left_out = _uncoded(found) if isinstance(found, RootPlan) else []
    return {
        "measures": _told(read_sr(path)),
        "left_out": left_out,
        "files": {"report": str(path)},
    }


def appendage_groups(plan: Plan) -> "list[Group]":
    """Sites, appendage, devices and views of a left atrial appendage."""
    from heartwright.anatomy.imaging.hospital import Group, Measured
    from heartwright.anatomy.imaging.hospital import structural_heart as codes

    found = plan.appendage
    sites = () if found is None else found.sites
    whole = [Measured("appendage_depth", plan.depth_mm, "mm")]
    if found is not None:
        whole.append(Measured("appendage_volume", found.volume_mm3, "mm³"))
    doubt = {site.name: site.uncertainty_mm for site in sites}
    return [
        *(_site(site) for site in sites),
        Group("appendage", codes.APPENDAGE, tuple(whole), _NO_RANGE),
        *_devices(plan.devices, codes.APPENDAGE_OSTIUM, _of_sites(doubt)),
        *_views({} if found is None else found.views, codes.APPENDAGE_OSTIUM),
    ]


def root_groups(plan: RootPlan) -> "list[Group]":
    """Annulus and root, devices and views of an aortic root."""
    from heartwright.anatomy.imaging.hospital import Group, Measured
    from heartwright.anatomy.imaging.hospital import structural_heart as codes

    annulus: list[Measured] = []
    root: list[Measured] = []
    for name, each in plan.measures.items():
        if name in codes.QUANTITIES:
            chosen = annulus if name.startswith("annulus_") else root
            chosen.append(Measured(name, each.value, each.unit, each.sd or None))
    point = plan.annulus_point_lps_mm
    remark = f"{_SD} {_NO_RANGE}"
    candidates = [device.candidate for device in plan.devices]
    return [
        Group("annulus", codes.AORTIC_ANNULUS, tuple(annulus), remark, point),
        Group("aortic root", codes.AORTIC_ROOT, tuple(root), remark),
        *_devices(candidates, codes.AORTIC_ANNULUS, _SD),
        *_views(plan.views, codes.AORTIC_ANNULUS),
    ]


def _site(site: Site) -> "Group":
    from heartwright.anatomy.imaging.hospital import Group, Measured
    from heartwright.anatomy.imaging.hospital import structural_heart as codes

    d, off, name = site.diameters, site.uncertainty_mm, site.name.replace(" ", "_")
    rows = {
        "least_diameter": d.d_min_mm,
        "greatest_diameter": d.d_max_mm,
        "mean_diameter": d.d_mean_mm,
        "perimeter_diameter": d.d_perimeter_mm,
        "area_diameter": d.d_area_mm,
    }
    measures = [Measured(f"{name}_{key}", value, "mm", off) for key, value in rows.items()]
    measures += [
        Measured(f"{name}_perimeter", d.perimeter_mm, "mm", math.pi * off),
        Measured(f"{name}_area", d.area_mm2, "mm²", math.pi / 2 * d.d_area_mm * off),
    ]
    place = codes.APPENDAGE_OSTIUM if name == "ostium" else codes.APPENDAGE
    remark = f"Found by {site.found}. {_MAY_BE_OFF}"
    return Group(site.name, place, tuple(measures), remark, site.point_lps_mm)


def _devices(
    candidates: Iterable[Candidate], site: tuple[str, str, str], doubt: str
) -> "Iterator[Group]":
    from heartwright.anatomy.imaging.hospital import Group, Measured

    for each in candidates:
        checked = "read in" if each.verified else "not checked against"
        yield Group(
            f"proposed: {each.name} {each.size_mm:g} mm",
            site,
            (
                Measured("proposed_size", each.size_mm, "mm"),
                Measured("proposed_compression", each.compression, "1"),
                Measured("proposed_oversizing", each.oversizing, "1"),
            ),
            f"A proposal, nothing was implanted. Sized by the {each.measure}, "
            f"{each.measured:.1f} {each.unit}. {doubt} Source: {each.source}; revision: "
            f"{each.revision}; read {each.date}; {checked} the manufacturer's own document.",
        )


def _of_sites(doubt: dict[str, float]) -> str:
    told = ", ".join(f"{name} ± {off:.1f} mm" for name, off in doubt.items())
    return f"Uncertainty: {told}." if told else "Its uncertainty was not estimated."


def _views(views: Any, site: tuple[str, str, str]) -> "Iterator[Group]":
    from heartwright.anatomy.imaging.hospital import Group, Measured

    for name, view in views.items():
        off = view.get("sd_deg")
        yield Group(
            f"C-arm view: {name.replace('_', ' ')}",
            site,
            (
                Measured("lao", view["lao_deg"], "°", off),
                Measured("cra", view["cra_deg"], "°", off),
            ),
            "Left anterior oblique and cranial are positive; a range is one standard deviation.",
        )


def _told(numbers: "Iterable[Reported]") -> dict[str, dict[str, str]]:
    """What stands in the file, by group and quantity."""
    told: dict[str, dict[str, str]] = {}
    for each in numbers:
        off = "" if each.uncertainty is None else f" ± {each.uncertainty:.2g}"
        told.setdefault(each.group, {})[each.quantity[2]] = f"{each.value:g}{off} {each.unit}"
    return told


def _refuse_no_numbers(group: "Group", path: Path) -> None:
    for each in group.measures:
        if not math.isfinite(each.value):
            raise InputError(f"{path}: {each.name} is no number; make the plan again.")


def _uncoded(plan: RootPlan) -> list[str]:
    """Values that a person typed beside the scan; they are nothing that was measured in it."""
    from heartwright.anatomy.imaging.hospital import structural_heart as codes

    return [name for name in plan.measures if name not in codes.QUANTITIES]
