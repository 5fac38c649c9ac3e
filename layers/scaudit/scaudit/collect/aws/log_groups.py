"""Log groups, from CloudWatch Logs."""

from collections.abc import Collection, Mapping
from datetime import timedelta
from typing import Any

from scaudit.collect.aws.action import Action, Quota
from scaudit.collect.aws.reads import Reads
from scaudit.collect.aws.typed import listed
from scaudit.model import LogGroup, LogTarget, Unread

_OWN = "logs:*:${AWS::AccountId}:log-group"
DESCRIBE_LOG_GROUPS = Action(
    "logs:DescribeLogGroups", "a log group", Quota("Logs DescribeLogGroups", rate=10), (f"{_OWN}:*",)
)

GROUPS_PER_CALL = 50
"""AWS: DescribeLogGroups, logGroupIdentifiers."""
A_DAY = timedelta(days=1)
"""A log group may be deleted: that it is there is believed for so long."""


def log_group(reads: Reads, cluster: str, target: LogTarget, region: str) -> LogGroup | Unread | None:
    """The log group that logs go to from a Region; None when there is none."""
    key = group_key(target)
    known: LogGroup | None = reads.memory.get(key)
    if known is None and key not in reads.once:
        reads.once[key] = _listed(reads, cluster, target.group, target.elsewhere(region))
        if isinstance(reads.once[key], LogGroup):
            reads.memory.keep(key, reads.once[key], A_DAY)
    found: LogGroup | Unread | None = known or reads.once[key]
    return found


def log_groups(reads: Reads, cluster: str, targets: Collection[LogTarget], region: str) -> None:
    """Have what is to be known of these log groups, seen from a Region, ready for `log_group`, in few calls.

    What becomes of an identifier that is of no log group AWS does not tell: who is missing is asked for alone.
    """
    unknown = [target for target in dict.fromkeys(targets) if group_key(target) not in reads.once]
    keys = {target.group: group_key(target) for target in unknown if not target.elsewhere(region)}
    for start in range(0, len(keys) if len(keys) > 1 else 0, GROUPS_PER_CALL):
        page = sorted(keys)[start : start + GROUPS_PER_CALL]
        answer = reads.ask(DESCRIBE_LOG_GROUPS, cluster, logGroupIdentifiers=page)
        if isinstance(answer, Unread) and answer.action:
            reads.once |= {keys[name]: answer for name in page}
        elif isinstance(answer, dict):
            found = reads.understand(DESCRIBE_LOG_GROUPS, "log groups", _groups, answer)
            for group in [] if isinstance(found, Unread) else found:
                if group.name in keys:
                    reads.once[keys[group.name]] = group
                    reads.memory.keep(keys[group.name], group, A_DAY)
    reads.each(lambda target: log_group(reads, cluster, target, region), unknown)


def _listed(reads: Reads, cluster: str, name: str, elsewhere: str) -> LogGroup | Unread | None:
    """The group of this very name comes first: they are listed in the order of their names."""
    answer = reads.ask(DESCRIBE_LOG_GROUPS, cluster, region=elsewhere, logGroupNamePrefix=name)
    if not isinstance(answer, dict):
        return answer
    groups = reads.understand(DESCRIBE_LOG_GROUPS, name, _groups, answer)
    if isinstance(groups, Unread):
        return groups
    return next((group for group in groups if group.name == name), None)


def _groups(answer: Mapping[str, Any]) -> list[LogGroup]:
    return [log_group_of(raw) for raw in listed(answer["logGroups"])]


def group_key(target: LogTarget) -> str:
    """Under what a log group is remembered: without its Region where none is named."""
    return f"log group {target.group}" + (f" in {target.region}" if target.region else "")


def log_group_of(raw: Mapping[str, Any]) -> LogGroup:
    """One entry of DescribeLogGroups; without a class it is STANDARD (AWS: CreateLogGroup)."""
    return LogGroup(name=raw["logGroupName"], log_class=raw.get("logGroupClass") or "STANDARD")
