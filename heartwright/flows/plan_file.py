"""A plan of either kind from its file."""

import json
from pathlib import Path

from heartwright.data import InputError, Plan, RootPlan
from heartwright.data.files import existing
from heartwright.data.json_file import read_plan


def read_any_plan(path: Path) -> Plan | RootPlan:
    """Read what `plan laa` or `plan aortic` wrote.

    Raises:
        InputError: the file is missing, broken or no plan.
    """
    from pydantic import TypeAdapter, ValidationError

    try:
        stored = json.loads(existing(path).read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise InputError(f"{path}: it cannot be read as JSON; make it again.") from error
    if not isinstance(stored, dict) or "annulus" not in stored:
        return read_plan(path)
    try:
        return TypeAdapter(RootPlan).validate_python(stored)
    except ValidationError as error:
        raise InputError(f"{path}: it is JSON, but no plan of heartwright.") from error
