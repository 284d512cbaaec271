"""An error budget read back from the file that `heartwright print budget` wrote."""

import json
import math
from pathlib import Path
from typing import Any

from heartwright.data import InputError, Provenance
from heartwright.data.files import existing
from heartwright.printing.budget.budget import Budget
from heartwright.printing.budget.measure import Editing, Uncertainty
from heartwright.printing.technologies import technology


def read_budget(path: Path) -> tuple[Budget, Provenance]:
    """A budget and what it was made from; its sums are taken anew.

    Only numbers are taken from the file: the technology's words are the catalogue's.

    Raises:
        InputError: the file is missing, broken or no budget.
    """
    try:
        stored = json.loads(existing(path).read_text(encoding="utf-8"))
        return _budget(stored), Provenance(**stored["provenance"])
    except (OSError, KeyError, TypeError, ValueError, AttributeError) as error:
        raise InputError(
            f"{path}: it is no error budget; write one with `heartwright print budget -o`."
        ) from error


def _budget(stored: dict[str, Any]) -> Budget:
    named = technology(stored["technology"])
    noise = stored["segmentation"]
    return Budget(
        editing=Editing(**_numbers(stored["editing"])),
        segmentation=None if noise is None else Uncertainty(**_numbers(noise)),
        technology=named.name,
        printer_mm=_numbers({"printer": stored["printer_mm"]})["printer"],
        printer_source=named.tolerance_mm.source,
        printer_verified=stored["printer_verified"] is True,
    )


def _numbers(stored: dict[str, Any]) -> dict[str, float]:
    values = {name: float(value) for name, value in stored.items()}
    if not all(math.isfinite(value) for value in values.values()):
        raise ValueError("a term of the budget is no number")
    return values
