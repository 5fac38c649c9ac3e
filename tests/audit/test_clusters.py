"""The sweep of a cluster, page by page: each is audited once, sent on in time, and counted."""

from dataclasses import replace
from datetime import timedelta

import pytest

from scaudit.checks import BY_ID
from scaudit.model import Severity
from scaudit.model.incidents import EVERY_TASK, MemberState
from scaudit.model.places import Place, Subject
from scaudit.model.service_states import ServiceState
from scaudit.queue.bodies import body, parse
from scaudit.queue.messages import ClusterPage, ServiceLook
from scaudit.store.keys import itself
from scaudit.store.memory import Memory
from scaudit.store.service_states import ServiceStates
from tests.builders import ARN, REGION
from tests.fakes import answers
from tests.fakes.laid_out import finds
from tests.fakes.verify_desk import PLACE, SUBJECT, Desk, page


def lists_services(desk: Desk, *names: str, token: str = "", more: str = "") -> None:
    arns = [f"{ARN}:service/tutorial/{name}" for name in names]
    asked = {"cluster": "tutorial", "maxResults": 100} | ({"nextToken": token} if token else {})
    desk.aws.answer("ecs", "list_services", {"serviceArns": arns} | ({"nextToken": more} if more else {}), **asked)


def test_a_cluster_page_is_audited_and_the_next_one_sent_for(desk: Desk) -> None:
    lists_services(desk, "web", more="more")
    desk.looks_in_full()
    assert desk.verify(page()) == []
    (next_page,) = desk.sent()
    assert parse(next_page["Body"]) == ClusterPage(
        REGION, "tutorial", "more", chain="0", meshed=1, running=1, verified=1
    )
    assert desk.records()[0]["verdict"] == "pass"
    assert desk.ledger.estate(REGION) == {}


def test_the_last_page_says_what_was_gone_through(desk: Desk) -> None:
    lists_services(desk, "web", token="more")
    desk.looks_in_full()
    assert desk.verify(page(token="more", meshed=4, running=9, verified=8)) == []
    assert desk.sent() == []
    swept = desk.ledger.estate(REGION)["tutorial"]
    assert (swept.services, swept.tasks, swept.verified) == (5, 10, 9) and set(swept.checks) == set(BY_ID)
    assert Subject("SC904") not in desk.states(itself(REGION))


def test_an_empty_cluster_is_gone_through_at_once(desk: Desk) -> None:
    lists_services(desk)
    assert desk.verify(page()) == [] and desk.sent() == []
    assert desk.ledger.estate(REGION)["tutorial"].services == 0


def test_tasks_that_could_not_be_verified_twice_are_sc904(desk: Desk) -> None:
    for expected in (set(), {"tutorial"}):
        lists_services(desk, token="more")
        desk.verify(page(token="more", meshed=1, running=10, verified=9))
        assert set(desk.states(itself(REGION)).get(Subject("SC904"), {})) == expected
        desk.clock.forward(900)


def refused_to_list(desk: Desk, *, running: int, met: bool = False) -> None:
    """The service is audited, and its tasks cannot be listed: those are met that are registered."""
    lists_services(desk, "web")
    desk.aws.answer(
        "ecs",
        "describe_services",
        {"services": [answers.service() | {"runningCount": running}]},
        cluster="tutorial",
        services=["web"],
        include=["TAGS"],
    )
    desk.aws.answer("servicediscovery", "get_namespace", answers.namespace(), Id="ns-vdpucf3aztj23ecw")
    finds(desk.aws, *((0,) if met else ()))
    if met:
        desk.describes(0)
    desk.aws.refuse("ecs", "list_tasks", "AccessDeniedException")
    desk.looks_around()
    assert desk.verify(page()) == []


@pytest.mark.parametrize("met", [False, True], ids=["none is registered", "one is"])
def test_J11_tasks_that_cannot_be_listed_count_as_not_verified(desk: Desk, met: bool) -> None:
    """Of ten that run, by the service's own count."""
    refused_to_list(desk, running=10, met=met)
    swept = desk.ledger.estate(REGION)["tutorial"]
    assert (swept.tasks, swept.verified) == (10, int(met))
    assert Subject("SC902", "ecs:ListTasks") in desk.states(itself(REGION))


def test_J11_such_a_cluster_is_never_said_to_be_covered(desk: Desk) -> None:
    refused_to_list(desk, running=10)
    desk.clock.forward(900)
    lists_services(desk, token="more")
    desk.verify(page(token="more", meshed=1, running=10, verified=0))
    assert set(desk.states(itself(REGION))[Subject("SC904")]) == {"tutorial"}


