"""One model, one technology, one material: checked, sliced and priced."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from jaxtyping import Float

from heartwright.data import ExternalToolError, InputError, Solid
from heartwright.printing.compensation import Compensation, compensated
from heartwright.printing.estimate import Slicing, estimate
from heartwright.printing.files import Part, write_3mf
from heartwright.printing.inspection import Inspection, inspect
from heartwright.printing.orientation import Orientation, orientations, turned
from heartwright.printing.prusa import installed
from heartwright.printing.prusa_slice import extruders, prusa_slice
from heartwright.printing.sheet import Effort, Sheet, sheet
from heartwright.printing.technologies import (
    BedProcess,
    Figure,
    FilamentProcess,
    Material,
    Technology,
    doubts,
    figures,
)

Vector = Float[np.ndarray, "3"]

_LISTED = 3  # orientations to choose from


@dataclass(frozen=True, eq=False)
class Order:
    """What shall be printed, and how."""

    path: Path  # the model's file
    solid: Solid  # and what it holds
    technology: Technology
    material: Material
    supports: bool
    up: Vector | None = None  # None: the third axis, as the file has it
    search: bool = False  # for the best direction instead
    compensation: Compensation | None = None  # along the printer's axes


@dataclass(frozen=True, eq=False)
class Quote:
    """What a technology makes of a model, what it takes, and who says so."""

    order: Order
    up: Vector
    orientations: tuple[Orientation, ...]  # best first; none where nobody searched
    slicing: Slicing
    estimate: Slicing  # ours, beside PrusaSlicer's
    inspection: Inspection
    sheet: Sheet
    warnings: tuple[str, ...]

    def summary(self) -> dict[str, object]:
        """The quote as plain values, ready for JSON."""
        return {
            "printer": self.order.technology.printer.name,
            "material": self.order.material.name,
            "shore_scale": self.order.material.shore_scale,
            "up": self.up.tolist(),
            "orientations": [vars(o) | {"up": o.up.tolist()} for o in self.orientations],
            "slicing": asdict(self.slicing) | {"total_ml": self.slicing.total_ml},
            "estimate": {"seconds": self.estimate.seconds, "total_ml": self.estimate.total_ml},
            "sheet": self.sheet.summary(),
            "inspection": self.inspection.summary(),
            "figures": {name: vars(figure) for name, figure in self._figures()},
            "unverified": doubts(self.order.technology, self.order.material),
        }

    def _figures(self) -> Iterator[tuple[str, Figure]]:
        yield from figures(self.order.technology)
        yield from figures(self.order.material, "material.")


def quote(
    order: Order, effort: Effort, *, output: Path | None = None, force: bool = False
) -> Quote:
    """Stand a model up, inspect and slice it, and add up what it costs.

    PrusaSlicer slices where it is installed; without it our own estimate stands in and says so.

    Raises:
        InputError: a model of several parts shall be turned.
        ExternalToolError: PrusaSlicer is missing for a print file, or fails.
        OutputError: `output` cannot be written, or exists and `force` is not given.
    """
    parts = extruders(order.path)
    if parts > 1 and (order.up is not None or order.search):
        raise InputError(f"{order.path} has {parts} materials and is sliced as it lies: turn it.")
    if parts > 1 and order.compensation is not None:
        raise InputError(
            f"{order.path} has {parts} materials and is sliced as it is: give --compensate to "
            f"`heartwright print` instead."
        )
    found = _searched(order)
    up = found[0].up if found else order.up
    upright = _upright(order, up)
    direction = np.array([0.0, 0.0, 1.0]) if up is None else up / np.linalg.norm(up)
    ours = estimate(upright, order.technology, order.material, supports=order.supports)
    check = inspect(upright, order.technology)
    sliced = _sliced(order, upright, output, force=force, parts=parts) or ours
    return Quote(
        order=order,
        up=direction,
        orientations=found,
        slicing=sliced,
        estimate=ours,
        inspection=check,
        sheet=sheet(sliced, order.technology, order.material, effort),
        warnings=(*check.warnings, *_remarks(order, sliced)),
    )


def _upright(order: Order, up: Vector | None) -> Solid:
    """The model as the printer gets it: stood up, then made larger or smaller along its axes."""
    solid = order.solid if up is None else turned(order.solid, up)
    return solid if order.compensation is None else compensated(solid, order.compensation)


def _searched(order: Order) -> tuple[Orientation, ...]:
    if not order.search:
        return ()
    limit = order.technology.overhang_deg
    degrees = None if limit is None else limit.value
    return tuple(orientations(order.solid, overhang_deg=degrees, best=_LISTED))


def _sliced(
    order: Order, upright: Solid, output: Path | None, *, force: bool, parts: int
) -> Slicing | None:
    """PrusaSlicer's answer; None where it cannot be asked and no print file is wanted."""
    if isinstance(order.technology.process, BedProcess):
        if output is not None:
            raise ExternalToolError(
                f"PrusaSlicer does not slice for {order.technology.title}; send the 3MF or STL "
                f"to the printer's own software instead."
            )
        return None
    if output is None and not installed():
        return None
    with TemporaryDirectory() as folder:
        path = order.path
        if parts == 1:  # PrusaSlicer's own reading of turned or foreign files is not needed
            path = Path(folder) / "model.3mf"
            write_3mf([Part(upright, upright.name or "model")], path)
        return prusa_slice(
            path,
            order.technology,
            order.material,
            supports=order.supports,
            output=output,
            force=force,
        )


def _remarks(order: Order, sliced: Slicing) -> tuple[str, ...]:
    """What a reader of time and material must know."""
    process = order.technology.process
    told = []
    if not isinstance(process, BedProcess) and not installed():
        told.append("prusa-slicer is not installed: time and material are our own estimate.")
    if isinstance(process, FilamentProcess) and order.supports and not sliced.supports:
        told.append("Supports of filament are not estimated: time and material are without them.")
    if order.technology.name == "sla" and order.material.exposure_s is None:
        told.append(f"No exposure is known for {order.material.name}: a common resin's is taken.")
    return tuple(told)
