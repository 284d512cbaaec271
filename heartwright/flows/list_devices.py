"""The device catalogue, and own devices beside it, as a table."""

from dataclasses import asdict
from pathlib import Path
from typing import Any

from heartwright.data import RESEARCH_ONLY
from heartwright.planning.devices import FAMILIES, Family, read_families, with_own


def list_devices(own: Path | None = None) -> dict[str, Any]:
    """Every family with what it is sized by, its rows, their sources and what is unverified.

    Args:
        own: a YAML file of own devices.

    Raises:
        InputError: that file cannot be used.
    """
    families = with_own(FAMILIES, read_families(own)) if own else FAMILIES
    return {
        "families": {name: _told(family) for name, family in families.items()},
        "disclaimer": RESEARCH_ONLY,
    }


def _told(family: Family) -> dict[str, Any]:
    return {
        "site": family.site,
        "sized_by": family.measure,
        "plane": family.where,
        "unit": family.unit,
        "rule": family.rule.words if family.rule else "none",
        "rows": {f"{size.size_mm:g}": asdict(size) for size in family.sizes},
        "shape": family.form.basis if family.form else "none",
        "shape_verified": bool(family.form and family.form.verified),
        "notes": [*family.notes, *(_unverified(family))],
    }


def _unverified(family: Family) -> list[str]:
    rows = ", ".join(f"{size.size_mm:g}" for size in family.sizes if not size.verified)
    said = [f"Not checked against the manufacturer's instructions for use: {rows} mm."] * bool(rows)
    return said + [
        f"That it asks for a {need.words} is unverified."
        for need in family.needs
        if not need.verified
    ]