def test_J11_services_that_cannot_be_described_leave_the_coverage_unknown(desk: Desk) -> None:
    """It does not open SC904, which nobody can tell, nor does it end one."""
    for _ in range(2):
        lists_services(desk, token="more")
        desk.verify(page(token="more", meshed=1, running=10, verified=9))
        desk.clock.forward(900)
    lists_services(desk, "web")
    desk.aws.refuse("ecs", "describe_services", "AccessDeniedException")
    desk.verify(page())
    assert set(desk.states(itself(REGION))[Subject("SC904")]) == {"tutorial"}


def meets(desk: Desk, *, counted: int, listed: int, again: int, first: bool = False) -> None:
    """A sweep of the cluster: ECS counts so many tasks, and `again` so many, and so many are registered and listed."""

    def counts(running: int) -> None:
        answer = {"services": [answers.service() | {"runningCount": running, "desiredCount": running}]}
        desk.aws.answer("ecs", "describe_services", answer, cluster="tutorial", services=["web"], include=["TAGS"])

    desk.clock.forward(900)
    lists_services(desk, "web")
    counts(counted)
    if first:
        desk.finds(*range(listed))
    else:
        finds(desk.aws, *range(listed))
        desk.aws.answer("servicediscovery", "get_namespace", answers.namespace(), Id="ns-vdpucf3aztj23ecw")
    desk.describes(*range(listed))
    desk.lists(*range(listed))
    counts(again)
    if first:
        desk.looks_around()
    assert desk.verify(page()) == []


def covered(desk: Desk) -> tuple[int, int]:
    swept = desk.ledger.estate(REGION)["tutorial"]
    return swept.tasks, swept.verified


def test_J11_tasks_that_come_and_go_meanwhile_are_no_gap(desk: Desk) -> None:
    """By its count two run, and then one: the one that could be listed."""
    for first in (True, False, False):
        meets(desk, counted=2, listed=1, again=1, first=first)
        assert covered(desk) == (1, 1)
    assert {line["verdict"] for line in desk.records("verified")} == {"pass"}
    assert Subject("SC904") not in desk.states(itself(REGION))


def test_tasks_that_ECS_counts_and_does_not_list_are_not_verified(desk: Desk) -> None:
    """Not at once, since tasks come and go between two reads; SC904 when it was so the last time, too."""
    for look, tasks in enumerate((2, 4, 4)):
        meets(desk, counted=4, listed=2, again=4, first=not look)
        assert covered(desk) == (tasks, 2)
        assert (Subject("SC904") in desk.states(itself(REGION))) is (look == 2)
    first, second, third = desk.records("verified")
    assert first["verdict"] == "pass" and "reason" not in first
    assert second["verdict"] == "unknown" and second["verified"].startswith("pass: ")
    assert third["reason"] == "ECS counts 4 running tasks, and 2 of them were not found"
    assert [batch["TasksUnknown"] for batch in desk.records("batch")] == [0, 2, 2]


def test_fewer_that_are_missing_twice_count_than_once(desk: Desk) -> None:
    for look, (again, tasks) in enumerate(((4, 2), (3, 3), (2, 2), (4, 2))):
        meets(desk, counted=4, listed=2, again=again, first=not look)
        assert covered(desk) == (tasks, 2)


@pytest.mark.parametrize("again", [1, 2])
def test_what_ECS_counts_and_does_not_list_may_be_what_was_lost(desk: Desk, again: int) -> None:
    """An hour after the last loss all running tasks must pass, not all that are listed."""
    desk.fails(3)
    desk.ledger.lose(PLACE, SUBJECT, answers.task_id(3), desk.clock())
    desk.clock.forward(3700)
    meets(desk, counted=2, listed=1, again=again, first=True)
    every = EVERY_TASK in {member.id for member in desk.ledger.members(PLACE, SUBJECT)}
    assert every is (again == 1)


def test_services_that_could_not_be_read_are_asked_for_again_and_then_counted(desk: Desk) -> None:
    lists_services(desk, "web")
    desk.aws.refuse("ecs", "describe_services", "ThrottlingException")
    assert desk.verify(page()) == []
    (again,) = desk.sent()
    assert parse(again["Body"]) == ClusterPage(REGION, "tutorial", "", ("web",), attempt=1, chain="0")
    assert desk.queue.delays == [60]
    desk.aws.refuse("ecs", "describe_services", "ThrottlingException")
    assert desk.verify(page(services=["web"], attempt=3)) == []
    swept = desk.ledger.estate(REGION)["tutorial"]
    assert (swept.tasks, swept.verified) == (1, 0)


