"""Planes sorted into volumes: one series, one orientation, one size and one phase each."""

from collections import Counter
from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass, replace
from functools import cache

import numpy as np

from heartwright.anatomy.imaging.clues import CLUES, Clue
from heartwright.anatomy.imaging.geometry import EVEN_MM, SAME, plane_name
from heartwright.anatomy.imaging.headers import Frame
from heartwright.data.files import sha256

_NOWHERE = "no position"


@dataclass(frozen=True, eq=False)
class Series:
    """Planes that may make one volume."""

    name: str  # what `--series` calls it
    part: str  # of the DICOM series: plane, size, phase; empty where that has one part only
    frames: tuple[Frame, ...]
    copies: int = 0  # files left out because they are there twice

    @property
    def first(self) -> Frame:
        """One plane, for what all of them share."""
        return self.frames[0]

    @property
    def may_be_volume(self) -> bool:
        """Whether it has planes with places, and more than one; scouts and documents have not."""
        return len(self.frames) > 1 and bool(_placed(self.frames))


def sort(frames: Iterable[Frame]) -> list[Series]:
    """Sort planes into series, and these by plane, size and phase (CLUES, in order of trust)."""
    by_uid = _grouped(frames, lambda frame: frame.source.series)
    numbers = Counter(group[0].source.number for group in by_uid.values())
    found: list[Series] = []
    used = Counter[str]()
    for _, group in sorted(by_uid.items(), key=lambda item: (_natural(item[1][0]), item[0])):
        number = group[0].source.number
        used[number] += 1
        name = number or "unnumbered"
        name = f"{name}-{used[number]}" if numbers[number] > 1 else name
        found.extend(_parts(name, group))
    return found


def _natural(frame: Frame) -> tuple[int, str]:
    """Sorts numbers in text by size."""
    return len(frame.source.number), frame.source.number


def _parts(name: str, frames: list[Frame]) -> list[Series]:
    once = _without_copies(frames)
    named = [
        (_joined(kind, phase), tuple(part))
        for kind, alike in _by_plane(once)
        for phase, part in _by_clues(alike)
    ]
    copies = len(frames) - len(once)
    if len(named) == 1:
        return [Series(name, "", named[0][1], copies)]
    series, used = [], Counter[str]()
    for part, members in named:
        used[part] += 1
        label = part if used[part] == 1 else f"{part}-{used[part]}"
        series.append(Series(f"{name}@{label}", label, members))
    return [replace(series[0], copies=copies), *series[1:]]


def _without_copies(frames: list[Frame]) -> list[Frame]:
    """Each image once; those of one UID and place are copies only where their files are equal."""
    claimed: dict[Hashable, list[Frame]] = {}
    for frame in frames:
        place = frame.place["ImagePositionPatient"].tolist()
        own = frame.source.instance or frame.source.path
        claimed.setdefault((own, frame.index, *place), []).append(frame)
    digest = cache(sha256)
    return [
        frame
        for same in claimed.values()
        for frame in ({digest(f.source.path): f for f in same}.values() if same[1:] else same)
    ]


def _by_plane(frames: list[Frame]) -> list[tuple[str, list[Frame]]]:
    """Planes that lie alike and are of one size; those without a place go to the most."""
    groups: list[list[Frame]] = []
    lost = []
    for frame in frames:
        if not _placed([frame]):
            lost.append(frame)
            continue
        alike = next((group for group in groups if _alike(group[0], frame)), None)
        if alike is None:
            groups.append([frame])
        else:
            alike.append(frame)
    if not groups:
        return [(_NOWHERE, lost)]
    max(groups, key=len).extend(lost)
    return [(_joined(*_plane_and_size(group[0], groups)), group) for group in groups]


def _placed(frames: Iterable[Frame]) -> list[Frame]:
    return [frame for frame in frames if not (frame.missing() or frame.unusable())]


def _alike(one: Frame, other: Frame) -> bool:
    return all(
        np.abs(one.place[name] - other.place[name]).max() <= SAME
        for name in ("ImageOrientationPatient", "Rows", "Columns")
    )


