"""PrusaSlicer as a second opinion on a print file."""

import os
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from heartwright.data.errors import ExternalToolError
from heartwright.data.files import existing

_PROGRAM = "prusa-slicer"
_PATIENCE_S = 300
_LINE = re.compile(r"^(\w+)\s*=\s*(\S+)\s*$", re.MULTILINE)

Section = dict[str, str]  # one object of the file, as PrusaSlicer lists it


@dataclass(frozen=True)
class PrusaInfo:
    """What `prusa-slicer --info` says about a file, all its objects together."""

    size_mm: tuple[float, float, float]  # of the box around everything
    facets: int
    manifold: bool  # every object is
    parts: int  # connected shells, so that a trapped cavity counts as one more
    volume_mm3: float


def prusa_info(path: Path) -> PrusaInfo:
    """Ask PrusaSlicer how it reads an STL, 3MF or OBJ file.

    Raises:
        InputError: nothing readable is at the path.
        ExternalToolError: PrusaSlicer is not installed, fails, takes too long or finds no object.
    """
    said = ask_prusa(existing(path).resolve(), "--info")
    sections = [dict(_LINE.findall(text)) for text in re.split(r"^\[.*\]$", said, flags=re.M)]
    sections = [section for section in sections if int(section.get("number_of_facets", 0))]
    if not sections:
        raise ExternalToolError(f"{_PROGRAM} found no object in {path}; write the file again.")
    return PrusaInfo(
        size_mm=_size(sections),
        facets=sum(int(section["number_of_facets"]) for section in sections),
        manifold=all(section.get("manifold") == "yes" for section in sections),
        parts=sum(int(section.get("number_of_parts", 1)) for section in sections),
        volume_mm3=sum(float(section.get("volume", "nan")) for section in sections),
    )


def installed() -> bool:
    """Whether PrusaSlicer is there to be asked."""
    return shutil.which(_PROGRAM) is not None


def ask_prusa(path: Path, *options: str) -> str:
    """Run PrusaSlicer on a file and return what it says.

    Raises:
        ExternalToolError: PrusaSlicer is not installed, fails or takes too long.
    """
    program = shutil.which(_PROGRAM)
    if program is None:
        raise ExternalToolError(
            f"{_PROGRAM} is not installed; on Debian or Ubuntu: apt install {_PROGRAM}."
        )
    try:
        answer = subprocess.run(
            [program, *options, str(path)],
            capture_output=True,
            check=False,
            env=os.environ | {"LC_ALL": "C"},  # a point in every number
            errors="replace",
            text=True,
            timeout=_PATIENCE_S,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise ExternalToolError(f"{_PROGRAM} gave no answer on {path}: {error}.") from error
    if answer.returncode:
        reason = (answer.stderr.strip().splitlines() or ["no reason given"])[-1].rstrip(".")
        raise ExternalToolError(f"{_PROGRAM} cannot load {path}: {reason}; write the file again.")
    return answer.stdout


def _size(sections: list[Section]) -> tuple[float, float, float]:
    low, high = (
        np.array(
            [[float(section.get(f"{end}_{axis}", "nan")) for axis in "xyz"] for section in sections]
        )
        for end in ("min", "max")
    )
    x, y, z = (high.max(axis=0) - low.min(axis=0)).tolist()
    return x, y, z
