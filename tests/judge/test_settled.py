"""Judging is a function of what was read and of time; of what has settled, time alone makes nothing else. On that rests
that a service which is as it was is not judged again (audit/unchanged.py)."""

from dataclasses import replace
from datetime import timedelta

import pytest

from scaudit.checks.check import Trigger, Verdict
from scaudit.judge.rules import Rules
from scaudit.judge.services import judge_service
from scaudit.judge.tasks import judge_task
from scaudit.model import Severity, Status
from scaudit.model.seen import LOOKED_AT, ServiceSeen
from tests.builders import DEFINITION, HEALTHY, NAMESPACE, NOW, SERVICE, TASK, with_instance

LATER = [timedelta(minutes=1), timedelta(hours=1), timedelta(hours=2), timedelta(days=2), timedelta(days=400)]
RULES = Rules()
SEEN = replace(HEALTHY, log=LOOKED_AT, task=replace(TASK, started_at=NOW - timedelta(hours=3)))
WORLDS = {
    "healthy": SEEN,
    "with its log": replace(SEEN, log=HEALTHY.log),
    "throttled": replace(SEEN, service=replace(SERVICE, throttled_at=NOW)),
    "only a client": replace(
        SEEN, service=replace(SERVICE, deployments=(replace(SERVICE.deployments[0], endpoints=()),)), registrations={}
    ),
    "registered with another zone": replace(with_instance(zone=""), log=LOOKED_AT),
}


def settled(verdicts: list[Verdict]) -> bool:
    return all(v.status in (Status.PASS, Status.SKIPPED) or v.severity is Severity.INFO for v in verdicts)


@pytest.mark.parametrize("world", WORLDS)
@pytest.mark.parametrize("later", LATER, ids=str)
def test_of_a_task(world: str, later: timedelta) -> None:
    seen = WORLDS[world]
    verdicts = judge_task(seen, RULES)
    assert settled(verdicts)
    assert judge_task(replace(seen, at=seen.at + later), RULES) == verdicts


@pytest.mark.parametrize("later", LATER, ids=str)
def test_of_a_service(later: timedelta) -> None:
    known = ServiceSeen(SERVICE, DEFINITION, NAMESPACE, {}, None, ())
    verdicts = judge_service(known, Trigger.AUDIT, NOW, RULES)
    assert judge_service(known, Trigger.AUDIT, NOW + later, RULES) == verdicts


def test_what_has_not_settled_may_be_another_thing_later() -> None:
    """Else the tests above would prove nothing."""
    early = replace(with_instance(deployment="other"), task=replace(TASK, started_at=NOW), at=NOW)
    found = [
        next(v.status for v in judge_task(replace(early, at=at), RULES) if v.check.id == "SC204")
        for at in (NOW, NOW + timedelta(hours=1))
    ]
    assert found == [Status.PENDING, Status.FAIL]
