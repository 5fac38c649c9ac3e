"""Log groups, several in one call."""

from scaudit.collect.aws.log_groups import log_group, log_groups
from scaudit.model import LogGroup, LogTarget, Unread
from tests.builders import REGION
from tests.fakes.stubbed import Stubbed


def logs(*names: str, region: str = "") -> list[LogTarget]:
    return [LogTarget("awslogs", name, region) for name in names]


def answers(aws: Stubbed, *names: str, **asked: object) -> None:
    aws.answer("logs", "describe_log_groups", {"logGroups": [{"logGroupName": name} for name in names]}, **asked)


def test_several_groups_are_one_call_and_one_that_is_missing_is_asked_for_alone(aws: Stubbed) -> None:
    answers(aws, "a", "b", logGroupIdentifiers=["a", "b", "c"])
    answers(aws, "cc", logGroupNamePrefix="c")
    log_groups(aws.reads, "tutorial", logs("b", "a", "c", "a"), REGION)
    assert [log_group(aws.reads, "tutorial", log, REGION) for log in logs(*"abc")] == [
        LogGroup("a"),
        LogGroup("b"),
        None,
    ]


def test_one_group_is_asked_for_by_its_name(aws: Stubbed) -> None:
    answers(aws, "a", logGroupNamePrefix="a")
    log_groups(aws.reads, "tutorial", logs("a"), REGION)
    log_groups(aws.reads, "tutorial", logs("a"), REGION)


def test_what_is_denied_is_denied_for_each_and_asked_once(aws: Stubbed) -> None:
    aws.refuse("logs", "describe_log_groups", "AccessDeniedException")
    log_groups(aws.reads, "tutorial", logs("a", "b"), REGION)
    found = [log_group(aws.reads, "tutorial", log, REGION) for log in logs(*"ab")]
    assert all(isinstance(one, Unread) and one.action for one in found)


def test_what_aws_does_not_take_is_asked_for_one_by_one(aws: Stubbed) -> None:
    aws.refuse("logs", "describe_log_groups", "InvalidParameterException")
    answers(aws, "a", logGroupNamePrefix="a")
    answers(aws, logGroupNamePrefix="b")
    log_groups(aws.reads, "tutorial", logs("a", "b"), REGION)
    assert [log_group(aws.reads, "tutorial", log, REGION) for log in logs(*"ab")] == [LogGroup("a"), None]
