"""The page of `scaudit map`: what it shows, that nothing from outside acts in it, and that it needs no network."""

import re
from dataclasses import replace
from html.parser import HTMLParser
from itertools import combinations, pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scaudit.model.places import Place
from scaudit_cli.map.callers import Caller, Callers
from scaudit_cli.map.layers import HEIGHT, WIDTH, lay_out
from scaudit_cli.map.model import Map, State
from scaudit_cli.map.page import page
from tests.cli.mapped import HOSTILE, cells, estate, hostile, row, shown

VOID = {"meta"}
ATTRIBUTES = {
    "lang",
    "charset",
    "name",
    "content",
    "http-equiv",
    "class",
    "id",
    "aria-labelledby",
    "aria-label",
    "role",
}
ATTRIBUTES |= {
    "tabindex",
    "scope",
    "style",
    "width",
    "height",
    "viewbox",
    "transform",
    "d",
    "x",
    "y",
    "rx",
    "textlength",
    "lengthadjust",
}


class Read(HTMLParser):
    """A page as a browser reads it: its elements, which must be closed in order, and its text."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.text: list[str] = []
        self.feed(text)
        self.close()
        assert self.open == [], "every element is closed"

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert len(dict(attrs)) == len(attrs), f"an attribute of {tag} is there twice"
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] != "style":
            self.text.append(data)


@pytest.mark.parametrize("drawn", [shown(), estate(1), estate(40), estate(41), hostile()])
def test_a_page_is_well_formed_and_has_nothing_that_could_act_or_be_fetched(drawn: Map) -> None:
    text = page(drawn)
    read = Read(text)
    assert not {tag for tag, _ in read.elements} & {"script", "img", "link", "iframe", "object", "embed", "base", "a"}
    assert {name for _, attributes in read.elements for name in attributes} <= ATTRIBUTES
    style = text.partition("<style>")[2].partition("</style>")[0]
    assert not re.search(r"@import|url\(|https?:|//", style)
    assert "default-src 'none'" in text
    ids = [attributes["id"] for _, attributes in read.elements if "id" in attributes]
    assert len(ids) == len(set(ids))
    assert {a["aria-labelledby"] for _, a in read.elements if "aria-labelledby" in a} <= set(ids)


def test_hostile_names_are_shown_as_text_and_turn_nothing_around() -> None:
    read = Read(page(hostile()))
    told = "".join(read.text)
    for name in HOSTILE[:4]:
        assert name in told
    assert "&lt;b&gt; &amp;amp;" in told
    assert told.isprintable() or not re.search(
        r"[\u202a-\u202e\u2066-\u2069\u200e\u200f\x00-\x08\x1b\ud800-\udfff]", told
    )
    assert "x" * 601 not in told


def test_the_worst_comes_first_and_every_column_is_there() -> None:
    rows = row("web"), row("api", "web", "batch", state=State.WARNING), row("db", state=State.CRITICAL)
    text = page(shown(*rows))
    assert cells(text)[1:] == [
        ["warning", "api-http", "tutorial/api", "api.shop:8080", "3", "3 / 3", "2: tutorial/web, tutorial/batch", "0",
         "SC203 api is wrong", "2026-11-23 07:00 UTC (5 h)"],
        ["nothing found", "web-http", "tutorial/web", "web.shop:8080", "3", "3 / 3", "0", "0", "-", "-"],
    ]  # fmt: skip
    told = "".join(Read(text).text)
    assert told.index("What is wrong") < told.index("critical") < told.index("Who names whom") < told.index("Endpoints")


def test_what_is_not_known_says_so_and_is_never_none() -> None:
    blind = row("web", aliases=None, registered=None, running=None, desired=None, callers=None, state=State.UNKNOWN)
    (found,) = cells(page(shown(replace(blind, since=None))))
    assert found[3:8] == ["not known"] * 5 and found[9] == "not known"


@pytest.mark.parametrize(
    ("callers", "clients", "stale"),
    [
        (Callers(), "0", "0"),
        (Callers((), "1 of 2 task definitions were not looked into"), "not known", "not known"),
        (Callers((Caller("c/a"),), "some"), "1 or more: c/a", "not known"),
        (Callers((Caller("c/a", False), Caller("c/b", True, True))), "2: c/a (perhaps), c/b", "1: c/b"),
        (Callers((Caller("c/a", True, None), Caller("c/b", True, True))), "2: c/a, c/b", "1 or more: c/b"),
        (Callers((Caller("c/a", True, None),)), "1: c/a", "not known"),
        (Callers((Caller("c/a", calls=True), Caller("c/b", named=False, calls=True), Caller("c/c"))),
         "3: c/a (calls), c/b (calls without naming it), c/c", "0"),
        (Callers(tuple(Caller(f"c/{n:02}") for n in range(12))), "12: c/00, c/01, c/02, c/03, c/04, c/05, c/06, c/07, "
         "c/08, c/09 and 2 more", "0"),
    ],
)  # fmt: skip
def test_clients_are_counted_as_far_as_they_are_known(callers: Callers, clients: str, stale: str) -> None:
    (found,) = cells(page(shown(row("web", callers=callers))))
    assert found[6:8] == [clients, stale]


def test_a_service_that_serves_nothing_has_a_row_without_what_does_not_apply() -> None:
    (found,) = cells(page(shown(row("web", endpoint="", aliases=None, registered=None, callers=None))))
    assert found[1:8] == ["serves nothing", "tutorial/web", "-", "-", "3 / 3", "-", "-"]


def test_nothing_found_is_said_with_its_doubt() -> None:
    assert "<p>Nothing was found.</p>" in page(shown(row("web")))
    doubtful = page(shown(row("web"), doubts=("tutorial was last swept yesterday",)))
    assert "Nothing was found, but not all was looked at." in doubtful
    assert "<li>tutorial was last swept yesterday</li>" in doubtful and "What is not known" in doubtful


def boxes(text: str) -> list[str]:
    """The names of the services in the picture for wide screens."""
    wide = text.partition('<div class="wide"')[2].partition("</svg>")[0]
    return re.findall(r"<title>tutorial/([^:<]+): ", wide)


def test_up_to_forty_endpoints_all_are_drawn_and_of_more_what_is_wrong_and_its_neighbours() -> None:
    assert len(boxes(page(estate(40)))) == 40
    many = [row(f"idle-{n}") for n in range(60)]
    called = row("db", "api", state=State.ERROR)
    calls = row("cache", "db")
    assert boxes(page(shown(*many, called, calls, row("api", "web"), row("web")))) == ["api", "cache", "db"]
    assert "No picture" in page(shown(*many))


def test_the_picture_says_in_words_what_it_shows() -> None:
    read = Read(page(estate(12)))
    (wide, narrow) = [a for tag, a in read.elements if tag == "svg"]
    assert wide["role"] == "img" and wide["aria-label"] == narrow["aria-label"]
    assert "All 12 services" in str(wide["aria-label"]) and "table below" in str(wide["aria-label"])


def test_services_of_one_name_in_two_regions_are_two_boxes() -> None:
    there = row("web", place=Place("eu-west-1", "tutorial", "web"))
    assert boxes(page(shown(row("web"), there))) == ["web", "web"]


@pytest.mark.parametrize(("size", "most"), [(0, 8_000), (300, 300_000), (1000, 1_000_000)])
def test_a_page_is_no_larger_than_it_may_be(size: int, most: int) -> None:
    text = page(estate(size))
    assert len(text.encode()) < most and len(cells(text)) == size


def test_everything_wrong_at_once_is_still_one_page() -> None:
    rows = [
        row(f"service-{n}", *(f"service-{k}" for k in range(300) if k != n), state=State.CRITICAL) for n in range(300)
    ]
    text = page(shown(*rows))
    assert len(text.encode()) < 320_000 and len(boxes(text)) == 60
    assert "And 280 more: see the table." in text and "200 of 3540 lines" in text


NAMES = [f"s{n}" for n in range(14)]
GRAPHS = st.tuples(
    st.lists(st.sampled_from(NAMES), unique=True),
    st.lists(st.tuples(st.sampled_from(NAMES), st.sampled_from(NAMES)), max_size=40),
    st.integers(1, 6),
)


@settings(deadline=None)
@given(GRAPHS)
def test_no_box_lies_on_another_and_no_line_goes_through_one(
    graph: tuple[list[str], list[tuple[str, str]], int],
) -> None:
    names, edges, per_row = graph
    drawing = lay_out(names, edges, per_row)
    assert drawing.boxes.keys() == set(names)
    assert drawing.lines.keys() == {(a, b) for a, b in edges if a != b and {a, b} <= set(names)}
    for (x, y), (other_x, other_y) in combinations(drawing.boxes.values(), 2):
        assert abs(x - other_x) > WIDTH or abs(y - other_y) > HEIGHT
    for x, y in drawing.boxes.values():
        assert 0 <= x <= drawing.width - WIDTH and 0 <= y <= drawing.height - HEIGHT
        assert sum(top == y for _, top in drawing.boxes.values()) <= per_row
    for (a, b), points in drawing.lines.items():
        ends = [(x - WIDTH // 2, {y, y - HEIGHT}) for x, y in (points[0], points[-1])]
        assert [(x, drawing.boxes[name][1] in tops) for name, (x, tops) in zip((a, b), ends, strict=True)] == [
            (drawing.boxes[name][0], True) for name in (a, b)
        ]
        for (x, y), (to_x, to_y) in pairwise(points):
            # A bend stays between two rows; straight across a row it meets no box.
            assert x == to_x or not any(
                min(y, to_y) < top + HEIGHT and top < max(y, to_y) for _, top in drawing.boxes.values()
            )
            for left, top in drawing.boxes.values():
                across = min(y, to_y) < top + HEIGHT and top < max(y, to_y)
                assert not (across and left <= x <= left + WIDTH)


@settings(deadline=None)
@given(GRAPHS)
def test_clients_stand_above_what_they_call_unless_they_call_in_a_circle(
    graph: tuple[list[str], list[tuple[str, str]], int],
) -> None:
    names, edges, per_row = graph
    forward = [(a, b) for a, b in edges if a < b]
    drawing = lay_out(names, forward, per_row)
    for a, b in drawing.lines:
        assert drawing.boxes[a][1] < drawing.boxes[b][1]


def test_a_long_chain_and_a_crowd_are_laid_out() -> None:
    chain = [f"{n:04}" for n in range(2000)]
    assert (
        lay_out(chain, pairwise(chain), 6).boxes["1999"][1]
        > lay_out(chain[:3], pairwise(chain[:3]), 6).boxes["0002"][1]
    )
    assert lay_out([], [], 6).boxes == {}
