"""`docs/reference/devices.md` says what the catalogue says.

Run as a program, this file prints the page's tables, to be pasted when they change.
"""

from pathlib import Path

import pytest

from heartwright.planning.devices import FAMILIES, Family

PAGE = Path(__file__).resolve().parents[2] / "docs" / "reference" / "devices.md"


def table(family: Family) -> str:
    """A family's section of the page."""
    yes = {True: "yes", False: "**no**"}
    rows = [
        f"| {size.size_mm:g} | {size.least:g} to {size.most:g} | {size.nominal:.4g} "
        f"| {size.source} | {size.revision} | {size.date} | {yes[size.verified]} |"
        for size in family.sizes
    ]
    needs = [
        f"* Asks for a {need.words} ({'verified' if need.verified else '**unverified**'}): "
        + ", ".join(_needed(need, size) for size in family.sizes)
        for need in family.needs
    ]
    return "\n".join(
        [
            f"## {family.name}",
            "",
            f"* Site: {family.site}. Plane: {family.plane}, {family.where}.",
            f"* Sized by: {family.measure}, {family.unit}.",
            f"* Rule behind the table: {family.rule.words}.",
            *needs,
            *[f"* {note}" for note in family.notes],
            f"* Shape and stiffness (**unverified**): {family.form.basis}.",
            "",
            f"| size, mm | takes, {family.unit} | nominal, {family.unit} "
            "| source | revision | read | verified |",
            "|---|---|---|---|---|---|---|",
            *rows,
        ]
    )


def _needed(need, size) -> str:
    narrow, wide = (need.least_mm(size.size_mm, value) for value in (size.least, size.most))
    return f"{narrow:g} mm" if narrow == wide else f"{narrow:g} to {wide:g} mm"


@pytest.mark.parametrize("family", FAMILIES.values(), ids=FAMILIES)
def test_the_page_shows_the_family_as_it_is(family):
    assert table(family) in PAGE.read_text(encoding="utf-8")


def test_the_page_shows_no_other_family():
    text = PAGE.read_text(encoding="utf-8")
    headings = [line[3:] for line in text.splitlines() if line.startswith("## ")]
    assert headings == [*FAMILIES, "Own devices"]


if __name__ == "__main__":
    print("\n\n".join(map(table, FAMILIES.values())))  # noqa: T201
