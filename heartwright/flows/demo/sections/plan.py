"""The plan: the appendage and the occluders that fit."""

from typing import TYPE_CHECKING

from heartwright.flows.demo.sections.truth import against
from heartwright.flows.demo.shape import Shape

if TYPE_CHECKING:
    from heartwright.report.page import Section


def plan_section(shape: Shape) -> "Section":
    """What the plan says, beside the truth that the sample knows."""
    from heartwright.planning.laa import rim
    from heartwright.report.figures import ostium_figure
    from heartwright.report.page import Figure, File, Number, Section

    plan, truth = shape.plan, shape.heart.truth
    outline = rim(shape.lumen, shape.heart.sites.ostium)
    ostium, true = plan.ostium, truth.ostium
    return Section(
        "The plan: the appendage and the occluders that fit",
        "Measured on the triangles that are printed. Where two sizes fit, both are named.\n\n"
        + " ".join(plan.warnings),
        figures=[
            Figure(
                ostium_figure(outline, ostium, plan.devices),
                "image/svg+xml",
                "The ostium in its plane, and the WATCHMAN FLX sizes.",
                "Outline of the ostium with its diameters, and a chart of device size ranges.",
            )
        ],
        numbers=[
            Number("ostium, greatest", ostium.d_max_mm, "mm", against(true.d_max_mm)),
            Number("ostium, least", ostium.d_min_mm, "mm", against(true.d_min_mm)),
            Number("from perimeter", ostium.d_perimeter_mm, "mm", against(true.d_perimeter_mm)),
            Number("from area", ostium.d_area_mm, "mm", against(true.d_area_mm)),
            Number("depth", plan.depth_mm, "mm", against(truth.depth_mm)),
            *(
                Number(
                    device.name, f"{device.size_mm:g}", "mm", f"{device.compression:.0%} compressed"
                )
                for device in plan.devices
            ),
        ],
        files=[File("plan.json", "measures, devices, sources")],
    )
