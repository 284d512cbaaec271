"""Calibration coupon → sheet of measures → factors that make prints come out in size."""

import csv
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from heartwright.data import InputError, Provenance
from heartwright.data.files import existing, write_text
from heartwright.flows.endings import place
from heartwright.flows.solids import ENDINGS, write_solid

if TYPE_CHECKING:
    from heartwright.printing.compensation import Compensation

_HEADER = ("feature", "kind", "axis", "nominal_mm", "measured_mm")


def make_coupon(path: Path, *, sheet: Path | None = None, force: bool = False) -> dict[str, Any]:
    """Write the coupon, and where asked a sheet to fill in with a caliper."""
    from heartwright.printing.coupon import coupon, features

    place(path, *ENDINGS, force=force)
    if sheet is not None:
        place(sheet, ".csv", force=force)
        rows = [f"{f.name},{f.kind},{f.axis},{f.nominal_mm:g}," for f in features()]
        write_text(sheet, "\n".join([",".join(_HEADER), *rows, ""]), force=force)
    written = write_solid(coupon(), path, force=force)
    return written | ({} if sheet is None else {"sheet": str(sheet)})


def calibrate(measures: Path, path: Path, *, force: bool = False) -> dict[str, Any]:
    """Factors from a filled-in sheet, or from the report of `print verify` on the coupon."""
    place(path, ".json", force=force)
    found = _from_report(measures) if measures.suffix == ".json" else _from_sheet(measures)
    provenance = json.loads(Provenance.of([measures]).to_json())
    result = {"compensation": found.summary()}
    text = json.dumps(result | {"provenance": provenance}, indent=2)
    write_text(path, text + "\n", force=force)
    return result | {"files": {"compensation": str(path)}}


def read_compensation(path: Path) -> "Compensation":
    """Factors that `calibrate` wrote.

    Raises:
        InputError: the file is missing, broken or holds none.
    """
    from heartwright.printing.compensation import Compensation

    stored = _json(path)
    try:
        return Compensation(**stored["compensation"])
    except (KeyError, TypeError) as error:
        raise InputError(f"{path} holds no factors of `heartwright coupon factors`.") from error


def _from_report(path: Path) -> "Compensation":
    from heartwright.printing.compensation import Compensation

    stored = _json(path)
    try:
        scale = stored["scale"]
        x, y, z = (1 / float(scale[axis]) for axis in "xyz")
        return Compensation(x, y, z, growth_mm=scale["growth_mm"])
    except (KeyError, TypeError, ValueError, ZeroDivisionError) as error:
        raise InputError(f"{path} is no report of `heartwright print verify`.") from error


def _from_sheet(path: Path) -> "Compensation":
    from heartwright.printing.compensation import from_lengths

    try:
        with existing(path).open(newline="", encoding="utf-8-sig") as stream:
            rows = list(csv.DictReader(stream))
        filled = {r["feature"]: r["measured_mm"] for r in rows if (r["measured_mm"] or "").strip()}
        measured = {name: float(text) for name, text in filled.items()}
    except (KeyError, TypeError, ValueError, csv.Error) as error:
        raise InputError(
            f"{path} is no sheet of `heartwright coupon`: it needs the columns feature and "
            f"measured_mm, with numbers in mm."
        ) from error
    return from_lengths(measured)


def _json(path: Path) -> Any:
    try:
        return json.loads(existing(path).read_text(encoding="utf-8"))
    except (ValueError, OSError) as error:
        raise InputError(f"{path} is no JSON file; it is broken or something else.") from error