def _plane_and_size(frame: Frame, groups: list[list[Frame]]) -> tuple[str, str]:
    """Only what tells the group from the others."""
    planes, sizes = [{f(group[0]) for group in groups} for f in (_plane, _size)]
    return (_plane(frame) if len(planes) > 1 else "", _size(frame) if len(sizes) > 1 else "")


def _plane(frame: Frame) -> str:
    return plane_name(frame.place["ImageOrientationPatient"]).replace(" ", "-")


def _size(frame: Frame) -> str:
    return f"{frame.place['Columns'][0]:.0f}x{frame.place['Rows'][0]:.0f}"


def _by_clues(
    frames: list[Frame], known: tuple[Clue, ...] = CLUES
) -> list[tuple[str, list[Frame]]]:
    """Split until no position repeats; where no clue helps, the repeats stay, to be refused."""
    places = _places(frames)
    for number, clue in enumerate(known):
        parts = _split(frames, places, clue)
        if _helps(parts, clue, len(frames), _most(places)):
            return [
                (_joined(label, finer), members)
                for label, part in parts.items()
                for finer, members in _by_clues(part, known[number + 1 :])
            ]
    return [("", frames)]


def _helps(parts: dict[str, list[Frame]], clue: Clue, total: int, most: int) -> bool:
    """Whether a clue's parts repeat fewer positions, and are not torn into single planes."""
    if not 1 < len(parts) < total:
        return False
    if clue.always:
        return True
    return len(parts) <= most and max(_most(_places(part)) for part in parts.values()) < most


def _most(places: list[int]) -> int:
    """How often the most frequent place is taken."""
    return max(Counter(places).values())


def _places(frames: list[Frame]) -> list[int]:
    """The level of each plane along the normal, counted from the lowest; all one if unknown."""
    if len(_placed(frames)) < len(frames):
        return [0] * len(frames)
    row, column = frames[0].place["ImageOrientationPatient"].reshape(2, 3)
    positions = np.array([frame.place["ImagePositionPatient"] for frame in frames])
    heights = positions @ np.cross(row, column)
    order = np.argsort(heights, kind="stable")
    levels = np.zeros(len(frames), dtype=int)
    levels[order[1:]] = np.cumsum(np.diff(heights[order]) >= EVEN_MM)
    return levels.tolist()


def _split(frames: list[Frame], places: list[int], clue: Clue) -> dict[str, list[Frame]]:
    """The planes by the clue's value, or by its rank at each place; nothing where it is silent."""
    number = CLUES.index(clue)
    values = [frame.clues[number] for frame in frames]
    if None in values or len({type(value) for value in values}) > 1:
        return {}
    labels = _labels(clue, values)
    if clue.timed and len(set(values)) > _most(places):
        if len(set(Counter(places).values())) > 1:
            return {}  # a place lacks a phase, but which?
        labels = _ranks(values, places)
    groups: dict[str, list[Frame]] = {}
    for (_, label), frame in sorted(zip(labels, frames, strict=True), key=lambda pair: pair[0]):
        groups.setdefault(label, []).append(frame)
    return groups


def _labels(clue: Clue, values: list) -> list[tuple[int, str]]:
    """For each value its rank, and how it is called."""
    ranks = {value: rank for rank, value in enumerate(sorted(set(values)))}

    def said(value: float | str) -> str:
        shown = ranks[value] + 1 if clue.private else value
        return clue.label.format(f"{shown:g}" if isinstance(shown, float) else shown)

    return [(ranks[value], said(value)) for value in values]


def _ranks(values: list, places: list[int]) -> list[tuple[int, str]]:
    """The rank of each plane among those of its place: times that differ from slice to slice."""
    seen = Counter[int]()
    ranks = [0] * len(values)
    for number in sorted(range(len(values)), key=values.__getitem__):
        ranks[number] = seen[places[number]]
        seen[places[number]] += 1
    return [(rank, f"t{rank + 1}") for rank in ranks]


def _grouped(frames: Iterable[Frame], key: Callable[[Frame], str]) -> dict[str, list[Frame]]:
    groups: dict[str, list[Frame]] = {}
    for frame in frames:
        groups.setdefault(key(frame), []).append(frame)
    return groups


def _joined(*words: str) -> str:
    return ",".join(word for word in words if word)
