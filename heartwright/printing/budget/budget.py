"""How far a print may be from the anatomy: digital editing, segmentation and printer, and sums."""

from dataclasses import asdict, dataclass

from heartwright.data import LabelMap, Solid, Volume
from heartwright.printing.budget.boundary import boundary
from heartwright.printing.budget.measure import Editing, Uncertainty, editing, uncertainty
from heartwright.printing.technologies import Technology

_NORMAL_95 = 1.96  # standard deviations that hold 95 % of a normal distribution


@dataclass(frozen=True)
class Budget:
    """Errors at the level that 95 % of the surface keeps to, mm.

    The printer's tolerance is taken for such a level, as its source states it. Independent errors
    add as the root of their squares; all in the same direction they add up, which is the worst.
    """

    editing: Editing
    segmentation: Uncertainty | None  # None where no scan was given, or it cannot tell
    technology: str
    printer_mm: float
    printer_source: str
    printer_verified: bool

    @property
    def parts_mm(self) -> dict[str, float]:
        """What adds up."""
        known = {"editing": self.editing.p95_mm}
        if self.segmentation is not None:
            known["segmentation"] = _NORMAL_95 * self.segmentation.sd_mm
        return known | {"printer": self.printer_mm}

    @property
    def independent_mm(self) -> float:
        """The root of the parts' squares."""
        return sum(part**2 for part in self.parts_mm.values()) ** 0.5

    @property
    def worst_mm(self) -> float:
        """The parts' plain sum."""
        return sum(self.parts_mm.values())

    @property
    def line(self) -> str:
        """The budget in one line, for people."""
        parts = ", ".join(f"{name} {part:.2f}" for name, part in self.parts_mm.items())
        doubt = "" if self.printer_verified else "; the printer's figure is unverified"
        missing = "; segmentation not known" if self.segmentation is None else ""
        return (
            f"95 % of the print should lie within {self.independent_mm:.2f} mm of the anatomy "
            f"({self.worst_mm:.2f} mm if all errors add up): {parts}{doubt}{missing}."
        )

    def summary(self) -> dict[str, object]:
        """The budget as plain values, ready for JSON."""
        return asdict(self) | {
            "parts_p95_mm": self.parts_mm,
            "root_sum_of_squares_mm": self.independent_mm,
            "linear_sum_mm": self.worst_mm,
            "line": self.line,
        }


def budget(
    model: Solid,
    labels: LabelMap,
    label: int,
    technology: Technology,
    *,
    scan: Volume | None = None,
) -> Budget:
    """The error budget of a model made from a label, printed in a technology.

    Raises:
        InputError: no voxel carries the label.
        GeometryError: model, label and scan do not belong together.
    """
    edge = boundary(labels, label)
    return Budget(
        editing=editing(edge, labels, label, model),
        segmentation=None if scan is None else uncertainty(edge, labels, label, scan),
        technology=technology.name,
        printer_mm=technology.tolerance_mm.value,
        printer_source=technology.tolerance_mm.source,
        printer_verified=technology.tolerance_mm.verified,
    )
