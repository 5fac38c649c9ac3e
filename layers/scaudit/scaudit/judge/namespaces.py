"""What deleted services left in a namespace, put to the checks about namespaces."""

from collections.abc import Mapping
from datetime import datetime

from scaudit.checks import ABOUT
from scaudit.checks.check import Verdict, run
from scaudit.checks.facts import Facts
from scaudit.judge.rules import Rules
from scaudit.model import LeftService, Unread


def judge_namespace(
    left: Mapping[str, LeftService | Unread | None], since: Mapping[str, datetime], at: datetime, rules: Rules
) -> list[Verdict]:
    """Every check about these Cloud Map services, by id; None for one that is not left over. `since` tells when each
    was first seen to be."""
    return [
        run(check, Facts(left=found), member=member, began=since.get(member), now=at, scale=rules.settle_scale)
        for member, found in left.items()
        for check in ABOUT["namespace"]
    ]
