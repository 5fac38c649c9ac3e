"""The score of a soak tells what was missed, false and lost, each from the other."""

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from tests.builders import NOW
from tests.simulation.faults import Fault
from tests.simulation.score import STALE, Score, judged
from tests.simulation.sns import Published

MENDED = 3600
FAULT = Fault("wrong port", "SC203", "web", NOW, NOW + timedelta(seconds=MENDED))
AGAIN = replace(FAULT, planted=NOW + timedelta(hours=3), mended=NOW + timedelta(hours=4))


def at(seconds: float) -> datetime:
    return NOW + timedelta(seconds=seconds)


def told(state: str, seconds: float, service: str = "web", check: str = "SC203") -> dict[str, Any]:
    data = {"message_id": f"{state}{seconds}{service}", "state": state, "ecs_service": service, "check": check}
    return data | {"at": seconds}


def message(data: dict[str, Any]) -> Published:
    return Published(at(data["at"]), "", json.dumps({"sqs": json.dumps(data)}), "")


OPEN, RESOLVED = told("open", 600), told("resolved", MENDED + 600)


def score(*announced: dict[str, Any], faults: Sequence[Fault] = (FAULT,)) -> Score:
    return judged(faults, [message(data) for data in announced])


def counts(found: Score) -> tuple[int, int, int, int]:
    return found.found, len(found.missed), len(found.false), len(found.lost)


GOOD = [
    ("opened and resolved", [OPEN, RESOLVED]),
    ("grew meanwhile", [OPEN, told("grew", 900), RESOLVED]),
    ("repeated to the letter", [OPEN, OPEN, RESOLVED]),
    ("said in a digest", [told("digest", 700) | {"withheld": [OPEN]}, RESOLVED]),
    ("there already, so in the baseline", [told("baseline", 700) | {"withheld": [OPEN]}, RESOLVED]),
    ("reminded of", [OPEN, told("reminder", 900) | {"open": [OPEN]}, RESOLVED]),
    ("opened while it was being mended", [told("open", MENDED + 100), RESOLVED]),
]
BAD = [
    ("never said", [], (0, 1, 0, 0)),
    ("said of another service", [told("open", 600, service="api"), told("open", 600)], (1, 0, 1, 1)),
    ("said under another check", [told("open", 600, check="SC202")], (0, 1, 1, 0)),
    ("never resolved", [OPEN], (1, 0, 0, 1)),
    ("opened twice", [OPEN, told("open", 900), RESOLVED], (1, 0, 1, 0)),
    ("resolved while it stood", [OPEN, told("resolved", 900)], (1, 0, 1, 0)),
    ("resolved twice", [OPEN, RESOLVED, told("resolved", MENDED + 900)], (1, 0, 1, 0)),
    ("resolved and never opened", [RESOLVED], (0, 1, 1, 0)),
    ("said before it was", [told("open", -1), OPEN, RESOLVED], (1, 0, 1, 0)),
    (
        "said long after it was mended",
        [told("open", MENDED + STALE.seconds + 1), told("resolved", 3 * MENDED)],
        (1, 0, 1, 0),
    ),
    ("grew, and was not open", [told("grew", 900)], (0, 1, 1, 0)),
    ("reminded of, and was not open", [told("reminder", 900) | {"open": [OPEN]}], (0, 1, 1, 0)),
    ("repeated for ever", [OPEN, OPEN, OPEN, OPEN, RESOLVED], (1, 0, 1, 0)),
    ("something nobody knows", [OPEN, told("closed", 900), RESOLVED], (1, 0, 1, 0)),
]


def test_what_ecs_alone_tells_of_a_fault_may_be_said_and_need_not_be() -> None:
    hangs = replace(FAULT, also="SC302")
    also = [told("open", 500, check="SC302"), told("resolved", MENDED + 500, check="SC302")]
    assert counts(score(OPEN, RESOLVED, faults=[hangs])) == (1, 0, 0, 0)
    assert counts(score(OPEN, RESOLVED, *also, faults=[hangs])) == (1, 0, 0, 0)
    assert counts(score(OPEN, RESOLVED, *also)) == (1, 0, 2, 0)
    assert counts(score(OPEN, RESOLVED, also[0], also[0] | {"message_id": "again"}, faults=[hangs])) == (1, 0, 1, 0)
    assert counts(score(*also, faults=[hangs])) == (0, 1, 0, 0)


def test_it_may_be_said_so_too_where_such_a_fault_was_before() -> None:
    hangs = replace(AGAIN, check="SC302", also="SC203")
    both = [told("open", 3 * 3600 + 600, check="SC302"), told("resolved", 4 * 3600 + 600, check="SC302")]
    also = [told("open", 3 * 3600 + 700), told("resolved", 4 * 3600 + 700)]
    assert counts(score(OPEN, RESOLVED, *both, *also, faults=[FAULT, hangs])) == (2, 0, 0, 0)
    assert counts(score(OPEN, RESOLVED, *both, faults=[FAULT, hangs])) == (2, 0, 0, 0)


@pytest.mark.parametrize(("announced"), [row[1] for row in GOOD], ids=[row[0] for row in GOOD])
def test_a_fault_that_is_said_as_it_was_is_found(announced: list[dict[str, Any]]) -> None:
    assert counts(score(*announced)) == (1, 0, 0, 0)


@pytest.mark.parametrize(("announced", "expected"), [row[1:] for row in BAD], ids=[row[0] for row in BAD])
def test_what_is_not_said_as_it_was_is_counted(
    announced: list[dict[str, Any]], expected: tuple[int, int, int, int]
) -> None:
    assert counts(score(*announced)) == expected and not score(*announced).clean


def test_a_fault_that_comes_again_is_to_be_said_again() -> None:
    first = [OPEN, RESOLVED]
    assert counts(score(*first, faults=[FAULT, AGAIN])) == (1, 1, 0, 0)
    second = [told("open", 3 * 3600 + 600), told("resolved", 4 * 3600 + 600)]
    assert counts(score(*first, *second, faults=[FAULT, AGAIN])) == (2, 0, 0, 0)


def test_the_last_line_is_what_was_promised() -> None:
    both = replace(score(OPEN, OPEN, RESOLVED), events=20) + replace(score(OPEN), events=3)
    assert str(both) == ("soak: 23 events, 2 planted, found 2, missed 0, false 0, lost 1, messages per incident 2.00")
