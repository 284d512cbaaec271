"""Label map → label map, by steps in the order given."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from heartwright.data import InputError, LabelMap, Provenance, Volume
from heartwright.flows.endings import place

Edit = Callable[[LabelMap, list[str], "Volume | None"], LabelMap]


@dataclass(frozen=True)
class Step:
    """One kind of edit."""

    usage: str  # its arguments, as people are told
    edit: Edit
    scan: bool = False  # whether it looks at the scan

    def takes(self, count: int) -> bool:
        """Whether it can have so many arguments."""
        named = self.usage.count(",") + 1
        return count >= named if self.usage.endswith("…") else count == named


def edit_labels(
    labels: Path,
    path: Path,
    *,
    steps: Sequence[str],
    scan: Path | None = None,
    series: str | None = None,
    force: bool = False,
) -> dict[str, Any]:
    """Take the steps one after another, and write the label map."""
    from heartwright.anatomy.imaging import read_labels, read_volume, write_labels

    place(path, ".nrrd", ".nii", ".nii.gz", force=force)
    chosen = [_parsed(text) for text in steps]
    if any(step.scan for step, _ in chosen) and scan is None:
        raise InputError("calcium and grow look at grey values: name the scan with --scan.")
    volume = None if scan is None else read_volume(scan, series=series)
    found = read_labels(labels)
    _check_frame(found, volume)
    for step, arguments in chosen:
        found = step.edit(found, arguments, volume)
    inputs = [labels] if scan is None else [labels, scan]
    found = replace(found, provenance=Provenance.of(inputs, {"steps": list(steps)}))
    write_labels(found, path, force=force)
    return {"structures_mm3": volumes(found), "files": {"labels": str(path)}}


def volumes(labels: LabelMap) -> dict[str, float]:
    """The volume of each label that has voxels, mm³, by its name or number."""
    counts = np.bincount(labels.values.ravel(order="K"))
    return {
        labels.names.get(int(n)) or str(n): float(counts[n] * labels.grid.voxel_mm3)
        for n in np.flatnonzero(counts)
        if n
    }


def _parsed(text: str) -> tuple[Step, list[str]]:
    name, _, rest = text.partition("=")
    arguments = [part.strip() for part in rest.split(",")]
    if name not in STEPS:
        raise InputError(f"'{name}' is no step; there are {', '.join(STEPS)}.")
    step = STEPS[name]
    if not (step.takes(len(arguments)) and all(arguments)):
        raise InputError(f"the step is {name}={step.usage}, not '{text}'.")
    return step, arguments


def _check_frame(labels: LabelMap, volume: Volume | None) -> None:
    if volume is not None and not (
        volume.values.shape == labels.values.shape
        and np.allclose(volume.affine, labels.affine, atol=1e-2)
    ):
        raise InputError(
            "scan and label map are not on the same voxels; name the scan that the map was made of."
        )


def _number(text: str, unit: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = np.nan
    if not np.isfinite(value):
        raise InputError(f"a step takes a number of {unit} there, not '{text}'.")
    return value


def _positive(text: str, unit: str) -> float:
    value = _number(text, unit)
    if value <= 0:
        raise InputError(f"a step takes a positive number of {unit} there, not '{text}'.")
    return value


def _keep_largest(labels: LabelMap, given: list[str], _: Volume | None) -> LabelMap:
    from heartwright.anatomy.segment.editing import keep_largest

    return keep_largest(labels, given[0])


def _drop_islands(labels: LabelMap, given: list[str], _: Volume | None) -> LabelMap:
    from heartwright.anatomy.segment.editing import drop_islands

    return drop_islands(labels, given[0], smallest_mm3=_positive(given[1], "mm³"))


def _inside(labels: LabelMap, given: list[str], _: Volume | None) -> LabelMap:
    from heartwright.anatomy.segment.editing import masked

    return masked(labels, given[0], by=given[1], inside=True)


def _outside(labels: LabelMap, given: list[str], _: Volume | None) -> LabelMap:
    from heartwright.anatomy.segment.editing import masked

    return masked(labels, given[0], by=given[1], inside=False)


def _margin(labels: LabelMap, given: list[str], _: Volume | None) -> LabelMap:
    from heartwright.anatomy.segment.editing import margin

    return margin(labels, given[0], margin_mm=_number(given[1], "mm"))


def _smooth(labels: LabelMap, given: list[str], _: Volume | None) -> LabelMap:
    from heartwright.anatomy.segment.joint import smoothed

    return smoothed(labels, width_mm=_positive(given[0], "mm"))


def _fill_between(labels: LabelMap, given: list[str], _: Volume | None) -> LabelMap:
    from heartwright.anatomy.segment.between import filled_between

    return filled_between(labels, given[0])


def _merge(labels: LabelMap, given: list[str], _: Volume | None) -> LabelMap:
    from heartwright.anatomy.segment.naming import merged

    return merged(labels, given[0], given[1:])


def _rename(labels: LabelMap, given: list[str], _: Volume | None) -> LabelMap:
    from heartwright.anatomy.segment.naming import renamed

    return renamed(labels, *given)


def _remove(labels: LabelMap, given: list[str], _: Volume | None) -> LabelMap:
    from heartwright.anatomy.segment.naming import mask_of, without

    return without(labels, mask_of(labels, *given))


def _calcium(labels: LabelMap, given: list[str], scan: Volume | None) -> LabelMap:
    from heartwright.anatomy.segment.calcium import with_calcium

    assert scan is not None
    return with_calcium(labels, scan.values, given[0])


def _grow(labels: LabelMap, given: list[str], scan: Volume | None) -> LabelMap:
    from heartwright.anatomy.segment.seeds import grown

    assert scan is not None
    return grown(labels, scan, background=given[0])


STEPS = {
    "keep-largest": Step("NAME", _keep_largest),
    "drop-islands": Step("NAME,MM3", _drop_islands),
    "inside": Step("NAME,OTHER", _inside),
    "outside": Step("NAME,OTHER", _outside),
    "margin": Step("NAME,MM", _margin),
    "smooth": Step("MM", _smooth),
    "fill-between": Step("NAME", _fill_between),
    "merge": Step("NEW,NAME,NAME…", _merge),
    "rename": Step("NAME,NEW", _rename),
    "remove": Step("NAME", _remove),
    "calcium": Step("LUMEN", _calcium, scan=True),
    "grow": Step("BACKGROUND", _grow, scan=True),
}
