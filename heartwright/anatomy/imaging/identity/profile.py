"""What DICOM PS3.15 (Table E.1-1) does to each attribute, and which coded texts tell nothing."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

EDITION = "DICOM PS3.15 2024e"


@dataclass(frozen=True)
class Profile:
    """The basic profile, as a table."""

    actions: Mapping[int, str]  # tag → X remove, Z empty, D dummy, U other UID
    moments: frozenset[int]  # tags of dates and times that an option of the profile may keep


@dataclass(frozen=True)
class Terms:
    """Texts that stay as they are; all others are replaced."""

    codes: frozenset[str]  # of any code string
    patterns: Mapping[str, re.Pattern[str]]  # attribute → what its text may look like

    def allow(self, keyword: str, representation: str, text: str) -> bool:
        """Whether a text of this attribute and value representation tells nothing of a person."""
        pattern = self.patterns.get(keyword)
        if pattern is not None and pattern.fullmatch(text):
            return True
        return representation == "CS" and text in self.codes


@cache
def profile() -> Profile:
    """The table. Where it leaves a choice ("X/Z/D"), the last, which every kind of image allows."""
    table = _data("profile.json")
    actions = {
        int(tag, 16): action.rstrip("*").split("/")[-1]
        for action, tags in table["actions"].items()
        for tag in tags
    }
    return Profile(actions, frozenset(int(tag, 16) for tag in table["moments"]))


@cache
def terms() -> Terms:
    """The texts that stay."""
    table = _data("terms.json")
    patterns = {name: re.compile(pattern) for name, pattern in table["patterns"].items()}
    return Terms(frozenset(table["codes"]), patterns)


def _data(name: str) -> dict:
    return json.loads(files(__package__).joinpath(name).read_text(encoding="utf-8"))
