"""A core that is printed, coated and removed."""

from collections.abc import Sequence
from dataclasses import dataclass

from heartwright.anatomy.mesh.coat_release import Release, release
from heartwright.anatomy.mesh.opening import Opening
from heartwright.anatomy.mesh.wall import Thickness, Wall, wall
from heartwright.data import Solid


@dataclass(frozen=True, eq=False)
class CoatedCore:
    """What is printed, what the coat becomes, and whether the core leaves it in one piece."""

    core: Solid
    coat: Wall
    releases: tuple[Release, ...]  # one for each opening, the easiest first


def coated_core(
    shape: Solid, coat_mm: Thickness, *, openings: Sequence[Opening] = (), inwards: bool = True
) -> CoatedCore:
    """The core for a coat of some thickness (mm), dipped or painted on.

    With `inwards` the coat's outside is the shape and the core is the shape less the coat;
    otherwise the core is the shape, and so becomes the coat's lumen. The core ends where the shape
    ends: beyond the openings it sticks out of the trimmed coat. A core that leaves through no
    opening must be dissolved or broken.

    Raises:
        InputError: the thickness is not between 0.3 and 20 mm.
        GeometryError: an opening does not meet a vessel's end, or nothing is left of the core.
    """
    coat = wall(shape, coat_mm, openings=openings, inwards=inwards)
    found = [release(coat.lumen, opening) for opening in openings]
    found.sort(key=lambda one: (one.stretch, one.undercut_share))
    return CoatedCore(coat.lumen, coat, tuple(found))
