"""The join: the excitation on the printed wall."""

from typing import TYPE_CHECKING

from heartwright.data import SurfaceField
from heartwright.flows.demo.twin import Twin

if TYPE_CHECKING:
    from heartwright.report.page import Figure, Section


def twin_section(twin: Twin, *, front: bool) -> "Section":
    """Where the excitation is when."""
    from heartwright.report.page import File, Number, Section
    from heartwright.twin import NO_RESIDUAL

    field = twin.activation
    parameters = field.provenance.parameters
    return Section(
        "The join: the excitation on the printed wall",
        "The wall that is printed, filled with a grid and made of tissue: Mitchell–Schaeffer with "
        "atrial time constants, paced near the right upper vein. The diffusivity is tuned so that "
        "a wave on this very grid conducts at the velocity given.\n\n" + NO_RESIDUAL,
        figures=[_from_the_front(field)] if front else [],
        numbers=[
            Number("last activation", twin.summary()["last_activation_ms"], "ms"),
            Number("wall reached", 100 * twin.summary()["reached"], "%"),
            Number("conduction velocity", parameters["velocity_mm_per_ms"], "mm/ms", "tuned"),
            Number(
                "nodes", float(parameters["nodes"]), "", f"{parameters['spacing_mm']:g} mm grid"
            ),
        ],
        files=[
            File("activation.3mf", "coloured, for printers"),
            File("activation.ply", "coloured, with times, for ParaView and 3D Slicer"),
        ],
    )


def _from_the_front(field: SurfaceField) -> "Figure":
    from heartwright.report import ANTERIOR
    from heartwright.report.figures import field_figure
    from heartwright.report.page import Figure

    return Figure(
        field_figure(field, view=ANTERIOR, isolines=10),
        "image/png",
        "Activation times from the front, a line every 10 ms.",
        "Left atrial wall coloured by activation time, anterior view.",
    )
