"""Where diameters are taken: at ports, and along a centreline's table."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from heartwright.data import InputError
from heartwright.data.files import existing

if TYPE_CHECKING:
    from heartwright.anatomy.mesh import Opening
    from heartwright.printing.verify import Station


def at_ports(ports: Sequence["Opening"]) -> "list[Station]":
    """A station at each port, named in their order."""
    from heartwright.printing.verify import Station

    return [Station(f"port {n}", port.point, port.normal) for n, port in enumerate(ports, start=1)]


def on_centreline(centreline: Path | None) -> "list[Station]":
    """Stations on the branches of a table that `heartwright centreline` wrote.

    Raises:
        InputError: it is no such table.
    """
    from heartwright.printing.verify import along

    if centreline is None:
        return []
    try:
        table = np.loadtxt(existing(centreline), delimiter=",", skiprows=1, ndmin=2)
        branches = table[:, 0]
        lines = {int(n): table[branches == n, 1:4] for n in np.unique(branches)}
    except (ValueError, IndexError) as error:
        raise InputError(
            f"{centreline} is no centreline; give the CSV that `heartwright centreline` wrote."
        ) from error
    return [s for n, points in lines.items() for s in along(points, name=f"branch {n}")]
