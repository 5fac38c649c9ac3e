"""A tag silences one check of one service until a day that it names."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from scaudit.checks import BY_ID
from scaudit.checks.check import Verdict
from scaudit.judge.ignore_tags import suppressed
from scaudit.judge.telling import silenced
from scaudit.model import Severity, Status, Unread
from scaudit.model.incidents import Member, MemberState
from scaudit.model.places import Subject
from tests.builders import SERVICE


@pytest.mark.parametrize(
    ("tag", "value", "silent"),
    [
        ("scaudit:ignore:SC305", "until=2026-11-23 owner=team-a reason=known", True),
        ("scaudit:ignore:SC305", "owner=team-a until=2026-11-24", True),
        ("scaudit:ignore:SC305", "until=2026-11-22 owner=team-a reason=known", False),
        ("scaudit:ignore:SC305", "owner=team-a reason=known", False),
        ("scaudit:ignore:SC305", "until=tomorrow", False),
        ("scaudit:ignore:SC305", "", False),
        ("scaudit:ignore:SC304", "until=2026-12-01", False),
        ("ignore:SC305", "until=2026-12-01", False),
        ("scaudit:ignore:SC305", "until=2026-11-23T12:31", True),
        ("scaudit:ignore:SC305", "until=2026-11-23T12:30", False),
        ("scaudit:ignore:SC305", "until=2026-11-23T13:31+01:00", True),
        ("scaudit:ignore:SC305", "until=2026-11-23T13:29+01:00", False),
        ("scaudit:ignore:SC305", "until=9999-12-31", True),
    ],
)
def test_only_a_tag_for_this_check_with_a_day_to_come_silences(tag: str, value: str, silent: bool) -> None:
    assert suppressed({tag: value}, "SC305", datetime(2026, 11, 23, 12, 30, tzinfo=UTC)) is silent


@pytest.mark.parametrize(("severity", "asked"), [(Severity.INFO, 0), (Severity.WARNING, 1)])
def test_the_clusters_tags_are_asked_for_only_where_something_fails_that_is_more_than_an_info(
    severity: Severity, asked: int
) -> None:
    calls: list[str] = []

    def tags() -> dict[str, str]:
        calls.append("tags")
        return {"scaudit:ignore:SC402": "until=2026-12-01"}

    failed = Verdict(BY_ID["SC402"], "-", "nginx", Status.FAIL, severity=severity)
    (found,) = silenced([failed], None, datetime(2026, 11, 23, tzinfo=UTC), tags)
    assert (len(calls), found.suppressed) == (asked, bool(asked))


THROTTLED, DENIED = Unread("throttled", transient=True), Unread("refused", action="ecs:DescribeClusters")
AT = datetime(2026, 11, 23, tzinfo=UTC)
FAILED = Verdict(BY_ID["SC203"], "a", "nginx", Status.FAIL, severity=Severity.CRITICAL)


def stood(*, suppressed: bool) -> dict[Subject, dict[str, Member]]:
    until = "2199-01-31" if suppressed else ""
    member = Member("a", MemberState.FAIL, AT, Severity.CRITICAL, suppressed=suppressed, until=until)
    return {FAILED.subject: {"a": member}}


@pytest.mark.parametrize("was", [True, False])
@pytest.mark.parametrize(("service", "tags"), [(None, THROTTLED), (THROTTLED, {})], ids=["cluster's", "service's"])
def test_tags_that_cannot_be_read_this_once_end_no_silence_and_begin_none(
    service: Unread | None, tags: Unread | dict[str, str], was: bool
) -> None:
    (found,) = silenced([FAILED], service, AT, lambda: tags, stood(suppressed=was))
    assert (found.suppressed, found.until) == (was, "2199-01-31" if was else "")
    (new,) = silenced([replace(FAILED, member="b")], service, AT, lambda: tags, stood(suppressed=was))
    assert not new.suppressed


@pytest.mark.parametrize("tag", [{}, {"scaudit:ignore:SC203": "until=2026-11-22 owner=a"}], ids=["removed", "expired"])
def test_a_tag_that_no_longer_silences_speaks_though_the_clusters_are_refused(tag: dict[str, str]) -> None:
    service = replace(SERVICE, tags=tag)
    (found,) = silenced([FAILED], service, AT, lambda: DENIED, stood(suppressed=True))
    assert not found.suppressed
    (told,) = silenced([FAILED], DENIED, AT, dict, stood(suppressed=True))
    assert not told.suppressed
