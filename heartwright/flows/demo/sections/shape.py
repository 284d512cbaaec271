"""The shape: from scan to print."""

from typing import TYPE_CHECKING

from heartwright.flows.demo.sections.truth import against
from heartwright.flows.demo.shape import WALL_MM, Shape

if TYPE_CHECKING:
    from heartwright.report.page import Section


def shape_section(shape: Shape) -> "Section":
    """The scan, the wall and its check for printing."""
    from heartwright.report.figures import slice_figure, thickness_figure
    from heartwright.report.page import Figure, File, Number, Section

    check, truth = shape.model.check, shape.heart.truth
    thickness = check.thickness
    assert thickness is not None  # `walled` measures it
    return Section(
        "The shape: from scan to print",
        "A synthetic CT of a left atrium whose true measures are known, segmented by threshold and "
        "region growing, meshed on its grey values, walled by exact distance and cut open at its "
        "veins.",
        figures=[
            Figure(
                slice_figure(shape.heart.scan, shape.lumen, point=shape.heart.sites.seeds[0]),
                "image/png",
                "The scan with the lumen's outline.",
                "Three orthogonal CT slices with the outline of the left atrium.",
            ),
            Figure(
                thickness_figure(thickness, target=WALL_MM),
                "image/svg+xml",
                "How thick the wall really is, over the whole lumen.",
                "Histogram of wall thickness with its least and median value.",
            ),
        ],
        numbers=[
            Number("lumen", shape.lumen.volume_mm3 / 1000, "mL", against(truth.volume_mm3 / 1000)),
            Number("wall, median", check.wall_median_mm, "mm", f"asked for {WALL_MM:g}"),
            Number("wall, least", check.wall_min_mm, "mm"),
            Number("material", check.volume_mm3 / 1000, "mL"),
            Number("closed and oriented", "yes" if check.watertight else "no"),
            Number("bodies", float(check.bodies)),
            Number("trapped cavities", float(check.cavities)),
        ],
        files=[
            File("heart.3mf", "named parts, millimetres"),
            File("heart.stl", "LPS, millimetres"),
            File("scan.nrrd", "the sample scan"),
            File("labels.nrrd", "the segmentation, for 3D Slicer"),
        ],
    )
