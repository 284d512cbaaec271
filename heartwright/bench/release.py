"""Release criteria as data: what was measured, the rule, and whether it is met."""

from collections.abc import Mapping
from dataclasses import dataclass

from heartwright.bench.bottleneck import Bottleneck
from heartwright.bench.deployment import Deployment
from heartwright.planning.devices import APPENDAGE, Family

FRICTION = 0.2  # of metal on wet tissue: assumed
_PASS = "WATCHMAN instructions for use (manualslib 891131, p. 6)"  # noqa: S105  (the rule's name)
_AT_OSTIUM_MM = 2.0  # "at or just distal to the ostium": the length is ours, unverified
_WIDEST_JET_MM = 5.0


@dataclass(frozen=True)
class Criterion:
    """One thing to check before a device is let go."""

    name: str
    measured: Mapping[str, float | None]
    rule: str
    met: bool | None  # None: cannot be said
    source: str


def tug_n(deployment: Deployment, *, friction: float = FRICTION) -> float:
    """Pull along the axis that friction holds: coefficient × all radial force, N."""
    return friction * deployment.radial_force_n


def compression_range(family: Family, size_mm: float) -> tuple[float, float]:
    """Least and greatest compression inside a size's row of its family's table."""
    size = family.size(size_mm)
    loose, tight = (1 - family.by.circle_mm(value) / size_mm for value in (size.most, size.least))
    return max(0.0, loose), tight


def release_criteria(
    deployment: Deployment, family: Family, found: Bottleneck, *, friction: float = FRICTION
) -> tuple[Criterion, ...]:
    """Position, anchor, size and seal of an appendage occluder; nothing for other sites."""
    if family.site != APPENDAGE:
        return ()
    return (
        _position(deployment),
        Criterion(
            "anchor",
            {"tug_n": tug_n(deployment, friction=friction)},
            "the device does not move when it is tugged; no force is published",
            None,
            _PASS,
        ),
        _size(deployment, family),
        _seal(found),
    )


def _position(deployment: Deployment) -> Criterion:
    height = float(deployment.z_mm[deployment.device_mm.mean(axis=1).argmax()])
    rule = f"plane of the greatest diameter 0 to {_AT_OSTIUM_MM:g} mm distal (length unverified)"
    measured = {"greatest_diameter_at_mm": height}
    return Criterion("position", measured, rule, -0.5 <= height <= _AT_OSTIUM_MM, _PASS)


def _size(deployment: Deployment, family: Family) -> Criterion:
    least, most = compression_range(family, deployment.body.size_mm)
    found = deployment.shoulder_compression
    rule = f"compression of {least:.0%} to {most:.0%}"
    return Criterion("size", {"compression": found}, rule, least <= found <= most, _PASS)


def _seal(found: Bottleneck) -> Criterion:
    width = found.width_mm
    met = None if width is None else width <= _WIDEST_JET_MM
    rule = f"jet of at most {_WIDEST_JET_MM:g} mm; the bottleneck stands in for it"
    return Criterion("seal", {"width_mm": width}, rule, met, _PASS)
