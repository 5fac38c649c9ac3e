"""The beginning and the end of a log, and what was looked for between them, as one."""

import pytest

from scaudit.collect.aws.logs import Lines
from scaudit.collect.joined_logs import are_apart, joined
from scaudit.model import Unread

PARTS = ("lds:", "cds:")


def lines(*told: tuple[int, str], cut: bool = False) -> Lines:
    return Lines([line for _, line in told], cut, [at for at, _ in told])


HEAD = lines((1, "lds: a"), (2, "x"), (3, "cds: b"), (3, "y"), cut=True)
END = lines((7, "z"), (8, "lds: c"), (9, "w"), cut=True)
FOUND = lines((1, "lds: a"), (3, "cds: b"), (3, "lds: d"), (5, "lds: e"), (7, "cds: f"), (8, "lds: c"))


def test_what_was_found_stands_between_them() -> None:
    told = ["lds: a", "x", "cds: b", "lds: d", "lds: e", "cds: f", "lds: c", "w"]
    assert joined(HEAD, END, FOUND, PARTS) == (told, False)


def test_where_not_all_was_gone_through_what_was_found_counts_and_the_rest_may_be_missing() -> None:
    found = lines((1, "lds: a"), (3, "cds: b"), (3, "lds: d"), (5, "lds: e"), cut=True)
    assert joined(HEAD, END, found, PARTS) == (["lds: a", "x", "cds: b", "lds: d", "lds: e", "lds: c", "w"], True)


@pytest.mark.parametrize(
    "found",
    [
        None,
        lines(),
        lines((1, "lds: a"), (5, "lds: e"), (8, "lds: c")),
        lines((1, "lds: a"), (3, "cds: b"), (5, "lds: e")),
        lines((0, "lds: a"), (3, "cds: b"), (5, "lds: e"), (8, "lds: c")),
    ],
    ids=["nothing was asked", "nothing", "lacks one of the beginning", "lacks one of the end", "without times"],
)
def test_what_lacks_lines_that_are_known_is_not_believed(found: Lines | None) -> None:
    assert joined(HEAD, END, found, PARTS) == ([*HEAD.lines, *END.lines], True)


def test_a_line_that_is_there_twice_is_found_twice() -> None:
    head = lines((1, "lds: a"), (2, "lds: a"), (3, "x"), cut=True)
    once, twice = lines((1, "lds: a"), (8, "lds: c")), lines((1, "lds: a"), (2, "lds: a"), (8, "lds: c"))
    assert joined(head, END, once, PARTS)[1] and not joined(head, END, twice, PARTS)[1]


def test_parts_that_meet_need_nothing_between() -> None:
    end = lines((3, "y"), (4, "cds: g"), cut=True)
    earlier = lines((2, "x"), (3, "cds: b"), (3, "y"), (4, "cds: g"), cut=True)
    assert are_apart(HEAD, end) and not are_apart(HEAD, earlier)
    assert joined(HEAD, earlier, None, PARTS) == (["lds: a", "x", "cds: b", "y", "cds: g"], False)
    assert not are_apart(HEAD, Unread("refused")) and not are_apart(HEAD, lines((7, "z")))
