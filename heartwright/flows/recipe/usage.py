"""What a piece of work took: seconds, the processors' seconds, and memory at its peak."""

import re
import time
from dataclasses import dataclass
from pathlib import Path

_RESET, _STATUS = Path("/proc/self/clear_refs"), Path("/proc/self/status")
_PEAK = re.compile(r"^VmHWM:\s+(\d+) kB", re.MULTILINE)


@dataclass(frozen=True)
class Usage:
    """What was used."""

    seconds: float
    cpu_seconds: float
    peak_mb: float | None  # of the whole process, while it worked; None where no system tells


class Meter:
    """Measures from its making to `read`."""

    def __init__(self) -> None:
        self._resets = _forget_peak()
        self._start, self._worked = time.perf_counter(), time.process_time()

    def read(self) -> Usage:
        """What was used since."""
        return Usage(
            time.perf_counter() - self._start,
            time.process_time() - self._worked,
            _peak_mb() if self._resets else None,
        )


def _forget_peak() -> bool:
    """Begin a new peak (Linux, proc(5): clear_refs, 5); whether the system can."""
    try:
        _RESET.write_text("5", encoding="ascii")
    except OSError:
        return False
    return True


def _peak_mb() -> float | None:
    found = _PEAK.search(_STATUS.read_text(encoding="ascii", errors="replace"))
    return int(found[1]) / 1024 if found else None
