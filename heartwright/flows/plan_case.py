"""What a plan of either kind comes down to on a page: levels in its lumen, sizes, doubts, views."""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from jaxtyping import Float

from heartwright.data import Candidate, Diameters, GeometryError, Plan, RootPlan, Site, Solid

if TYPE_CHECKING:
    from heartwright.report.figures import Level

REACH_MM = 80.0  # around a site; curves are whole within it
_AGREE_MM = 0.5  # between the plan's diameters and those of the shape in the same plane
_KINDS = ("min", "max", "perimeter", "area")

Vector = Float[np.ndarray, "3"]
Triple = tuple[float, float, float]


@dataclass(frozen=True, eq=False)
class PlanCase:
    """A plan laid on its lumen."""

    title: str
    side: str  # from which levels are seen: proximal (the atrium) or distal (the aorta)
    levels: "tuple[Level, ...]"
    sizes: tuple[tuple[Candidate, bool], ...]  # and whether it fits at the best estimate
    doubts: Mapping[str, float]  # a family's measure → its ±, in its unit
    meaning: str  # of ±
    views: Mapping[str, Mapping[str, float]]


def case_of(plan: Plan | RootPlan, lumen: Solid, device: Solid | None) -> PlanCase:
    """Find the plan's sections in the lumen, and in a device that lies there.

    Raises:
        GeometryError: the lumen has not the sections that the plan says.
    """
    cut = _Cut(lumen, device)
    return _appendage(plan, cut) if isinstance(plan, Plan) else _root(plan, cut)


def _appendage(plan: Plan, cut: "_Cut") -> PlanCase:
    found = plan.appendage
    if found is None:
        raise GeometryError("the plan does not say where its ostium lies; make the plan again.")
    levels = tuple(
        cut.level(
            site.name,
            (site.point_lps_mm, site.normal_lps),
            site.diameters,
            dict.fromkeys(_KINDS, site.uncertainty_mm),
        )
        for site in found.sites
    )
    return PlanCase(
        title="Left atrial appendage",
        side="proximal",
        levels=levels,
        sizes=(*((each, True) for each in plan.devices), *((e, False) for e in found.also_fit)),
        doubts={name: off for site in found.sites for name, off in _doubts(site)},
        meaning="± is how far wall and plane may be off.",
        views=found.views,
    )


def _root(plan: RootPlan, cut: "_Cut") -> PlanCase:
    off = {name: each.sd for name, each in plan.measures.items()}
    kinds = zip(_KINDS, ("least", "greatest", "perimeter", "area"), strict=True)
    level = cut.level(
        "annulus",
        (plan.annulus_point_lps_mm, plan.annulus_normal_lps),
        plan.annulus,
        {kind: off[f"annulus_{name}_diameter"] for kind, name in kinds},
    )
    return PlanCase(
        title="Aortic root",
        side="distal",
        levels=(level,),
        sizes=tuple((d.candidate, d.fits_at_best_estimate) for d in plan.devices),
        doubts={
            "area of the annulus": off["annulus_area"],
            "perimeter of the annulus": off["annulus_perimeter"],
            "largest diameter of the annulus": off["annulus_greatest_diameter"],
        },
        meaning="± is one standard deviation of boundary and landmarks.",
        views=plan.views,
    )


def _doubts(site: Site) -> Iterable[tuple[str, float]]:
    """± of what families are sized by in a site's plane."""
    off, wide = site.uncertainty_mm, site.diameters.d_area_mm
    yield f"largest diameter of the {site.name}", off
    yield f"mean diameter of the {site.name}", off
    yield f"perimeter of the {site.name}", math.pi * off
    yield f"area of the {site.name}", math.pi / 2 * wide * off


class _Cut:
    """Sections of a lumen, and of the device that lies in it."""

    def __init__(self, lumen: Solid, device: Solid | None):
        self._lumen, self._device = lumen, device

    def level(
        self,
        name: str,
        plane: tuple[Triple, Triple],
        said: Diameters,
        uncertainty: Mapping[str, float],
    ) -> "Level":
        """A section across the axis, held against what the plan says of it."""
        from heartwright.planning.section import diameters
        from heartwright.planning.slicer import Slicer
        from heartwright.report.figures import Level

        point, normal = (np.array(each, dtype=np.float64) for each in plane)
        loop = Slicer(self._lumen, near=point, reach_mm=REACH_MM).around(point, normal)
        if loop is None or _apart(diameters(loop, normal), said) > _AGREE_MM:
            raise GeometryError(
                f"the shape has not the {name} that the plan says; name the shape that the plan "
                f"was made from."
            )
        device = () if self._device is None else Slicer(self._device).loops(point, normal)
        return Level(name, point, normal, loop, said, uncertainty, tuple(device))


def _apart(one: Diameters, other: Diameters) -> float:
    return max(abs(one.d_max_mm - other.d_max_mm), abs(one.d_area_mm - other.d_area_mm))
