"""One page for one piece of work: a single HTML file that asks the network for nothing."""

import base64
import io
import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from heartwright.data import RESEARCH_ONLY, InputError, Provenance
from heartwright.report.scene import Scene

if TYPE_CHECKING:
    from jinja2 import Template

_EMBEDDED = ("image/svg+xml", "image/png", "image/webp")
_SENTENCE = 40  # characters of a cell that are more than a word or two
_WIDE = 2.2  # width / height from which a figure gets a row of its own


@dataclass(frozen=True)
class Figure:
    """A picture that the page carries inside itself."""

    data: bytes
    media_type: str  # one of image/svg+xml, image/png, image/webp
    caption: str
    alt: str  # what the picture says, for those who do not see it
    still: bytes | None = None  # PNG shown instead to readers who asked for less motion
    scene: Scene | None = None  # the same to turn by hand, where the browser can

    def __post_init__(self) -> None:
        if self.media_type not in _EMBEDDED:
            known = ", ".join(_EMBEDDED)
            raise InputError(f"a page cannot carry {self.media_type}; draw one of {known}.")
        if not self.alt.strip():
            raise InputError(f"the figure {self.caption!r} has no alternative text; describe it.")

    @property
    def uri(self) -> str:
        """The picture as a data: address."""
        return _data_uri(self.data, self.media_type)

    @property
    def still_uri(self) -> str:
        """The resting picture as a data: address; empty if there is none."""
        return "" if self.still is None else _data_uri(self.still, "image/png")

    @property
    def size(self) -> tuple[int, int]:
        """Width and height, pixels, so that the page does not jump while it loads."""
        return _svg_size(self.data) if self.lines else _raster_size(self.data)

    @property
    def wide(self) -> bool:
        """Whether it needs a row of its own."""
        width, height = self.size
        return width > _WIDE * height

    @property
    def lines(self) -> bool:
        """Whether it is a line drawing, which may change its colours in the dark."""
        return self.media_type == "image/svg+xml"


@dataclass(frozen=True)
class Number:
    """A result: a number with its unit, or a word."""

    name: str
    value: float | str | None  # None where it could not be measured
    unit: str = ""
    note: str = ""

    @property
    def written(self) -> str:
        """The value with three significant digits, in powers of ten below 0.001 and above 1e5."""
        return written(self.value)


@dataclass(frozen=True)
class Cell:
    """One result in a table, with words under it."""

    value: float | str | None  # None where it could not be measured
    note: str = ""

    @property
    def written(self) -> str:
        """The value, as `Number` writes it."""
        return written(self.value)


@dataclass(frozen=True)
class Table:
    """Results side by side, one thing a row.

    Raises:
        InputError: it has no caption, or a row has more or fewer cells than there are columns.
    """

    caption: str
    columns: Sequence[str]  # heads, with units; the first is that of the rows' names
    rows: Sequence[tuple[str, Sequence[Cell]]]

    def __post_init__(self) -> None:
        if not self.caption.strip():
            raise InputError("a table has no caption; say what it shows.")
        for name, cells in self.rows:
            if len(cells) != len(self.columns) - 1:
                raise InputError(
                    f"the row {name!r} of {self.caption!r} has {len(cells)} cells for "
                    f"{len(self.columns) - 1} columns; give one each."
                )

    @property
    def prose(self) -> bool:
        """Whether cells hold sentences, which want to be read and not compared."""
        cells = (cell for _, row in self.rows for cell in row)
        return any(isinstance(c.value, str) and len(c.value) > _SENTENCE for c in cells)


@dataclass(frozen=True)
class File:
    """An artefact that lies beside the page."""

    name: str  # relative to the page
    note: str = ""


@dataclass(frozen=True)
class Section:
    """One part of the page: words, pictures, numbers and the files that they came from."""

    heading: str
    text: str  # paragraphs, separated by an empty line
    figures: Sequence[Figure] = ()
    numbers: Sequence[Number] = ()
    tables: Sequence[Table] = ()
    files: Sequence[File] = ()

    @property
    def paragraphs(self) -> list[str]:
        """The text, cut at its empty lines."""
        return [part.strip() for part in self.text.split("\n\n") if part.strip()]


def page(
    title: str,
    sections: Sequence[Section],
    *,
    lead: str = "",
    heroes: Sequence[Figure] = (),
    provenance: Provenance | None = None,
    disclaimer: str = RESEARCH_ONLY,
) -> str:
    """The whole page as HTML.

    Every picture is carried inside as a data: address, every text is escaped, nothing is fetched.

    Args:
        title: what the page is about.
        sections: its parts, in order.
        lead: one or two sentences under the title.
        heroes: pictures shown side by side on top.
        provenance: where the results come from.
        disclaimer: shown on top and at the end.
    """
    figures = [*heroes, *(figure for section in sections for figure in section.figures)]
    return _template().render(
        turning=any(figure.scene is not None for figure in figures),
        title=title,
        lead=lead,
        heroes=heroes,
        sections=sections,
        provenance=provenance or Provenance(),
        disclaimer=disclaimer,
    )


@cache
def _template() -> "Template":
    from jinja2 import Environment, PackageLoader, StrictUndefined

    environment = Environment(
        loader=PackageLoader("heartwright.report", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template("page.html")


def _data_uri(data: bytes, media_type: str) -> str:
    return f"data:{media_type};base64,{base64.b64encode(data).decode('ascii')}"


def _svg_size(data: bytes) -> tuple[int, int]:
    from xml.etree import ElementTree as ET

    _, _, width, height = ET.fromstring(data).attrib["viewBox"].split()  # noqa: S314 (our own)
    return round(float(width) * 4 / 3), round(float(height) * 4 / 3)  # points to CSS pixels


def _raster_size(data: bytes) -> tuple[int, int]:
    from PIL import Image

    with Image.open(io.BytesIO(data)) as image:
        return image.size


def written(value: float | str | None) -> str:
    """Three significant digits; whole numbers whole; true minus sign; words as they are."""
    if isinstance(value, str):
        return value
    return "–" if value is None else _written(value)


def _written(value: float) -> str:
    if not math.isfinite(value):
        return "–"
    size = abs(value)
    if value == int(value) and size < 1e15:
        text = f"{int(value):,}".replace(",", "\N{NARROW NO-BREAK SPACE}")
    elif size >= 1e5 or size < 1e-3:
        text = f"{value:.2e}"
    else:
        digits = max(0, 2 - math.floor(math.log10(float(f"{size:.3g}"))))
        text = f"{value:.{digits}f}"
    return text.replace("-", "−")
