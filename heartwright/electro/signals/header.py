"""What a header's cells say: units, and which columns are no voltages."""

import re
from typing import Literal

TimeUnit = Literal["s", "ms"]

_UNIT = r"(?:^|[\s_\[(,/])({})(?:[\s\])]|$)"
_TIME = {"ms": "ms|msec|millisecond|milliseconds", "s": "s|sec|second|seconds"}
_VOLTAGE = {"mV": "mv|millivolt", "V": "v|volt"}
_OTHER = re.compile(r"current|stim|force|temperature|pressure|calcium|trigger", re.IGNORECASE)
_OTHER_UNIT = re.compile(_UNIT.format("[pnµum]?A(?:/F|/pF)?|pA/pF|[mk]?N|kPa|mmHg|°C|[µum]M"))


def time_unit(cell: str) -> TimeUnit | None:
    """The unit that a cell such as "Time (s)", "time_ms" or "t [ms]" gives; None without one."""
    return next((unit for unit in ("ms", "s") if _says(cell, _TIME[unit])), None)


def voltage_unit(cell: str) -> str:
    """The unit of a trace, "mV" or "V", or "a.u." where the cell does not say."""
    return next((unit for unit in ("mV", "V") if _says(cell, _VOLTAGE[unit])), "a.u.")


def is_voltage(cell: str) -> bool:
    """Whether a column may be a voltage: False for what plainly is not, such as a current."""
    return not (_OTHER.search(cell) or _OTHER_UNIT.search(cell))


def _says(cell: str, units: str) -> bool:
    return re.search(_UNIT.format(units), cell, re.IGNORECASE) is not None