def test_a_page_for_which_no_time_is_left_is_sent_on_as_it_is(desk: Desk) -> None:
    desk.left = lambda: 44
    assert desk.verify(page(token="here", services=["web"])) == []
    (again,) = desk.sent()
    assert parse(again["Body"]) == ClusterPage(REGION, "tutorial", "here", ("web",), chain="0")


def test_a_page_whose_time_runs_out_sends_on_the_rest(desk: Desk) -> None:
    names = [f"web{n:02}" for n in range(22)]
    lists_services(desk, *names, more="more")
    for first in (0, 10):
        part = names[first : first + 10]
        off = [answers.service(name, serviceConnectConfiguration={"enabled": False}) for name in part]
        asked = {"cluster": "tutorial", "services": part, "include": ["TAGS"]}
        desk.aws.answer("ecs", "describe_services", {"services": off}, **asked)
    left = iter([100, 100, 100, 100, 100, 44])  # as it begins, before each of three calls, before the next services
    desk.left = lambda: next(left)
    assert desk.verify(page()) == []
    (rest,) = desk.sent()
    assert parse(rest["Body"]) == ClusterPage(REGION, "tutorial", "more", ("web20", "web21"), chain="0")


@pytest.mark.parametrize(("minutes", "begins"), [(15, False), (61, True)])
def test_a_sweep_begins_when_the_one_before_has_ended_or_is_lost(desk: Desk, minutes: float, begins: bool) -> None:
    lists_services(desk, "web", more="more")
    desk.looks_in_full()
    desk.verify(page(chain="before"))
    desk.clock.forward(60 * minutes)
    desk.memory = Memory(REGION, None, desk.clock)
    if begins:
        lists_services(desk, "web")
        desk.looks_in_full()
    desk.verify(page())
    assert ("tutorial" in desk.ledger.estate(REGION)) is begins


def test_the_next_sweep_begins_as_soon_as_this_one_has_ended(desk: Desk) -> None:
    for chain in ("one", "two"):
        lists_services(desk)
        desk.verify(page(chain=chain))
        assert desk.ledger.estate(REGION)["tutorial"].at == desk.clock()
        desk.clock.forward(1)


def test_a_page_that_is_throttled_is_sent_for_again_and_then_left_to_the_next_sweep(desk: Desk) -> None:
    for attempt in (1, 2, 3):
        desk.aws.refuse("ecs", "list_services", "ThrottlingException")
        assert desk.verify(page(token="more", running=7, chain="one", attempt=attempt - 1)) == []
        (again,) = desk.sent()
        assert parse(again["Body"]) == ClusterPage(REGION, "tutorial", "more", chain="one", running=7, attempt=attempt)
    desk.aws.refuse("ecs", "list_services", "ThrottlingException")
    assert desk.verify(page(chain="one", attempt=3)) == [] and desk.sent() == []
    lists_services(desk)
    assert desk.verify(page(chain="two")) == [] and "tutorial" in desk.ledger.estate(REGION)


def test_a_cluster_that_cannot_be_listed_for_an_hour_is_not_covered(desk: Desk) -> None:
    lists_services(desk, token="more")
    desk.verify(page(token="more", meshed=1, running=10, verified=10))
    for minutes, expected in ((59, set()), (2, {"tutorial"})):
        desk.clock.forward(60 * minutes)
        desk.aws.refuse("ecs", "list_services", "ThrottlingException")
        assert desk.verify(page(chain="one", attempt=3)) == []
        assert set(desk.states(itself(REGION)).get(Subject("SC904"), {})) == expected
    (member,) = desk.ledger.members(itself(REGION), Subject("SC904"))
    assert member.sentence.startswith("0 of 10 running") and member.severity is Severity.WARNING


def test_what_is_not_covered_for_a_day_is_an_error(desk: Desk) -> None:
    first = desk.clock()
    for hours, severity in ((0, None), (1, Severity.WARNING), (23, Severity.WARNING), (1, Severity.ERROR)):
        desk.clock.forward(3600 * hours)
        lists_services(desk, token="more")
        desk.verify(page(token="more", meshed=1, running=10, verified=9))
        found = desk.ledger.members(itself(REGION), Subject("SC904"))
        assert [each.severity for each in found] == ([severity] if severity else [])
    assert found[0].sentence.endswith(f"no sweep since {first + timedelta(hours=1):%Y-%m-%d %H:%M} UTC verified all")


