"""What a device family is, and which of its sizes fit.

A family states its own measure: families differ in the plane and in the diameter that they are
sized by, and mixing them up is the commonest error in published planners.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from heartwright.data import Candidate, Diameters


@dataclass(frozen=True)
class Size:
    """A row of a sizing table, with where it was read."""

    name: str
    size_mm: float  # nominal diameter
    least_mm: float  # smallest and
    most_mm: float  # greatest diameter that it is for, both included
    source: str
    revision: str
    date: str  # when it was read, ISO 8601
    verified: bool  # read in the manufacturer's own document


@dataclass(frozen=True)
class Family:
    """Sizes that share a measure and a rule."""

    name: str
    measure: str  # in words: which diameter, at which plane
    measured: Callable[[Diameters], float]  # the same as a function, mm
    compression: tuple[float, float]  # the rule behind the table: 1 − deployed / nominal diameter
    depth_share: float  # advisable depth / nominal diameter
    depth_verified: bool
    sizes: tuple[Size, ...]

    @property
    def range_mm(self) -> tuple[float, float]:
        """Smallest and greatest diameter that any size is for."""
        return min(s.least_mm for s in self.sizes), max(s.most_mm for s in self.sizes)


def fits(family: Family, ostium: Diameters) -> tuple[Candidate, ...]:
    """Every size that fits by the family's own measure, smallest first.

    Where ranges overlap both sizes are returned: the choice between them is the physician's.
    Limits belong to the range. Depth excludes nothing; see `cautions`.
    """
    diameter = family.measured(ostium)
    return tuple(
        Candidate(
            name=size.name,
            size_mm=size.size_mm,
            measure=family.measure,
            measured_mm=diameter,
            compression=1 - diameter / size.size_mm,
            source=size.source,
            revision=size.revision,
            date=size.date,
            verified=size.verified,
        )
        for size in family.sizes
        if size.least_mm <= diameter <= size.most_mm
    )


def cautions(
    family: Family, candidates: Sequence[Candidate], *, ostium: Diameters, depth_mm: float
) -> tuple[str, ...]:
    """What a reader of the candidates must know: no fit, shallow appendage, unverified rows."""
    if not candidates:
        least, most = family.range_mm
        return (
            f"No {family.name} size is for a {family.measure} of {family.measured(ostium):.1f} mm "
            f"(its sizes cover {least:.1f} to {most:.1f} mm).",
        )
    shallow = tuple(
        f"{candidate.name} {candidate.size_mm:g} mm asks for a depth of about "
        f"{family.depth_share * candidate.size_mm:.1f} mm; {depth_mm:.1f} mm was measured"
        f"{'' if family.depth_verified else ' (this rule is unverified)'}."
        for candidate in candidates
        if depth_mm < family.depth_share * candidate.size_mm
    )
    unverified = ", ".join(f"{c.name} {c.size_mm:g} mm" for c in candidates if not c.verified)
    unread = (f"Not checked against the manufacturer's instructions for use: {unverified}.",)
    return (*shallow, *(unread if unverified else ()))
