"""Published grades of a leak, as data."""

from dataclasses import dataclass

from heartwright.planning.devices import AORTIC_VALVE, APPENDAGE


@dataclass(frozen=True)
class Scale:
    """Grades of one measure; each reaches up to its limit, without it."""

    measure: str
    unit: str
    grades: tuple[tuple[float, str], ...]  # limit, name; rising, the last limit is infinite
    source: str

    def grade(self, value: float) -> str:
        """The grade of a value."""
        return next(name for limit, name in self.grades if value < limit)


_NO_LEAK = 1e-9  # a sealed device has width 0 exactly
_BEYOND = 5.0 + 1e-9  # 5 mm belongs to the middle grade
_END = float("inf")
_VARC = "VARC-2 (JACC 2012), table 4"

WIDTH = Scale(
    "width_mm",
    "mm",
    ((_NO_LEAK, "none"), (3.0, "below 3 mm"), (_BEYOND, "3 to 5 mm"), (_END, "above 5 mm")),
    "PROTECT AF, jet width by echo; the bottleneck is set beside it, which is not the same measure",
)
VOLUME = Scale(
    "regurgitant_ml", "mL/beat", ((30.0, "mild"), (60.0, "moderate"), (_END, "severe")), _VARC
)
ORIFICE = Scale("eroa_cm2", "cm²", ((0.10, "mild"), (0.30, "moderate"), (_END, "severe")), _VARC)
EXTENT = Scale("extent", "share", ((0.10, "mild"), (0.30, "moderate"), (_END, "severe")), _VARC)

BY_SITE = {APPENDAGE: (WIDTH,), AORTIC_VALVE: (VOLUME, ORIFICE, EXTENT)}
