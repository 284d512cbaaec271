"""Tags that tell apart the phases, echoes and kinds of image that share one series."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Clue:
    """One property of an image, by the tags that hold it in different makers' objects."""

    label: str  # how a part is called; {} takes the value, or its rank
    tags: tuple[str, ...]  # the first that is there counts
    timed: bool = False  # may differ from slice to slice of one phase: then the rank counts
    private: bool = False  # a moment in a person's life: only its rank is shown
    always: bool = False  # splits even where no position repeats


# In the order of trust.
CLUES = (
    Clue("{}%", ("NominalPercentageOfCardiacPhase",), always=True),
    Clue("{}", ("ScanOptions",)),
    Clue("{}ms", ("TriggerTime", "NominalCardiacTriggerDelayTime"), timed=True),
    Clue("t{}", ("TemporalPositionIndex", "TemporalPositionIdentifier")),
    Clue("{}s", ("TemporalPositionTimeOffset",), timed=True),
    Clue("stack{}", ("StackID",), always=True),
    Clue("echo{}ms", ("EffectiveEchoTime", "EchoTime")),
    Clue("b{}", ("DiffusionBValue",)),
    Clue("{}", ("DataType", "FrameType", "ImageType")),
    Clue("{}", ("ConvolutionKernel",)),
    Clue("time{}", ("AcquisitionTime",), timed=True, private=True),
    Clue("time{}", ("ContentTime",), timed=True, private=True),
)

Values = tuple[float | str | None, ...]  # one for each of CLUES


def clues(get: Callable[[str], Any], text: Callable[[Any], str]) -> Values:
    """What an image says about itself.

    Args:
        get: the value of a tag, or None.
        text: a value as text that may be shown.
    """
    said = (next((v for tag in clue.tags if (v := get(tag)) is not None), None) for clue in CLUES)
    return tuple(None if value is None else _value(value, text) for value in said)


def _value(value: Any, text: Callable[[Any], str]) -> float | str | None:
    """A number, or a text in one word."""
    try:
        number = float(value)
    except (TypeError, ValueError):
        number = math.nan
    return number if math.isfinite(number) else text(value).replace(" ", "-") or None
