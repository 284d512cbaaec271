"""The page's records on paper: an A4 PDF drawn with matplotlib, without a browser."""

import io
import textwrap
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import matplotlib as mpl
from matplotlib.backends.backend_pdf import PdfPages
from matplotlib.figure import Figure as Sheet
from PIL import Image

from heartwright.data import RESEARCH_ONLY, InputError, Provenance
from heartwright.report.figures.style import INK, MIDDLE, STYLE
from heartwright.report.page import Cell, Figure, Number, Section, Table, written

_WIDTH, _HEIGHT = 8.27, 11.69  # inches, A4
_MARGIN = 0.7
_ROOM = _WIDTH - 2 * _MARGIN
_LETTERS_PER_INCH = 140  # at a size of one point; DejaVu Sans is a wide face
_LEADING = 1.35 / 72  # inches from line to line, at a size of one point
_NUMBERS = 3  # side by side
_GAP = 0.2  # inches between pictures
_TALLEST = 2.6  # inches of a picture
_BEGINNING = 2.5  # inches of a section that stay together


@dataclass
class _Paper:
    """Sheets that fill from the top; what does not fit goes on the next."""

    pdf: PdfPages
    disclaimer: str
    sheet: Sheet = field(init=False)
    used: float = field(init=False, default=_HEIGHT)  # inches from the top
    count: int = field(init=False, default=0)

    def take(self, height: float) -> float:
        """Room for so many inches; gives the distance of its top from the sheet's top."""
        if self.used + height > _HEIGHT - _MARGIN:
            self._turn()
        top = self.used
        self.used += height
        return top

    def keep(self, height: float) -> None:
        """Begin a new sheet unless so many inches are left on this one."""
        if self.used + height > _HEIGHT - _MARGIN:
            self.used = _HEIGHT

    def write(
        self, text: str, *, size: float = 9.0, left: float = 0.0, width: float = _ROOM, **style: Any
    ) -> None:
        """Words in lines under each other."""
        for line in _lines(text, size, width):
            top = self.take(size * _LEADING)
            self.put(line, left, top, size, **style)

    def put(self, line: str, left: float, top: float, size: float, **style: Any) -> None:
        """One line at a place."""
        x, y = (_MARGIN + left) / _WIDTH, 1 - top / _HEIGHT
        self.sheet.text(x, y, line, size=size, va="top", **{"color": INK} | style)

    def close(self) -> None:
        """Put the last sheet away."""
        if self.count:
            self.pdf.savefig(self.sheet)

    def _turn(self) -> None:
        self.close()
        self.count += 1
        self.sheet = Sheet(figsize=(_WIDTH, _HEIGHT), facecolor="white")
        self.used = _MARGIN
        foot = _HEIGHT - _MARGIN / 2
        self.put(f"{self.disclaimer}  ·  {self.count}", 0, foot, 7, color=MIDDLE)


def print_pages(
    title: str,
    sections: Sequence[Section],
    *,
    lead: str = "",
    provenance: Provenance | None = None,
    disclaimer: str = RESEARCH_ONLY,
) -> bytes:
    """The same records as `page` takes, as a PDF; same input, same bytes.

    Args:
        title: what it is about.
        sections: its parts, in order; their figures must be PNG.
        lead: one or two sentences under the title.
        provenance: where the results come from.
        disclaimer: at the foot of every sheet.

    Raises:
        InputError: a figure is no PNG.
    """
    origin = provenance or Provenance()
    stream = io.BytesIO()
    with mpl.rc_context(STYLE), _document(stream, title, origin.created) as pdf:
        paper = _Paper(pdf, disclaimer)
        paper.write(title, size=20, weight="bold")
        paper.write(lead, size=10)
        paper.write(disclaimer, size=9, color=MIDDLE)
        for section in sections:
            _section(paper, section)
        _origin(paper, origin)
        paper.close()
    return stream.getvalue()


@contextmanager
def _document(stream: io.BytesIO, title: str, created: str) -> Iterator[PdfPages]:
    moment = datetime.fromisoformat(created) if created else None
    metadata = {"Title": title, "Creator": "heartwright", "CreationDate": moment}
    with PdfPages(stream, metadata=metadata) as pdf:
        yield pdf


def _section(paper: _Paper, section: Section) -> None:
    paper.keep(_BEGINNING)
    paper.take(0.2)
    paper.write(section.heading, size=13, weight="bold")
    paper.take(0.05)
    for text in section.paragraphs:
        paper.write(text)
        paper.take(0.06)
    for row in _rows(section.numbers, _NUMBERS):
        _numbers(paper, row)
    narrow = [figure for figure in section.figures if not figure.wide]
    for row in [*_rows(narrow, 2), *([figure] for figure in section.figures if figure.wide)]:
        _pictures(paper, row)
    for table in section.tables:
        _table(paper, table)


