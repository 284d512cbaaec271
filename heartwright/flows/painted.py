"""A painted solid → coloured files."""

from dataclasses import replace
from pathlib import Path

from heartwright.data import SurfaceField
from heartwright.flows.endings import place

PAINTED = (".3mf", ".ply")


def write_painted(field: SurfaceField, path: Path, *, force: bool = False) -> None:
    """Write a painted solid: coloured 3MF for printers, PLY with the values for programs.

    Raises:
        InputError: the file's ending is neither.
    """
    from heartwright.printing import Part, write_3mf, write_ply
    from heartwright.report import colours

    ending = place(path, *PAINTED, force=force)
    paint = colours(field.values)
    solid = replace(field.solid, provenance=field.provenance)
    if ending == ".3mf":
        write_3mf([Part(solid, name=field.name, colours=paint)], path, force=force)
    else:
        write_ply(solid, path, colours=paint, values=(field.name, field.values), force=force)
