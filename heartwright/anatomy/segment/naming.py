"""Labels by the names that people give them."""

from collections.abc import Iterable
from dataclasses import replace

import numpy as np

from heartwright.anatomy.segment.region import Mask
from heartwright.data.errors import InputError
from heartwright.data.volume import LabelMap


def number_of(labels: LabelMap, name: str) -> int:
    """The label that has a name, or whose number is the name.

    Raises:
        InputError: no voxel carries such a label.
    """
    named = [n for n, known in labels.names.items() if known == name]
    number = named[0] if named else int(name) if name.isdecimal() else None
    present = [int(n) for n in np.unique(labels.values) if n]
    if number not in present:
        known = ", ".join(titled(labels, n) for n in present) or "no label"
        raise InputError(f"no voxel is labelled '{name}'; this map has {known}.")
    return int(number)


def titled(labels: LabelMap, number: int) -> str:
    """A label's name, else its number."""
    return labels.names.get(number) or str(number)


def mask_of(labels: LabelMap, *names: str) -> Mask:
    """The voxels of one label or several.

    Raises:
        InputError: no voxel carries one of them.
    """
    return np.isin(labels.values, [number_of(labels, name) for name in names])


def with_label(labels: LabelMap, mask: Mask, name: str) -> LabelMap:
    """The map with these voxels given to a label, which is new where the map has none so named."""
    number = _number_for(labels, name)
    kind = np.promote_types(labels.values.dtype, np.min_scalar_type(number))
    values = labels.values.astype(kind)
    values[mask] = number
    return replace(labels, values=values, names={**labels.names, number: name})


def without(labels: LabelMap, mask: Mask) -> LabelMap:
    """The map with these voxels given to the background."""
    values = labels.values.copy(order="K")
    values[mask] = 0
    return replace(labels, values=values)


def merged(labels: LabelMap, name: str, parts: Iterable[str]) -> LabelMap:
    """The map with several labels become one, which has a name of its own.

    Raises:
        InputError: no voxel carries one of the parts.
    """
    mask = mask_of(labels, *parts)
    gone = {number_of(labels, part) for part in parts}
    kept = {n: known for n, known in labels.names.items() if n not in gone}
    return with_label(replace(without(labels, mask), names=kept), mask, name)


def renamed(labels: LabelMap, name: str, new: str) -> LabelMap:
    """The map with a label's name changed.

    Raises:
        InputError: no voxel carries the label, or another one has the new name.
    """
    number = number_of(labels, name)
    if any(known == new and n != number for n, known in labels.names.items()):
        raise InputError(f"'{new}' is another label's name already; merge them, or choose another.")
    return replace(labels, names={**labels.names, number: new})


def _number_for(labels: LabelMap, name: str) -> int:
    named = [n for n, known in labels.names.items() if known == name]
    if named:
        return named[0]
    return max([int(labels.values.max()), *labels.names]) + 1
