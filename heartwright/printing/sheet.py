"""What a model costs in time and money, from scan to print, beside the review's figures."""

from dataclasses import asdict, dataclass, fields

from heartwright.data import InputError
from heartwright.printing.estimate import Slicing
from heartwright.printing.technologies import Figure, Material, Technology

_REVIEW = "review of 3-D printing in interventional cardiology, its own and one group's experience"
DIGITAL_MIN = Figure(15, f"{_REVIEW}: scan to digital model")
FINISHED_H = (
    Figure(24, f"{_REVIEW}: scan to finished print, at best"),
    Figure(48, f"{_REVIEW}: scan to finished print, at worst"),
)


@dataclass(frozen=True)
class Effort:
    """What only the user knows; None is left out of the sheet and said to be missing.

    Raises:
        InputError: a value is negative or no number.
    """

    segmentation_min: float | None = None  # by hand
    modelling_min: float | None = None  # by hand
    queue_h: float | None = None  # before the printer is free
    finish_h: float | None = None  # by hand; the technology's own figure where not given
    labour_eur_h: float | None = None
    machine_eur_h: float | None = None

    def __post_init__(self) -> None:
        for field in fields(self):
            value = getattr(self, field.name)
            if value is not None and not 0 <= value < float("inf"):
                raise InputError(f"{field.name} of {value:g} is not possible; give 0 or more.")


@dataclass(frozen=True)
class Sheet:
    """Hours and euros of one model; None where nobody said."""

    segmentation_h: float | None
    modelling_h: float | None
    queue_h: float | None
    print_h: float
    finish_h: float
    material_eur: float
    labour_eur: float | None
    machine_eur: float | None

    @property
    def digital_min(self) -> float | None:
        """Scan to digital model; only where both of its parts are known."""
        if self.segmentation_h is None or self.modelling_h is None:
            return None
        return 60 * (self.segmentation_h + self.modelling_h)

    @property
    def finished_h(self) -> float | None:
        """Scan to finished print; only where all of its parts are known."""
        if self.digital_min is None or self.queue_h is None:
            return None
        return self.digital_min / 60 + self.queue_h + self.print_h + self.finish_h

    @property
    def known_eur(self) -> float:
        """Sum of the costs that are known."""
        return self.material_eur + (self.labour_eur or 0.0) + (self.machine_eur or 0.0)

    def summary(self) -> dict[str, object]:
        """The sheet as plain values, like beside like: digital minutes, finished hours."""
        return asdict(self) | {
            "known_eur": self.known_eur,
            "missing": [name for name, value in asdict(self).items() if value is None],
            "digital_min": self.digital_min,
            "review_digital_min": DIGITAL_MIN.value,
            "finished_h": self.finished_h,
            "review_finished_h": [figure.value for figure in FINISHED_H],
            "review_source": _REVIEW,
        }


def sheet(slicing: Slicing, technology: Technology, material: Material, effort: Effort) -> Sheet:
    """Add up one model's hours and euros; labour is segmentation, modelling and finishing."""
    finish_h = technology.finish_h.value if effort.finish_h is None else effort.finish_h
    print_h = slicing.seconds / 3600
    segmentation_h, modelling_h = (
        None if minutes is None else minutes / 60
        for minutes in (effort.segmentation_min, effort.modelling_min)
    )
    labour_h = (segmentation_h or 0.0) + (modelling_h or 0.0) + finish_h
    return Sheet(
        segmentation_h=segmentation_h,
        modelling_h=modelling_h,
        queue_h=effort.queue_h,
        print_h=print_h,
        finish_h=finish_h,
        material_eur=slicing.total_ml * material.price_ml.value,
        labour_eur=None if effort.labour_eur_h is None else effort.labour_eur_h * labour_h,
        machine_eur=None if effort.machine_eur_h is None else effort.machine_eur_h * print_h,
    )
