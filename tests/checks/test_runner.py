"""How one check is run: the five answers, and settling."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from scaudit.checks.check import Check, Finding, Trigger, check, run
from scaudit.checks.facts import Facts
from scaudit.model import Instance, Moot, Severity, Status, Task, Unread
from scaudit.model.places import Subject
from tests.builders import NGINX, NOW, TASK

DECLARED = {
    "title": "t",
    "about": "task",
    "on": Trigger.TASK,
    "severity": Severity.ERROR,
    "why": "w",
    "fix": "f",
    "source": "s",
}


@check("SC901", **DECLARED, settles=600)
def wrong(task: Task) -> Iterator[Finding]:
    yield Finding("it is wrong")


@check("SC902", **DECLARED, applies=lambda instance: None if instance else "no instance")
def picky(task: Task) -> Iterator[Finding]:
    yield from ()


@check("SC903", **DECLARED)
def twice(task: Task) -> Iterator[Finding]:
    yield Finding("one", Severity.WARNING)
    yield Finding("two", Severity.CRITICAL)


def status(which: Check, **facts: object) -> tuple[Status, str]:
    verdict = run(which, Facts(**facts), member="m", began=NOW - timedelta(hours=1), now=NOW, scale=1)
    return verdict.status, verdict.sentence


@pytest.mark.parametrize(
    ("since", "scale", "expected"),
    [
        (599, 1, Status.PENDING),
        (600, 1, Status.FAIL),
        (5, 0.01, Status.PENDING),
        (6, 0.01, Status.FAIL),
        (0, 0, Status.FAIL),
        (None, 1, Status.PENDING),
    ],
)
def test_a_finding_within_the_settling_time_is_pending(since: int | None, scale: float, expected: Status) -> None:
    began = None if since is None else NOW - timedelta(seconds=since)
    assert run(wrong, Facts(task=TASK), member="m", began=began, now=NOW, scale=scale).status is expected


def test_an_unread_input_is_unknown_with_the_reason() -> None:
    assert status(wrong, task=Unread("the call timed out")) == (Status.UNKNOWN, "the call timed out")


def test_a_moot_input_is_skipped_even_beside_an_unread_one() -> None:
    assert status(picky, task=Unread("x"), instance=Moot("client only")) == (Status.SKIPPED, "client only")


def test_a_check_that_does_not_apply_is_skipped_before_its_inputs_matter() -> None:
    assert status(picky, task=Unread("x"), instance=None) == (Status.SKIPPED, "no instance")


def test_what_applies_needs_is_unknown_when_unread() -> None:
    assert status(picky, task=TASK, instance=Unread("denied")) == (Status.UNKNOWN, "denied")
    assert status(picky, task=TASK, instance=Instance("i")) == (Status.PASS, "")


def test_several_findings_are_one_verdict_of_the_worst_severity() -> None:
    verdict = run(twice, Facts(task=TASK), member="m", began=None, now=NOW, scale=1)
    assert (verdict.sentence, verdict.severity) == ("one; two", Severity.CRITICAL)


def test_the_subject_is_check_and_endpoint_and_never_the_wording() -> None:
    assert run(twice, Facts(task=TASK, endpoint=NGINX), member="m", began=None, now=NOW, scale=1).subject == Subject(
        "SC903"
    )
