"""Own devices: families from a YAML file, checked before any of them is used.

    families:
      My occluder:
        site: left atrial appendage        # or: aortic valve
        plane: ostium                      # or: landing zone, annulus
        measure: largest diameter          # or: mean diameter, perimeter, area
        depth: 0.5                         # of the nominal diameter; may be left out
        sizes:
          - {size: 22, least: 15.4, most: 19.8, source: bench book 7, revision: B, date: 2026-03-01}
        outline:                           # may be left out; [z, radius, covered] as shares of
          - [0, 0.5, yes]                  # the nominal diameter, from the proximal end
          - [0.4, 0.45, no]
        stiffness_n_per_mm: 2.1            # goes with the outline

Limits of `area` are mm², all others mm. `verified: yes` on a size says that you read it in the
manufacturer's own document; without it the row is shown as unverified.
"""

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Annotated, Literal

import numpy as np
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from heartwright.data import InputError
from heartwright.data.yaml_file import checked, read_yaml
from heartwright.planning.devices.body import Outline
from heartwright.planning.devices.family import AORTIC_VALVE, APPENDAGE, Family, Form, Need, Size
from heartwright.planning.devices.measure import MEASURES, Measure

_PLANES = {"ostium": APPENDAGE, "landing zone": APPENDAGE, "annulus": AORTIC_VALVE}
_WHERE = {
    "ostium": "as its file's author finds it",
    "landing zone": "as its file's author finds it",
    "annulus": "through the lowest points of the three cusps",
}

Positive = Annotated[float, Field(gt=0, lt=2000, allow_inf_nan=False)]
Share = Annotated[float, Field(ge=-5, le=5, allow_inf_nan=False)]
Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
Name = Annotated[str, StringConstraints(pattern=r"^\S(.*\S)?$", max_length=60)]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class _Row(_Strict):
    size: Positive
    least: Positive
    most: Positive
    nominal: Positive | None = None
    source: Text
    revision: Text
    date: date
    verified: bool = False


class _Own(_Strict):
    site: Literal["left atrial appendage", "aortic valve"]
    plane: Literal["ostium", "landing zone", "annulus"]
    measure: Literal["largest diameter", "mean diameter", "perimeter", "area"]
    depth: Positive | None = None
    sizes: Annotated[tuple[_Row, ...], Field(min_length=1)]
    outline: Annotated[tuple[tuple[Share, Share, bool], ...], Field(min_length=2)] | None = None
    stiffness_n_per_mm: Positive | None = None

    @model_validator(mode="after")
    def _fits_together(self) -> "_Own":
        if _PLANES[self.plane] != self.site:
            raise ValueError(f"the {self.plane} is no plane of the {self.site}")
        if (self.outline is None) != (self.stiffness_n_per_mm is None):
            raise ValueError("outline and stiffness_n_per_mm go together")
        _check_rows(self.sizes)
        if self.outline:
            _check_outline(np.array([station[:2] for station in self.outline]))
        return self


class _File(_Strict):
    families: Annotated[dict[Name, _Own], Field(min_length=1)]


def read_families(path: Path) -> dict[str, Family]:
    """Own families from a YAML file, by name.

    Raises:
        InputError: the file is missing or says something else than this module's docstring shows;
            the sentence names family and key.
    """
    given = checked(_File, read_yaml(path, "a file of devices"), str(path), each="family")
    return {name: _family(name, own) for name, own in given.families.items()}


def with_own(families: Mapping[str, Family], own: Mapping[str, Family]) -> dict[str, Family]:
    """A catalogue and own families beside it.

    Raises:
        InputError: a name is taken.
    """
    taken = {name.casefold() for name in families}
    for name in own:
        if name.casefold() in taken:
            raise InputError(f"{name} is in the catalogue already; give yours another name.")
    return {**families, **own}


def _check_rows(rows: tuple[_Row, ...]) -> None:
    for row in rows:
        if row.least >= row.most:
            raise ValueError(f"size {row.size:g}: least must be below most")
    limits = np.array([(row.size, row.least, row.most) for row in rows])
    if not (np.diff(limits, axis=0) > 0).all():
        raise ValueError("sizes and their limits must rise together, smallest size first")


def _check_outline(stations: np.ndarray) -> None:
    z, r = stations.T
    if not (np.diff(z) > 0).all():
        raise ValueError("outline: z must rise from station to station")
    if (r < 0).any() or r.max() == 0:
        raise ValueError("outline: radii must not be negative, nor all be 0")


def _family(name: str, own: _Own) -> Family:
    by = MEASURES[own.measure]
    return Family(
        name=name,
        site=own.site,
        plane=own.plane,
        where=_WHERE[own.plane],
        by=by,
        sizes=tuple(_size(name, row, by) for row in own.sizes),
        needs=_depth(own.depth),
        form=_form(own),
    )


def _size(name: str, row: _Row, by: Measure) -> Size:
    nominal = row.nominal or by.of_circle(row.size)
    told = (row.source, row.revision, row.date.isoformat(), row.verified)
    return Size(name, row.size, row.least, row.most, nominal, *told)


def _depth(share: float | None) -> tuple[Need, ...]:
    if share is None:
        return ()
    return (Need("depth_mm", "depth", lambda size_mm, _: share * size_mm, verified=False),)


def _form(own: _Own) -> Form | None:
    if own.outline is None or own.stiffness_n_per_mm is None:
        return None
    z, r, covered = (np.array(column) for column in zip(*own.outline, strict=True))
    stiffness = own.stiffness_n_per_mm
    return Form(
        lambda size: Outline(z * size.size_mm, r * size.size_mm, covered),
        lambda _: stiffness,
        basis="its file's author",
    )
