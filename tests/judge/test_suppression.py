"""A tag silences one check of one service until a day that it names."""

from datetime import UTC, datetime

import pytest

from scaudit.judge.telling import suppressed


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
