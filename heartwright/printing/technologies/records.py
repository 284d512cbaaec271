"""What a way of printing is: figures with their sources, processes, materials.

`verified` means that the figure was read in its maker's own document. All else is shown as
unverified wherever it is used. Lengths are mm, times s, prices euros; a price that was read in US
dollars is counted as euros and says so.
"""

from collections.abc import Iterator
from dataclasses import dataclass, fields


@dataclass(frozen=True)
class Figure:
    """A number and where it was read."""

    value: float
    source: str
    verified: bool = False


@dataclass(frozen=True)
class Printer:
    """A machine by its name, and the box that it prints in."""

    name: str
    build_mm: tuple[float, float, float]
    source: str
    verified: bool = False


@dataclass(frozen=True)
class ResinProcess:
    """Masked stereolithography: each layer is exposed, then the vat tilts to release it."""

    exposure_s: Figure  # of a common resin, where a material has no figure of its own
    first_exposure_s: Figure  # of the first layers
    release_s: Figure  # from one exposure to the next, where a layer covers little of the display
    slow_release_s: Figure  # and where it covers more
    tilt_s: tuple[float, float]  # the tilt itself, fast and slow, as the machine is told
    first_layers: Figure  # how many get the first exposure in full
    fade_layers: Figure  # and over how many it then fades to the common one
    slow_share: Figure  # of the display, from which a layer is slow
    display_mm: tuple[float, float]
    pixels: tuple[int, int]


@dataclass(frozen=True)
class FilamentProcess:
    """Fused deposition: every layer is drawn as perimeters and solid lines between them."""

    nozzle_mm: Figure
    filament_mm: Figure
    line_mm: Figure  # width of a line
    perimeters: int
    outer_speed: Figure  # mm/s, outermost perimeters
    inner_speed: Figure  # mm/s, other perimeters
    fill_speed: Figure  # mm/s, solid lines
    first_speed: Figure  # mm/s, all of the first layer
    travel_speed: Figure  # mm/s
    acceleration: Figure  # mm/s², perimeters
    fill_acceleration: Figure  # mm/s², the machine's own limit
    axis_acceleration: Figure  # mm/s², most that either axis does
    jerk: Figure  # mm/s, change of speed that either axis takes at once
    least_layer_s: Figure  # a quicker layer is slowed down so that it cools
    least_speed: Figure  # mm/s, slower than which cooling never makes it


@dataclass(frozen=True)
class BedProcess:
    """Whole layers at a constant pace, whatever they hold: powder beds and jetting."""

    pace_mm_h: Figure  # height printed in an hour
    cooling_share: Figure  # time to cool down, as a share of the printing time


Process = ResinProcess | FilamentProcess | BedProcess


@dataclass(frozen=True)
class Material:
    """What a print is made of; None where no figure was found."""

    name: str
    density_g_ml: Figure
    price_ml: Figure  # euros
    modulus_mpa: Figure | None = None
    shore: Figure | None = None
    shore_scale: str = "A"
    exposure_s: Figure | None = None  # resins only


@dataclass(frozen=True)
class Technology:
    """A way of printing on a named printer, with its limits."""

    name: str
    title: str
    printer: Printer
    layer_mm: Figure
    wall_min_mm: Figure  # thinner walls fail
    feature_min_mm: Figure  # smaller features vanish, narrower gaps close
    tolerance_mm: Figure
    drain_mm: Figure | None  # hole that lets resin or powder out; None where nothing is trapped
    overhang_deg: Figure | None  # steepness under which supports are needed; None where never
    finish_h: Figure  # by hand: washing, curing, supports or powder off
    process: Process
    materials: tuple[Material, ...]


def figures(record: object, prefix: str = "") -> Iterator[tuple[str, Figure]]:
    """Every figure that a record holds, with its name."""
    for field in fields(record):  # type: ignore[arg-type]
        value = getattr(record, field.name)
        if isinstance(value, Figure):
            yield f"{prefix}{field.name}", value
        elif isinstance(value, ResinProcess | FilamentProcess | BedProcess):
            yield from figures(value, f"{prefix}{field.name}.")


def doubts(technology: Technology, material: Material) -> list[str]:
    """Names of the figures that were not read in their maker's own document."""
    found = [*figures(technology), *figures(material, "material.")]
    names = [name for name, figure in found if not figure.verified]
    return names if technology.printer.verified else ["printer", *names]
