"""A look at a whole service: every task, every member on record, and what can no longer fail."""

from dataclasses import replace
from typing import Any

import pytest

from scaudit.audit.endings import over
from scaudit.collect.aws.namespaces import unlocated
from scaudit.model.broken import broken
from scaudit.model.incidents import EVERY_TASK, MemberState
from scaudit.model.places import Subject
from scaudit.queue.bodies import body, parse
from scaudit.queue.messages import ServiceLook
from tests.builders import ARN, REGION, SERVICE
from tests.fakes import answers
from tests.fakes.laid_out import describes, finds
from tests.fakes.verify_desk import PLACE, SUBJECT, Desk, service_look


def test_a_service_look_judges_every_task_and_every_member_on_record(desk: Desk) -> None:
    desk.fails(1)
    desk.knows_the_service()
    desk.finds(0)
    tasks = [answers.task(0), answers.task(1, lastStatus="STOPPED", desiredStatus="STOPPED")]
    ids = [answers.task_id(0), answers.task_id(1)]
    desk.aws.answer("ecs", "describe_tasks", {"tasks": tasks}, cluster="tutorial", tasks=ids)
    desk.looks_around()
    assert desk.verify(service_look()) == []
    assert desk.states()[SUBJECT] == {answers.task_id(1): MemberState.LOST}
    assert [record["verdict"] for record in desk.records()] == ["pass"]


def closes(desk: Desk, why: str) -> None:
    (member,) = [m for m in desk.ledger.members(PLACE, SUBJECT) if m.id == answers.task_id(0)]
    assert (member.state, member.closed_because) == (MemberState.CLOSED, why)


def test_a_deleted_service_closes_what_stood_against_it(desk: Desk) -> None:
    desk.fails()
    gone = {"services": [answers.service() | {"status": "INACTIVE"}]}
    desk.aws.answer("ecs", "describe_services", gone, cluster="tutorial", services=["web"], include=["TAGS"])
    assert desk.verify(service_look()) == []
    closes(desk, "service deleted")


def test_service_connect_switched_off_closes(desk: Desk) -> None:
    desk.fails()
    desk.knows_the_service(serviceConnectConfiguration={"enabled": False})
    assert desk.verify(service_look()) == []
    closes(desk, "Service Connect switched off")


@pytest.mark.parametrize(
    ("service", "why"),
    [
        ({"desired": 0, "running": 0}, "service scaled to zero"),
        ({"desired": 0, "running": 0, "draining": True}, "service deleted"),
        ({"deployments": ()}, "Service Connect switched off"),
    ],
)
def test_what_is_over_says_why(service: dict, why: str) -> None:
    assert over(replace(SERVICE, **service), SUBJECT) == why


@pytest.mark.parametrize(
    ("subject", "why"),
    [
        (SUBJECT, ""),
        (Subject("SC102"), ""),
        (Subject("SC203", "gone"), "endpoint gone removed"),
        (Subject("SC999"), "check SC999 retired"),
    ],
)
def test_only_what_can_no_longer_fail_is_over(subject: str, why: str) -> None:
    assert over(SERVICE, subject) == why
    assert over(None, subject) == "service deleted"


def test_a_service_check_outlives_the_last_task() -> None:
    assert over(replace(SERVICE, desired=0, running=0), Subject("SC102")) == ""


@pytest.mark.parametrize(("minutes", "clears"), [(59, False), (61, True)])
def test_an_hour_after_the_last_loss_all_tasks_passing_clears(desk: Desk, minutes: float, clears: bool) -> None:
    desk.fails(7)
    desk.ledger.lose(PLACE, SUBJECT, answers.task_id(7), desk.clock())
    desk.clock.forward(minutes * 60)
    desk.looks_in_full()
    desk.verify(service_look())
    found = {member.id: member for member in desk.ledger.members(PLACE, SUBJECT)}
    assert (EVERY_TASK in found) is clears
    if clears:
        assert broken(list(found.values())) == []