def test_a_page_that_is_refused_is_sc902_and_does_not_come_again(desk: Desk) -> None:
    desk.aws.refuse("ecs", "list_services", "AccessDeniedException")
    assert desk.verify(page()) == []
    assert desk.states(itself(REGION)) == {Subject("SC902", "ecs:ListServices"): {"tutorial": MemberState.FAIL}}
    desk.clock.forward(900)
    lists_services(desk)
    desk.verify(page(chain="the next sweep"))
    assert desk.states(itself(REGION)) == {}, "the next sweep looks again"


def test_the_first_page_sends_for_services_that_are_not_at_rest_and_not_listed(desk: Desk) -> None:
    desk.fails()
    lists_services(desk)
    assert desk.verify(page()) == []
    (sent,) = desk.sent()
    assert parse(sent["Body"]) == ServiceLook(REGION, "tutorial", "web")


def test_what_the_first_sweep_finds_was_there_already_and_what_the_second_finds_was_not(desk: Desk) -> None:
    for baseline in (True, False):
        lists_services(desk, "web")
        desk.looks_in_full()
        desk.verify(page())
        (member,) = desk.ledger.members(PLACE, Subject("SC106"))
        assert member.baseline is baseline
        desk.clock.forward(450)
        desk.ledger.record(PLACE, Subject("SC106"), replace(member, state=MemberState.PASS, observed_at=desk.clock()))
        desk.clock.forward(450)
        desk.memory = Memory(REGION, None, desk.clock)


def test_the_second_look_after_a_first_sweep_knows_that_it_was_one(desk: Desk) -> None:
    lists_services(desk, "web")
    desk.knows_the_service()
    desk.finds(0, AWS_INSTANCE_PORT="9999")
    desk.describes(0)
    desk.looks_around()
    desk.verify(page())
    (again,) = desk.sent()
    assert set(parse(again["Body"]).fresh) == set(BY_ID)


def remembered(desk: Desk, *names: str) -> None:
    """Sweeps have met these services."""
    for name in names:
        ServiceStates(desk.edges.table).keep(
            Place(REGION, "tutorial", name), ServiceState(1, 1, (), {}, ""), desk.clock()
        )


def test_a_service_that_was_deleted_is_looked_at_and_forgotten(desk: Desk) -> None:
    """Else what could not be judged of it would be held against the cluster for a day."""
    remembered(desk, "gone", "web")
    lists_services(desk, "web")
    desk.looks_in_full()
    assert desk.verify(page()) == []
    (sent,) = desk.sent()
    assert parse(sent["Body"]) == ServiceLook(REGION, "tutorial", "gone")
    asked = {"cluster": "tutorial", "services": ["gone"], "include": ["TAGS"]}
    desk.aws.answer(
        "ecs", "describe_services", {"services": [], "failures": answers.missing("service", "gone")}, **asked
    )
    assert desk.verify(sent["Body"]) == []
    left = ServiceStates(desk.edges.table).of_cluster(REGION, "tutorial")
    assert [place.service for place, *_ in left] == ["web"]


def test_what_is_on_another_page_is_not_taken_for_gone(desk: Desk) -> None:
    remembered(desk, "api", "gone", "web")
    lists_services(desk, "web", more="more")
    desk.looks_in_full()
    desk.verify(page())
    (second,) = desk.sent()
    message = parse(second["Body"])
    assert isinstance(message, ClusterPage) and message.unmet == ("api", "gone")
    lists_services(desk, "api", token="more")
    asked = {"cluster": "tutorial", "services": ["api"], "include": ["TAGS"]}
    desk.aws.answer(
        "ecs", "describe_services", {"services": [], "failures": answers.missing("service", "api")}, **asked
    )
    desk.verify(second["Body"])
    assert [parse(each["Body"]) for each in desk.sent()] == [ServiceLook(REGION, "tutorial", "gone")]


def test_looks_at_many_services_are_taken_few_at_a_time_and_the_rest_is_sent_for_anew(desk: Desk) -> None:
    names = [f"web{n:02}" for n in range(22)]
    for first in (0, 10):
        part = names[first : first + 10]
        off = [answers.service(name, serviceConnectConfiguration={"enabled": False}) for name in part]
        asked = {"cluster": "tutorial", "services": part, "include": ["TAGS"]}
        desk.aws.answer("ecs", "describe_services", {"services": off}, **asked)
    left = iter([100, 100, 100, 44])  # as it begins, before each of two calls, before the next services
    desk.left = lambda: next(left)
    assert desk.verify(*(body(ServiceLook(REGION, "tutorial", name)) for name in names)) == []
    sent = [parse(each["Body"]) for each in desk.sent()]
    assert sent == [ServiceLook(REGION, "tutorial", name) for name in ("web20", "web21")]
