"""The report's part on how far the print may be from the anatomy."""

from pathlib import Path
from typing import TYPE_CHECKING

from heartwright.data.files import sha256

if TYPE_CHECKING:
    from heartwright.printing.budget import Budget
    from heartwright.report.page import Section, Table


def budget_section(path: Path, model: Path) -> "tuple[Section, list[str]]":
    """The terms and sums of the budget in a file, and warnings, which stand in the section too.

    Raises:
        InputError: the file is no budget.
    """
    from heartwright.printing.budget import read_budget
    from heartwright.report.page import Section

    found, made = read_budget(path)
    warnings = []
    if sha256(model) not in made.inputs.values():
        warnings.append(
            "The error budget was taken of another file than this model; it holds only if both "
            "are of one shape."
        )
    text = "\n\n".join([found.line, *warnings])
    return Section("From the anatomy to the print", text, tables=[_table(found)]), warnings


def _table(found: "Budget") -> "Table":
    from heartwright.printing.technologies import technology
    from heartwright.report.page import Cell, Table

    doubt = "" if found.printer_verified else "; unverified"
    parts = found.parts_mm
    seen = (
        "1.96 standard deviations of the scan's noise" if "segmentation" in parts else "not known"
    )
    edited = f"mean {found.editing.mean_mm:.2f}, bias {found.editing.bias_mm:+.2f}"
    rows = [
        ("digital editing", Cell(parts["editing"], edited)),
        ("segmentation", Cell(parts.get("segmentation"), seen)),
        ("printer", Cell(parts["printer"], f"{technology(found.technology).title}{doubt}")),
        ("sum, if independent", Cell(found.independent_mm, "root of the squares' sum")),
        ("sum, if all one way", Cell(found.worst_mm, "the worst")),
    ]
    return Table(
        "Error budget: what 95 % of the surface keeps to",
        ("", "mm"),
        [(name, [cell]) for name, cell in rows],
    )
