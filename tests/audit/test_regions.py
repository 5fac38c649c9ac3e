"""Linked Regions: each is audited with clients of its own, beside the others, and in its own partitions."""

import json
import threading
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from scaudit.collect.aws.reads import Reads
from scaudit.model.incidents import MemberState
from scaudit.model.places import Place, Subject
from scaudit.model.service_states import JUDGED
from scaudit.queue.bodies import body, parse
from scaudit.queue.messages import ClusterPage, NotOurs, OwnLook, RegionSweep, TaskNudge
from scaudit.store.keys import itself
from scaudit.store.memory import Memory
from tests.builders import ACCOUNT, REGION
from tests.fakes import answers
from tests.fakes.stubbed import Clock, Stubbed, reads
from tests.fakes.verify_desk import SUBJECT, Desk, nudge

LINKED, THERE = "eu-west-1", Place("eu-west-1", "tutorial", "web")


@pytest.fixture
def linked(desk: Desk, clock: Clock) -> Iterator[Desk]:
    """The same function, where another Region is linked: what is laid out at this desk, is there."""
    with Stubbed() as aws:
        desk.settings = replace(
            desk.settings, linked_regions=(LINKED,), topic=f"arn:aws:sns:{REGION}:{ACCOUNT}:findings"
        )
        memory, own = Memory(LINKED, None, clock), desk.reads

        def of(region: str) -> Reads:
            return reads(aws.clients, memory) if region == LINKED else own(region)

        there = object.__new__(Desk)
        there.__dict__.update(desk.__dict__ | {"aws": aws})
        desk.reads = there.reads = of  # type: ignore[method-assign]
        for n in range(4):
            desk.ledger.mark_logs({(THERE, answers.task_id(n)): JUDGED}, clock())
        yield there


def there(n: int = 0) -> str:
    return body(TaskNudge(LINKED, "tutorial", "web", answers.task_id(n), 5))


def test_regions_of_a_batch_are_read_by_their_own_clients_into_their_own_partitions(desk: Desk, linked: Desk) -> None:
    desk.sees(first=True)
    linked.sees(first=True, AWS_INSTANCE_PORT="9999")
    assert desk.verify(nudge(), there()) == []
    assert {record["region"]: record["verdict"] for record in desk.records()} == {REGION: "pass", LINKED: "pending"}
    (again,) = map(parse, [message["Body"] for message in desk.sent()])
    assert isinstance(again, TaskNudge) and again.region == LINKED and SUBJECT.key in again.suspected
    calls = {record["region"]: record["calls"] for record in desk.records("batch")}
    assert calls == {REGION: 4, LINKED: 5}, "its cluster may be silenced"


def test_regions_of_a_batch_are_read_side_by_side(desk: Desk, linked: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each waits for the other: one after the other they would wait for ever."""
    meet = threading.Barrier(2, timeout=10)
    for each in (desk, linked):
        each.sees(first=True)
        each.aws.clients["ecs"].meta.events.register_first(
            "before-parameter-build.ecs.DescribeTasks", lambda **_: _met(meet)
        )
    assert desk.verify(nudge(), there()) == [] and len(desk.records()) == 2


def _met(barrier: threading.Barrier) -> None:
    barrier.wait()


def test_a_region_that_breaks_holds_up_no_other(desk: Desk, linked: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    desk.sees(first=True)
    good = desk.reads

    def of(region: str) -> Reads:
        if region == LINKED:
            raise RuntimeError("no clients for it")
        return good(region)

    monkeypatch.setattr(desk, "reads", of)
    assert desk.verify(there(), nudge(), there(1)) == ["0", "2"]
    assert [record["region"] for record in desk.records()] == [REGION]


def test_a_region_of_which_nothing_may_be_read_is_unknown_and_told(desk: Desk, linked: Desk) -> None:
    linked.aws.refuse("ecs", "list_clusters", "AccessDeniedException")
    assert desk.verify(body(RegionSweep(LINKED))) == []
    linked.aws.refuse("ecs", "describe_tasks", "AccessDeniedException")
    assert desk.verify(there()) == []
    assert {record["verdict"] for record in (*desk.records(), *desk.records("sweep"))} == {"unknown"}
    refused = {subject.endpoint for subject in desk.states(itself(LINKED)) if subject.check == "SC902"}
    assert refused == {"ecs:ListClusters", "ecs:DescribeTasks"} and desk.states(itself(REGION)) == {}


def test_the_topic_is_asked_for_in_its_own_region_only(desk: Desk, linked: Desk) -> None:
    assert desk.verify(body(OwnLook(LINKED))) == []
    assert Subject("SC905") not in desk.states(itself(LINKED))


def test_a_region_that_is_not_linked_is_left_alone(desk: Desk, linked: Desk) -> None:
    elsewhere = TaskNudge("us-east-1", "tutorial", "web", "a"), ClusterPage("us-east-1", "tutorial")
    assert desk.verify(*map(body, elsewhere)) == [] and desk.written == []


def event(**changes: Any) -> str:
    told = {
        "source": "aws.ecs",
        "detail-type": "ECS Task State Change",
        "account": ACCOUNT,
        "region": LINKED,
        "detail": {
            "group": "service:web",
            "version": 5,
            "clusterArn": answers.CLUSTER_ARN,
            "taskArn": answers.task()["taskArn"],
        },
    }
    return json.dumps(told | changes)


def test_a_forwarded_event_is_of_the_region_that_it_names(desk: Desk, linked: Desk) -> None:
    linked.sees(first=True)
    assert desk.verify(event()) == []
    assert [record["region"] for record in desk.records()] == [LINKED]


@pytest.mark.parametrize(
    "forged", [{"account": "999999999999"}, {"account": None}, {"source": "custom"}, {"region": "us-east-1"}]
)
def test_a_forged_event_is_not_taken(desk: Desk, linked: Desk, forged: dict[str, str]) -> None:
    assert desk.verify(event(**forged)) == [] and desk.written == [] and desk.sent(desk.dead) == []


def test_an_event_of_any_account_is_one_where_none_is_asked_for() -> None:
    assert isinstance(parse(event(account="999999999999")), TaskNudge)
    assert isinstance(parse(event(account="999999999999"), ACCOUNT), NotOurs)


def test_what_fails_in_one_region_says_nothing_of_a_service_of_that_name_in_another(desk: Desk, linked: Desk) -> None:
    desk.fails(0)
    assert desk.states(THERE) == {} and desk.states()[SUBJECT] == {answers.task_id(0): MemberState.FAIL}