def _numbers(paper: _Paper, row: Sequence[Number]) -> None:
    """Results side by side: name, value, note."""
    width = _ROOM / _NUMBERS
    notes = [_lines(number.note, 7, width - 0.1) for number in row]
    top = paper.take(0.42 + max(map(len, notes)) * 7 * _LEADING)
    for place, (number, note) in enumerate(zip(row, notes, strict=True)):
        left = place * width
        paper.put(number.name, left, top, 7.5, color=MIDDLE)
        paper.put(f"{number.written} {number.unit}".strip(), left, top + 0.14, 11, weight="bold")
        for line, text in enumerate(note):
            paper.put(text, left, top + 0.36 + line * 7 * _LEADING, 7, color=MIDDLE)


def _pictures(paper: _Paper, row: Sequence[Figure]) -> None:
    """Pictures side by side, each over its caption."""
    width = _ROOM if row[0].wide else (_ROOM - _GAP) / 2
    captions = [_lines(figure.caption, 7.5, width) for figure in row]
    heights = [min(_TALLEST, width * figure.size[1] / figure.size[0]) for figure in row]
    words = max(map(len, captions)) * 7.5 * _LEADING
    top = paper.take(max(heights) + words + 0.15)
    for place, (figure, height, caption) in enumerate(zip(row, heights, captions, strict=True)):
        left = place * (width + _GAP)
        own = height * figure.size[0] / figure.size[1]
        box = (_MARGIN + left, _HEIGHT - top - height, own, height)
        _picture(paper.sheet, figure, box)
        for line, text in enumerate(caption):
            below = top + max(heights) + 0.04 + line * 7.5 * _LEADING
            paper.put(text, left, below, 7.5, color=MIDDLE)


def _picture(sheet: Sheet, figure: Figure, box: tuple[float, float, float, float]) -> None:
    if figure.media_type != "image/png":
        raise InputError(f"a printed page carries PNG only; draw {figure.caption!r} as PNG.")
    x, y, width, height = box
    axes = sheet.add_axes((x / _WIDTH, y / _HEIGHT, width / _WIDTH, height / _HEIGHT))
    with Image.open(io.BytesIO(figure.data)) as image:
        axes.imshow(image.convert("RGBA"), aspect="auto", interpolation="none")
    axes.set_axis_off()


def _table(paper: _Paper, table: Table) -> None:
    paper.take(0.1)
    paper.write(table.caption, size=9, weight="bold")
    _cells(paper, table.columns, color=MIDDLE)
    for name, cells in table.rows:
        _cells(paper, [name, *map(_said, cells)])


def _said(cell: Cell) -> str:
    return f"{written(cell.value)}{f' ({cell.note})' if cell.note else ''}"


def _cells(paper: _Paper, texts: Sequence[str], **style: Any) -> None:
    """One row of a table; its first column is twice as wide as the others."""
    size, width = 8.0, _ROOM / (len(texts) + 1)
    lefts = [0.0, *((place + 1) * width for place in range(1, len(texts)))]
    widths = [2 * width - 0.1, *([width - 0.1] * (len(texts) - 1))]
    lines = [_lines(text, size, room) for text, room in zip(texts, widths, strict=True)]
    top = paper.take(max(map(len, lines)) * size * _LEADING + 0.03)
    for left, column in zip(lefts, lines, strict=True):
        for line, text in enumerate(column):
            paper.put(text, left, top + line * size * _LEADING, size, **style)


def _origin(paper: _Paper, provenance: Provenance) -> None:
    """Where the results come from, as the page's last table says it."""
    paper.take(0.2)
    paper.write("Where these results come from", size=13, weight="bold")
    said = {name: str(value) for name, value in provenance.parameters.items()}
    said |= {name: f"SHA-256 {digest}" for name, digest in provenance.inputs.items()}
    said |= provenance.versions
    if provenance.created:
        said["made"] = provenance.created
    for name, value in said.items():
        paper.write(f"{name}: {value}", size=7)


def _lines(text: str, size: float, width: float) -> list[str]:
    """A text cut into lines of so many inches."""
    return textwrap.wrap(text, max(1, int(width * _LETTERS_PER_INCH / size)))


def _rows(items: Sequence[Any], count: int) -> Iterator[Sequence[Any]]:
    for start in range(0, len(items), count):
        yield items[start : start + count]
