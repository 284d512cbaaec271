"""Which sizes of a family fit, and what must be said with them."""

from collections.abc import Iterator, Mapping, Sequence

from heartwright.data import Candidate, Diameters
from heartwright.planning.devices.family import Family, Need


def fits(family: Family, section: Diameters) -> tuple[Candidate, ...]:
    """Every size that fits by the family's own measure, smallest first.

    Where ranges overlap both sizes are returned: the choice between them is the physician's.
    Limits belong to the range. Other room that a size asks for excludes nothing; see `cautions`.

    Args:
        family: whose measure is taken.
        section: diameters in the family's own plane.

    Raises:
        InputError: the measure is no positive number.
    """
    value = family.measured(section)
    return tuple(
        Candidate(
            name=size.name,
            size_mm=size.size_mm,
            measure=family.measure,
            unit=family.unit,
            measured=value,
            compression=1 - family.by.circle_mm(value) / size.size_mm,
            oversizing=size.nominal / value - 1,
            source=size.source,
            revision=size.revision,
            date=size.date,
            verified=size.verified,
        )
        for size in family.sizes
        if size.takes(value)
    )


def cautions(
    family: Family, candidates: Sequence[Candidate], *, ostium: Diameters, **found_mm: float
) -> tuple[str, ...]:
    """What a reader of the candidates must know: no fit, too little room, what is unverified.

    Args:
        family: of all candidates.
        candidates: what `fits` returned.
        ostium: diameters in the family's own plane.
        **found_mm: room that was measured, by the names of the family's needs (`depth_mm`, …).
    """
    if not candidates:
        least, most = family.limits
        return (
            f"No {family.name} size is for a {family.measure} of "
            f"{family.measured(ostium):.1f} {family.unit} "
            f"(its sizes cover {least:.1f} to {most:.1f} {family.unit}).",
        )
    short = (
        sentence
        for candidate in candidates
        for need in family.needs
        for sentence in _short(candidate, need, found_mm)
    )
    return (*short, *_unread(candidates), *family.notes)


def _short(candidate: Candidate, need: Need, found_mm: Mapping[str, float]) -> Iterator[str]:
    least = need.least_mm(candidate.size_mm, candidate.measured)
    found = found_mm.get(need.name)
    if found is not None and found >= least:
        return
    told = "none was measured" if found is None else f"{found:.1f} mm was measured"
    doubt = "" if need.verified else " (this rule is unverified)"
    yield (
        f"{candidate.name} {candidate.size_mm:g} mm asks for a {need.words} of about "
        f"{least:.1f} mm; {told}{doubt}."
    )


def _unread(candidates: Sequence[Candidate]) -> Iterator[str]:
    unread = ", ".join(f"{c.name} {c.size_mm:g} mm" for c in candidates if not c.verified)
    if unread:
        yield f"Not checked against the manufacturer's instructions for use: {unread}."
