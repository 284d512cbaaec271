"""A painted solid → coloured files."""

from dataclasses import replace
from pathlib import Path

from heartwright.data import InputError, SurfaceField


def write_painted(field: SurfaceField, path: Path, *, force: bool = False) -> None:
    """Write a painted solid: coloured 3MF for printers, PLY with the values for programs.

    Raises:
        InputError: the file's ending is neither.
    """
    from heartwright.printing import Part, write_3mf, write_ply
    from heartwright.report import colours

    paint = colours(field.values)
    solid = replace(field.solid, provenance=field.provenance)
    if painted_ending(path) == ".3mf":
        write_3mf([Part(solid, name=field.name, colours=paint)], path, force=force)
    else:
        write_ply(solid, path, colours=paint, values=(field.name, field.values), force=force)


def painted_ending(path: Path) -> str:
    """The file's ending, if painted models can be written so.

    Raises:
        InputError: it is neither .3mf nor .ply.
    """
    ending = path.suffix.lower()
    if ending not in {".3mf", ".ply"}:
        raise InputError(f"{path}: painted models are written as .3mf or .ply; change the ending.")
    return ending
