"""Situations of running and starting tasks, as ECS and Cloud Map answer: what is told of each, and how loudly."""

from datetime import timedelta
from typing import Any

import pytest

from scaudit.checks.check import Verdict
from scaudit.collect.aws.answers import service_of, task_of
from scaudit.collect.aws.cloudmap import instance_of
from scaudit.judge.registrations import judge_instance
from scaudit.judge.rules import Rules
from scaudit.judge.tasks import judge_task, judge_unstarted
from scaudit.model import Severity, Status
from scaudit.model.seen import Ghost, Seen
from scaudit.proxylog import Reading
from tests.builders import DEFINITION, NOW, PROXY_LOG
from tests.fakes import answers
from tests.proxylog.transcripts import BY_NAME

HERE, LONG_HERE = "2600:1f14::a:1", "2600:1f14:0:0:0:0:a:1"
THROTTLED = "(service web) operations are being throttled on service discovery. Will try again later."


def ipv6_only(**interface: str) -> dict[str, Any]:
    """A task whose network interface has no IPv4 address."""
    eni = {
        "type": "ElasticNetworkInterface",
        "status": "ATTACHED",
        "details": [{"name": "subnetId", "value": "subnet-1"}],
    }
    proxy = {
        "name": answers.PROXY,
        "lastStatus": "RUNNING",
        "healthStatus": "HEALTHY",
        "networkInterfaces": [interface],
    }
    return answers.task(attachments=[eni], containers=[proxy])


def judged(check: str, task: dict[str, Any], attributes: dict[str, str] | None, **service: Any) -> Verdict:
    registration = None if attributes is None else instance_of(answers.task_id(0), {"Attributes": attributes})
    seen = Seen(
        task_of(task), service_of(answers.service() | service), DEFINITION, NOW, {"nginx": registration}, PROXY_LOG
    )
    return next(v for v in judge_task(seen, Rules()) if v.check.id == check)


def registered(**address: str) -> dict[str, str]:
    return {name: value for name, value in answers.attributes().items() if name != "AWS_INSTANCE_IPV4"} | address


@pytest.mark.parametrize("address", [HERE, LONG_HERE])
def test_R9_an_ipv6_only_task_registered_under_its_address_passes(address: str) -> None:
    told = judged("SC202", ipv6_only(ipv6Address=HERE), registered(AWS_INSTANCE_IPV6=address))
    assert told.status is Status.PASS, told.sentence


@pytest.mark.parametrize(
    ("attributes", "said"),
    [
        ({"AWS_INSTANCE_IPV6": "2600:1f14::b:2"}, "2600:1f14::b:2"),
        ({"AWS_INSTANCE_IPV4": "10.0.0.9"}, "10.0.0.9"),
        ({}, "missing"),
    ],
)
def test_R9_another_address_is_a_warning_that_says_it_is_not_confirmed(attributes: dict[str, str], said: str) -> None:
    told = judged("SC202", ipv6_only(ipv6Address=HERE), registered(**attributes))
    assert (told.status, told.severity) == (Status.FAIL, Severity.WARNING)
    assert f"registered address is {said}, expected {HERE}" in told.sentence and "not confirmed on AWS" in told.sentence


def test_R9_a_task_with_both_addresses_is_compared_by_ipv4() -> None:
    both = answers.task(containers=[{**answers.task()["containers"][0], "networkInterfaces": [{"ipv6Address": HERE}]}])
    assert judged("SC202", both, answers.attributes(AWS_INSTANCE_IPV6="::1")).status is Status.PASS
    wrong = judged("SC202", both, answers.attributes(AWS_INSTANCE_IPV4="10.9.9.9"))
    assert (wrong.status, wrong.severity) == (Status.FAIL, Severity.CRITICAL)


def test_R9_an_interface_without_any_address_stays_unknown() -> None:
    assert judged("SC202", ipv6_only(), registered(AWS_INSTANCE_IPV6=HERE)).status is Status.UNKNOWN


def event(minutes: float, message: str = THROTTLED) -> dict[str, Any]:
    return {"id": f"{minutes}", "createdAt": NOW - timedelta(minutes=minutes), "message": message}


def test_R13_a_throttled_registration_is_told_with_what_ecs_says_of_it() -> None:
    told = judged("SC201", answers.task(), None, events=[event(3), event(9), event(1, "has reached a steady state.")])
    assert told.status is Status.FAIL
    assert told.sentence.endswith(
        f"say at {NOW - timedelta(minutes=3):%Y-%m-%d %H:%M} UTC that its operations on service discovery are throttled"
    )


@pytest.mark.parametrize("events", [[], [event(1, "(service web) has reached a steady state.")], [event(60)]])
def test_R13_what_was_said_before_the_task_came_explains_nothing_of_it(events: list[dict[str, Any]]) -> None:
    assert "throttled" not in judged("SC201", answers.task(), None, events=events).sentence


@pytest.mark.parametrize(("minutes", "told"), [(50, True), (600, False)])
def test_R13_so_is_a_registration_that_is_left(minutes: float, told: bool) -> None:
    service = service_of(answers.service() | {"events": [event(minutes)]})
    left = Ghost(instance_of("x", {"Attributes": answers.attributes()}))
    gone = NOW - timedelta(hours=1)
    verdicts = judge_instance("x", service, service.deployments[0].endpoints[0], left, gone, NOW, Rules())
    (found,) = [v.sentence for v in verdicts if v.check.id == "SC206"]
    assert ("throttled" in found) is told


@pytest.mark.parametrize(("minutes", "fails"), [(0.3, False), (2.5, False), (3.5, True)])
def test_J12_a_task_that_waited_for_capacity_is_not_silent_before_its_proxy_had_time(
    minutes: float, fails: bool
) -> None:
    """Created 16 minutes ago; the sweep meets a healthy proxy in the middle of its start."""
    lines = BY_NAME["15c-xds-connected-but-silent.log"].lines
    reading = Reading()
    reading.read(lines)
    log = reading.start()
    began = log.first_at
    at = began + timedelta(minutes=minutes)
    task = answers.task(lastStatus="PENDING", createdAt=at - timedelta(minutes=16), startedAt=None)
    task["containers"][0]["healthStatus"] = "UNKNOWN"
    seen = Seen(task_of(task), service_of(answers.service()), DEFINITION, at, log=log)
    found = {v.check.id for v in judge_unstarted(seen, Rules()) if v.status is Status.FAIL}
    assert found == ({"SC209", "SC303", "SC304"} if fails else set())
