"""The review's figures, recomputed from its own inputs."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

from heartwright.data import RESEARCH_ONLY, Provenance
from heartwright.data.files import write_text
from heartwright.studies.claims.claim import judged
from heartwright.studies.claims.markdown import claims_markdown
from heartwright.studies.claims.page import CUT_SHORT, claims_page, counted
from heartwright.studies.claims.register import CLAIMS
from heartwright.studies.claims.trial import trials
from heartwright.studies.folder import claimed

__all__ = ["study_claims"]

_FILES = {"page": "index.html", "record": "claims.json", "table": "claims.md"}


def study_claims(out: Path | None = None, *, force: bool = False) -> dict[str, Any]:
    """Reported, recomputed and verdict of every claim; with `out`, also as page, JSON and Markdown.

    Raises:
        OutputError: the folder cannot be made, or what would be written is there already.
    """
    if out is not None:
        claimed(out, *_FILES.values(), force=force)
    findings, needed = [judged(claim) for claim in CLAIMS], trials()
    result = {
        "claims": [finding.record() for finding in findings],
        "verdicts": {str(verdict): number for verdict, number in counted(findings).items()},
        "trials": [asdict(trial) for trial in needed],
        "cut_short": CUT_SHORT,
        "research_only": RESEARCH_ONLY,
    }
    if out is None:
        return result
    provenance = Provenance.of()
    kept = result | {"provenance": json.loads(provenance.to_json())}
    texts = {
        "page": claims_page(findings, needed, provenance),
        "record": json.dumps(kept, indent=2, ensure_ascii=False, allow_nan=False) + "\n",
        "table": claims_markdown(findings, needed),
    }
    for kind, name in _FILES.items():
        write_text(out / name, texts[kind], force=force)
    return result | {"files": {kind: str(out / name) for kind, name in _FILES.items()}}
