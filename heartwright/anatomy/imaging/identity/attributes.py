"""One attribute at a time: what it becomes, or that it goes.

Everything that is not known to be harmless goes: the profile's table is applied first, and what it
does not name stays only if it holds numbers, well-known UIDs, or texts of a known meaning. Other
short texts become tokens, so that what differed (a kernel, a phase) still does.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from heartwright.anatomy.imaging.identity.key import Key
from heartwright.anatomy.imaging.identity.moments import shifted
from heartwright.anatomy.imaging.identity.profile import profile, terms

if TYPE_CHECKING:
    from pydicom import DataElement, Dataset

_NUMBERS = {"US", "SS", "UL", "SL", "UV", "SV", "FL", "FD", "AT", "IS", "DS"}
_SHORT_TEXTS = {"CS", "SH", "LO"}
_MOMENTS = {"DA", "TM", "DT"}
_TABLES = {0x00283006, *range(0x00281201, 0x00281204)}  # grey values and colours of voxels
_GONE = {0x00080005, 0x00880200}  # character set: all texts become ASCII; icon: a second picture
_DUMMIES: dict[str, Any] = {
    "DA": "19000101",
    "TM": "000000",
    "DT": "19000101000000",
    "AS": "000Y",
    "OB": b"\0\0",
    "UN": b"\0\0",
    "IS": 0,
    "DS": 0,
    "US": 0,
}
_DUMMY = "REMOVED"


@dataclass(frozen=True)
class Replacing:
    """By what a patient's attributes are replaced."""

    key: Key
    days: int | None  # that dates are moved by; None removes them


def cleaned(dataset: "Dataset", by: Replacing) -> "Dataset":
    """A new dataset with what may stay; private groups, curves and overlays never do."""
    from pydicom import Dataset

    clean = Dataset()
    for element in _public(dataset):
        made = _cleaned(element, by)
        if made is not None:
            clean.add(made)
    return clean


def _public(dataset: "Dataset") -> "Iterator[DataElement]":
    for tag in sorted(dataset.keys()):
        graphics = tag.group & 0xFF00 in {0x5000, 0x6000}
        if not (tag.is_private or graphics or tag.element == 0 or tag in _GONE):
            yield dataset[tag]


def _cleaned(element: "DataElement", by: Replacing) -> "DataElement | None":
    tag, action = int(element.tag), profile().actions.get(int(element.tag))
    if by.days is not None and tag in profile().moments and element.VR in _MOMENTS:
        return _of(element, _each(element, lambda text: shifted(text, element.VR, by.days or 0)))
    if action == "X":
        return None
    if action == "Z":
        return _of(element, [] if element.VR == "SQ" else "")
    if action == "D" and element.VR not in {"SQ", "UI"}:
        return _of(element, _DUMMIES.get(element.VR, _DUMMY))
    return _unlisted(element, by)


def _unlisted(element: "DataElement", by: Replacing) -> "DataElement | None":
    """What becomes of an attribute of which the profile says nothing, a UID or a sequence."""
    kind = element.VR
    if kind not in _standard(element.tag):  # numbers of another kind may be letters
        return None
    if kind == "SQ":
        items = [cleaned(item, by) for item in element.value]
        return _of(element, items) if any(len(item) for item in items) else None
    if kind == "UI":
        return _of(element, _each(element, lambda uid: _uid(uid, by.key)))
    if kind in _SHORT_TEXTS:
        return _of(element, _each(element, lambda text: _term(element, text, by.key)))
    numbers = kind in _NUMBERS and _is_numeric(element.value)
    return _of(element, element.value) if numbers or element.tag in _TABLES else None


def _standard(tag: int) -> list[str]:
    """The value representations that the standard's dictionary gives an attribute."""
    from pydicom.datadict import dictionary_has_tag, dictionary_VR

    return dictionary_VR(tag).split(" or ") if dictionary_has_tag(tag) else []


def _of(element: "DataElement", value: Any) -> "DataElement":
    from pydicom import DataElement

    return DataElement(element.tag, element.VR, value)


def _each(element: "DataElement", change: Any) -> Any:
    """One text, or several, changed; empty ones stay empty."""
    if element.VM > 1:
        return [change(str(text)) if text else "" for text in element.value]
    return change(str(element.value)) if element.value else ""


def _uid(uid: str, key: Key) -> str:
    from pydicom.uid import UID

    return uid if UID(uid).name != uid else key.uid(uid)


def _term(element: "DataElement", text: str, key: Key) -> str:
    text = text.strip()
    harmless = not text or terms().allow(element.keyword, element.VR, text)
    return text if harmless else key.token("term", text)


def _is_numeric(value: Any) -> bool:
    """Whether pydicom made numbers of it; it leaves text as text where it cannot."""
    values = value if hasattr(value, "append") else [value]
    return all(one is None or not isinstance(one, str | bytes) for one in values)
