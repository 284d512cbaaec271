"""The page: whole, self-contained, escaped, accessible."""

import base64
import re
from html.parser import HTMLParser

import pytest

from heartwright.data import RESEARCH_ONLY, InputError, Provenance
from heartwright.report.page import Cell, Figure, File, Number, Section, Table, page

SVG = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 300 90"></svg>'
PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg=="
)
NASTY = '<script>alert("&")</script>'
VOID = {"meta", "link", "img", "source", "br"}


class Reader(HTMLParser):
    """Notes tags and checks that each is closed in order."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.words = ""

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.words += data


def read(html: str) -> Reader:
    reader = Reader()
    reader.feed(html)
    reader.close()
    assert reader.open == []
    return reader


@pytest.fixture
def html() -> str:
    section = Section(
        f"Part {NASTY}",
        f"One {NASTY}\n\nTwo",
        figures=[
            Figure(SVG, "image/svg+xml", f"Lines {NASTY}", f'said "{NASTY}"'),
            Figure(PNG, "image/png", "Dots", "a dot", still=PNG),
        ],
        numbers=[Number("wall", 1.5, "mm", "intended"), Number(NASTY, NASTY), Number("gone", None)],
        tables=[
            Table(
                f"Errors {NASTY}",
                ("method", "MSE (1)", "word"),
                [
                    ("ours", [Cell(2.5e-4, "2.00e−04 – 3.00e−04"), Cell(NASTY)]),
                    ("none", [Cell(None)] * 2),
                ],
            )
        ],
        files=[File("heart one.3mf", "to print")],
    )
    provenance = Provenance({"scan": "abc"}, {"numpy": "2"}, {"wall": NASTY}, seed=0)
    return page(f"Heart {NASTY}", [section], lead=NASTY, provenance=provenance)


def test_it_parses_and_holds_every_word(html):
    reader = read(html)
    for words in ("One", "Two", "wall", "1.50", "mm", "intended", "SHA-256 abc", "seed"):
        assert words in reader.words
    assert RESEARCH_ONLY in reader.words


def test_it_asks_the_network_for_nothing(html):
    for _, attributes in read(html).tags:
        for name in ("src", "srcset", "href", "action", "data", "poster"):
            address = attributes.get(name) or "data:"
            assert address.startswith("data:") or re.fullmatch(r"[\w%.-]+", address)
    assert "http" not in html
    assert "@import" not in html


def test_pictures_are_inside_with_words_for_them(html):
    images = [attributes for tag, attributes in read(html).tags if tag == "img"]
    assert len(images) == 2
    for image in images:
        assert image["src"].startswith("data:image/")
        assert image["alt"]
        assert int(image["width"]) >= 1
    assert base64.b64decode(images[1]["src"].partition(",")[2]) == PNG


def test_text_is_escaped(html):
    assert NASTY not in html
    assert read(html).words.count("<script>") >= 5
    assert "script" not in {tag for tag, _ in read(html).tags}


def test_headings_go_down_one_step_at_a_time(html):
    levels = [int(tag[1]) for tag, _ in read(html).tags if re.fullmatch(r"h[1-6]", tag)]
    assert levels == [1, 2]


def test_tables_say_what_their_rows_and_columns_are(html):
    reader = read(html)
    heads = [attributes.get("scope") for tag, attributes in reader.tags if tag == "th"]
    assert heads[:5] == ["col", "col", "col", "row", "row"]
    assert "caption" in {tag for tag, _ in reader.tags}
    for words in ("MSE (1)", "2.50e−04", "2.00e−04 – 3.00e−04", f"Errors {NASTY}"):
        assert words in reader.words


def test_a_table_whose_rows_do_not_fit_is_refused():
    with pytest.raises(InputError, match="2 cells for 1 columns"):
        Table("Errors", ("method", "MSE"), [("ours", [Cell(1.0), Cell(2.0)])])
    with pytest.raises(InputError, match="no caption"):
        Table(" ", ("method",), [])


def test_files_are_linked_beside_the_page(html):
    assert ("a", {"href": "heart%20one.3mf"}) in read(html).tags


def test_the_same_input_makes_the_same_page(html):
    assert page("a", []) == page("a", [])


def test_a_picture_without_words_is_refused():
    with pytest.raises(InputError, match="describe it"):
        Figure(PNG, "image/png", "Dots", " ")
    with pytest.raises(InputError, match="image/gif"):
        Figure(PNG, "image/gif", "Dots", "a dot")


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (1.502, "1.50"),
        (0.4701, "0.470"),
        (152.31, "152"),
        (19747.93, "19748"),
        (1234567, "1\u202f234\u202f567"),
        (0.00265, "0.00265"),
        (2.65e-7, "2.65e−07"),
        (-3.25, "−3.25"),
        (0, "0"),
        (9.999, "10.0"),
        (float("nan"), "–"),
        (None, "–"),
        ("yes", "yes"),
    ],
)
def test_numbers_are_written_for_people(value, written):
    assert Number("x", value).written == written


def test_wide_figures_get_a_row_of_their_own():
    assert Figure(SVG, "image/svg+xml", "", "lines").wide
    assert not Figure(PNG, "image/png", "", "a dot").wide
