"""Bodies of several materials in one model: each place belongs to one of them."""

from collections.abc import Sequence
from itertools import cycle
from pathlib import Path

from heartwright.anatomy.mesh import as_solid
from heartwright.anatomy.mesh.kernel import parted, printable, to_manifold
from heartwright.data import GeometryError, Solid
from heartwright.printing.files import Part, read_surface

_COLOURS = ((240, 234, 214), (90, 140, 190), (150, 150, 155), (120, 170, 110))
_SMALLEST_MM = 0.5  # a nodule of calcium is smaller than any heart


def with_parts(wall: Part, named: Sequence[tuple[str, Path]]) -> list[Part]:
    """A wall and parts of other materials, read from mesh files, each in a place of its own.

    Raises:
        InputError: a file cannot be read as a mesh in millimetres.
        GeometryError: a part is open, or lies wholly inside a later one.
    """
    if not named:
        return [wall]
    read = [as_solid(read_surface(path, smallest_mm=_SMALLEST_MM)) for _, path in named]
    first, *others = carved([wall.solid, *read])
    return [
        Part(first, wall.name, wall.colour),
        *(
            Part(solid, name, colour)
            for solid, (name, _), colour in zip(others, named, cycle(_COLOURS), strict=False)
        ),
    ]


def carved(solids: Sequence[Solid]) -> list[Solid]:
    """Solids without overlap: each gives way to the ones after it (a wall to its calcium).

    Raises:
        GeometryError: a solid would vanish within a later one.
    """
    bodies = [to_manifold(solid) for solid in solids]
    left = []
    for number, solid in enumerate(solids):
        body = bodies[number]
        for later in bodies[number + 1 :]:
            _, body = parted(body, later)
        if body.is_empty() or body.volume() <= 0:
            raise GeometryError(
                f"{solid.name or 'a part'} lies wholly inside another part; leave one of them out."
            )
        left.append(printable(body, solid.name, solid.provenance))
    return left