@pytest.mark.parametrize(("status", "clears"), [("RUNNING", True), ("HIBERNATING", False)])
def test_a_task_in_a_state_that_is_not_known_is_none_that_passes(desk: Desk, status: str, clears: bool) -> None:
    desk.fails(7)
    desk.ledger.lose(PLACE, SUBJECT, answers.task_id(7), desk.clock())
    desk.clock.forward(61 * 60)
    two = {"services": [answers.service() | {"runningCount": 2, "desiredCount": 2}]}
    desk.aws.answer("ecs", "describe_services", two, cluster="tutorial", services=["web"], include=["TAGS"])
    desk.finds(0, 1)
    describes(desk.aws, answers.task(0), answers.task(1, lastStatus=status))
    if status != "RUNNING":  # fewer than ECS counts
        desk.lists(0, 1)
    desk.looks_around()
    desk.verify(service_look())
    found = {member.id for member in desk.ledger.members(PLACE, SUBJECT)}
    assert (EVERY_TASK in found) is clears


@pytest.mark.parametrize(("hours", "closed"), [(23, False), (25, True)])
def test_nothing_but_unknown_for_a_day_closes(desk: Desk, hours: float, closed: bool) -> None:
    desk.fails(0)
    desk.clock.forward(hours * 3600)
    desk.knows_the_service()
    desk.aws.answer("servicediscovery", "get_namespace", answers.namespace(), Id="ns-vdpucf3aztj23ecw")
    desk.aws.refuse("servicediscovery", "discover_instances", "AccessDeniedException")
    desk.describes(0)
    desk.looks_around()
    desk.verify(service_look())
    assert (SUBJECT not in desk.states()) is closed


INTERNAL = {"arn": f"{ARN}:service/tutorial/web", "reason": "INTERNAL"}


@pytest.mark.parametrize("failure", [INTERNAL, None], ids=["failure", "throttled"])
def test_a_service_that_could_not_be_described_is_sent_for_again_and_then_left_to_the_sweep(
    desk: Desk, failure: dict[str, Any] | None
) -> None:
    look = service_look()
    for attempt in (1, 2, 3, None):
        if failure:
            asked = {"cluster": "tutorial", "services": ["web"], "include": ["TAGS"]}
            desk.aws.answer("ecs", "describe_services", {"services": [], "failures": [failure]}, **asked)
        else:
            desk.aws.refuse("ecs", "describe_services", "ThrottlingException")
        assert desk.verify(look) == []
        sent = [each["Body"] for each in desk.sent()]
        wanted = [ServiceLook(REGION, "tutorial", "web", attempt)] if attempt else []
        assert [parse(each) for each in sent] == wanted
        look = sent[0] if sent else ""
    assert desk.queue.delays == [60, 60, 60]


def test_of_two_looks_at_a_service_the_later_one_is_asked_for_anew(desk: Desk) -> None:
    desk.aws.refuse("ecs", "describe_services", "ThrottlingException")
    assert desk.verify(body(ServiceLook(REGION, "tutorial", "web", 3)), service_look()) == []
    (sent,) = desk.sent()
    assert parse(sent["Body"]) == ServiceLook(REGION, "tutorial", "web", 1)


def said_of(desk: Desk, check: str) -> str:
    """What the last look at the whole service came to."""
    record = desk.records("service")[-1]
    return next(status for status in ("failed", "unknown", "passed", "pending", "skipped") if check in record[status])


def finds_again(desk: Desk, *, first: bool) -> None:
    """What stands in Cloud Map. The name by which clients discover it is asked for the first time only."""
    if first:
        desk.finds(0)
    else:
        finds(desk.aws, 0)
        desk.aws.answer("servicediscovery", "get_namespace", answers.namespace(), Id="ns-vdpucf3aztj23ecw")
    desk.describes(0)


def looks(desk: Desk, check: str, *services: dict[str, Any] | str, definition: bool = False) -> str:
    """One look in full, in which Cloud Map answers so of the endpoint's service."""
    desk.knows_the_service()
    finds_again(desk, first=definition)
    if definition:
        desk.knows_the_definition()
    for service in services:
        if isinstance(service, str):
            desk.aws.refuse("servicediscovery", "get_service", service)
        else:
            desk.aws.answer("servicediscovery", "get_service", service, Id="srv-nginx")
    desk.verify(service_look())
    desk.aws.all_asked()
    return said_of(desk, check)


