"""Methods held against each other, and against an outcome, on a series of one's own."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

from heartwright.data import RESEARCH_ONLY, Provenance
from heartwright.data.files import write_text
from heartwright.studies.agreement.agreed import pairs, rivals, scale_of
from heartwright.studies.agreement.asked import Asked
from heartwright.studies.agreement.foretold import foretold
from heartwright.studies.agreement.page import agreement_page
from heartwright.studies.agreement.remarks import remarks
from heartwright.studies.agreement.table import read_series
from heartwright.studies.folder import claimed

__all__ = ["Asked", "study_agreement"]


def study_agreement(path: Path, asked: Asked, out: Path, *, force: bool = False) -> dict[str, Any]:
    """Compare the columns that were asked for and write `index.html` and `agreement.json` to `out`.

    Raises:
        InputError: the table cannot be used.
        OutputError: the folder cannot be made, or what would be written is there already.
    """
    series = read_series(path, asked.columns)
    claimed(out, "index.html", "agreement.json", force=force)
    scale = scale_of(series, asked)
    compared = pairs(series, asked, scale)
    contests = rivals(series, asked) if len(scale) else []
    told = foretold(series, asked)
    warnings = remarks(series, asked, scale, compared, told)
    provenance = Provenance.of([path], asdict(asked))
    result = {
        "patients": len(series),
        "left_out": series.left_out,
        "sizes": scale.tolist(),
        "pairs": [asdict(pair) for pair in compared],
        "mcnemar": [asdict(one) for one in contests],
        "outcome": told and asdict(told),
        "warnings": warnings,
        "research_only": RESEARCH_ONLY,
    }
    html = agreement_page(series, asked, compared, contests, told, warnings, provenance)
    kept = result | {"provenance": json.loads(provenance.to_json())}
    text = json.dumps(kept, indent=2, ensure_ascii=False, allow_nan=False)
    write_text(out / "agreement.json", text + "\n", force=force)
    write_text(out / "index.html", html, force=force)
    return result | {
        "files": {"page": str(out / "index.html"), "record": str(out / "agreement.json")}
    }