def described(text: str) -> dict[str, Any]:
    service = answers.cloud_map_service()
    return {"Service": service["Service"] | {"Description": text}}


def test_J10_a_failure_that_rests_on_memory_is_read_again_at_once(desk: Desk) -> None:
    assert looks(desk, "SC104", described("edited"), definition=True) == "failed"
    assert looks(desk, "SC104", described("edited")) == "failed", "it is asked once a look"
    assert looks(desk, "SC104", answers.cloud_map_service()) == "passed"
    assert looks(desk, "SC104") == "passed", "and no more when it passes"


def test_J10_a_pass_that_rests_on_memory_is_read_again_daily(desk: Desk) -> None:
    assert looks(desk, "SC104", answers.cloud_map_service(), definition=True) == "passed"
    desk.clock.forward(23 * 3600)
    assert looks(desk, "SC104") == "passed"
    desk.clock.forward(3601)
    assert looks(desk, "SC104", "ServiceNotFound") == "failed"
    assert looks(desk, "SC104", "ServiceNotFound") == "failed"
    assert looks(desk, "SC104", answers.cloud_map_service()) == "passed"


def test_J10_a_failure_that_cannot_be_read_again_is_unknown(desk: Desk) -> None:
    assert looks(desk, "SC104", described("edited"), definition=True) == "failed"
    assert looks(desk, "SC104", "ThrottlingException") == "unknown"
    assert looks(desk, "SC104", described("edited")) == "failed"


def test_J10_a_name_is_looked_for_again_when_the_namespace_that_had_it_is_gone(desk: Desk) -> None:
    bare = {**answers.service()["deployments"][0]["serviceConnectConfiguration"], "namespace": "mesh"}
    gone = answers.NAMESPACE.replace("ns-", "ns-old")
    desk.memory.keep(unlocated("mesh"), gone)
    desk.knows_the_service(serviceConnectConfiguration=bare)
    desk.aws.refuse("servicediscovery", "get_namespace", "NamespaceNotFound")
    asked = {"Filters": [{"Name": "NAME", "Values": ["mesh"], "Condition": "EQ"}], "MaxResults": 100}
    named = {"Namespaces": [{"Arn": answers.NAMESPACE, "Name": "mesh"}]}
    desk.aws.answer("servicediscovery", "list_namespaces", named, **asked)
    desk.finds(0)
    desk.describes(0)
    desk.looks_around()
    desk.verify(service_look())
    assert said_of(desk, "SC101") == "passed" and desk.memory.get(unlocated("mesh")) == answers.NAMESPACE


def logging(desk: Desk, *classes: str) -> str:
    """One look in which the service's proxies log to a group of this class, each time that it is asked for."""
    to = {"logDriver": "awslogs", "options": {"awslogs-group": "/mesh", "awslogs-stream-prefix": "p"}}
    connect = answers.service()["deployments"][0]["serviceConnectConfiguration"] | {"logConfiguration": to}
    desk.knows_the_service(serviceConnectConfiguration=connect)
    finds_again(desk, first=False)
    for name in classes:
        groups = {"logGroups": [{"logGroupName": "/mesh", "logGroupClass": name}]}
        desk.aws.answer("logs", "describe_log_groups", groups, logGroupNamePrefix="/mesh")
    desk.verify(service_look())
    desk.aws.all_asked()
    return said_of(desk, "SC106")


def test_J10_so_is_one_of_the_log_group(desk: Desk) -> None:
    desk.looks_in_full()
    desk.verify(service_look())
    assert logging(desk, "INFREQUENT_ACCESS") == "failed"
    assert logging(desk, "INFREQUENT_ACCESS") == "failed"
    assert logging(desk, "STANDARD") == "passed"
    assert logging(desk) == "passed"
