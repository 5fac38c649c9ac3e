"""What is odd about one task, service or message holds up nobody else."""

import json
from types import SimpleNamespace
from typing import Any, cast

import pytest
from botocore.exceptions import ClientError

from scaudit.audit import tasks as looks
from scaudit.audit.isolation import Keeping
from scaudit.audit.outcomes import Outcome, ServiceJudged, Unseen
from scaudit.audit.recorder import Recorder, Said
from scaudit.collect.services import Whole
from scaudit.judge.tasks import judge_task
from scaudit.model import Unread
from scaudit.model.places import Subject
from scaudit.queue.bodies import parse
from scaudit.queue.messages import ServiceLook, TaskNudge, TaskNudges
from scaudit.store.keys import itself
from tests.builders import NOW, REGION, SERVICE
from tests.fakes import answers
from tests.fakes.laid_out import finds
from tests.fakes.verify_desk import SUBJECT, Desk, nudge, page, service_look

BARE = {**answers.service()["deployments"][0]["serviceConnectConfiguration"], "namespace": "mesh"}


def own(desk: Desk) -> dict[str, set[str]]:
    """What scaudit finds wrong with itself: whom, by subject."""
    return {subject.key: set(members) for subject, members in desk.ledger.standing(itself(REGION)).items()}


def describes_raw(desk: Desk, *raw: dict[str, Any], asked: tuple[int, ...]) -> None:
    ids = [answers.task_id(n) for n in asked]
    desk.aws.answer("ecs", "describe_tasks", {"tasks": list(raw)}, cluster="tutorial", tasks=ids)


def without(member: str, n: int) -> dict[str, Any]:
    return {name: value for name, value in answers.task(n).items() if name != member}


def judged_together(desk: Desk, *numbers: int) -> None:
    desk.knows_the_service()
    desk.knows_the_definition()
    desk.finds(*numbers)


def test_J21_a_task_without_its_creation_is_unknown_and_its_sibling_is_judged(desk: Desk) -> None:
    for first in (True, False):
        describes_raw(desk, without("createdAt", 0), answers.task(1), asked=(0, 1))
        desk.knows_the_service()
        if first:
            desk.knows_the_definition()
        desk.registers(1)
        assert desk.verify(nudge(0), nudge(1)) == [] and desk.sent() == []
        odd, sibling = desk.records()[-2:]
        assert (odd["task_id"], odd["verdict"]) == (answers.task_id(0), "unknown") and "createdAt" in odd["reason"]
        assert (sibling["task_id"], sibling["verdict"]) == (answers.task_id(1), "pass")
        what = f"tutorial/{answers.task_id(0)}"
        assert own(desk) == {"SC901#ecs:DescribeTasks": {what}}
        desk.clock.forward(60)
    (member,) = desk.ledger.members(itself(REGION), Subject("SC901", "ecs:DescribeTasks"))
    assert "has a shape not known to scaudit: KeyError: 'createdAt'" in member.sentence
    desk.sees()
    assert desk.verify(nudge(0)) == []
    assert own(desk) == {}, "the answer is whole again"


def test_J21_a_task_that_does_not_say_which_it_is_is_not_taken_for_gone(desk: Desk) -> None:
    describes_raw(desk, without("taskArn", 0), answers.task(1), asked=(0, 1))
    describes_raw(desk, without("taskArn", 0), asked=(0,))
    desk.knows_the_service()
    desk.knows_the_definition()
    desk.registers(1)
    assert desk.verify(nudge(0), nudge(1)) == []
    assert {r["task_id"]: r["verdict"] for r in desk.records()} == {
        answers.task_id(0): "unknown",
        answers.task_id(1): "pass",
    }


def test_J21_a_cluster_whose_services_cannot_be_listed_is_told_and_no_dead_letter(desk: Desk) -> None:
    desk.aws.answer("ecs", "list_services", {}, cluster="tutorial", maxResults=100)
    assert desk.verify(page()) == []
    assert own(desk) == {"SC901#ecs:ListServices": {"tutorial"}}


def test_J21_tasks_that_cannot_be_listed_are_not_none(desk: Desk) -> None:
    desk.fails()
    desk.clock.forward(25 * 3600)
    desk.knows_the_service()
    desk.finds()
    describes_raw(desk, asked=(0,))
    asked = {"cluster": "tutorial", "maxResults": 100, "serviceName": "web", "desiredStatus": "RUNNING"}
    desk.aws.answer("ecs", "list_tasks", {}, **asked)
    desk.looks_around()
    assert desk.verify(service_look()) == []
    assert own(desk) == {"SC901#ecs:ListTasks": {"tutorial/web"}}
    assert SUBJECT in desk.states(), "that nothing was seen of it closes nothing while tasks may be missing"


@pytest.mark.parametrize("told", ["mesh", "ns-vdpucf3aztj23ecw"])
def test_J21_a_namespace_is_found_by_its_name_and_by_its_id(desk: Desk, told: str) -> None:
    desk.knows_the_service(serviceConnectConfiguration=BARE | {"namespace": told})
    desk.describes(0)
    if told == "mesh":
        asked = {"Filters": [{"Name": "NAME", "Values": ["mesh"], "Condition": "EQ"}], "MaxResults": 100}
        named = {"Namespaces": [{"Arn": answers.NAMESPACE, "Name": "mesh"}]}
        desk.aws.answer("servicediscovery", "list_namespaces", named, **asked)
    else:
        desk.aws.answer("servicediscovery", "get_namespace", answers.namespace(), Id=told)
    desk.finds(0)
    desk.looks_around()
    assert desk.verify(service_look()) == []
    (record,) = desk.records("service")
    assert {"SC101", "SC104"} <= set(record["passed"]) and [r["verdict"] for r in desk.records()] == ["pass"]


@pytest.mark.parametrize("found", [0, 2])
def test_J21_a_name_of_no_or_of_several_namespaces_is_unknown(desk: Desk, found: int) -> None:
    desk.knows_the_service(serviceConnectConfiguration=BARE)
    named = {"Namespaces": [{"Arn": f"{answers.NAMESPACE}{n}", "Name": "mesh"} for n in range(found)]}
    asked = {"Filters": [{"Name": "NAME", "Values": ["mesh"], "Condition": "EQ"}], "MaxResults": 100}
    desk.aws.answer("servicediscovery", "list_namespaces", named, **asked)
    desk.lists(0)
    desk.describes(0)
    desk.knows_the_definition()
    desk.aws.answer("servicediscovery", "get_service", answers.cloud_map_service(), Id="srv-nginx")
    assert desk.verify(service_look()) == []
    (record,) = desk.records("service")
    assert "SC101" in record["unknown"] and f"this account has {found} namespaces" in str(record["findings"])


def test_J21_a_task_whose_judging_breaks_is_told_and_its_sibling_is_judged(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(seen: Any, rules: Any) -> Any:
        if seen.task.id == answers.task_id(0):
            raise ZeroDivisionError("odd")
        return judge_task(seen, rules)

    monkeypatch.setattr(looks, "judge_task", broken)
    desk.describes(0, 1)
    judged_together(desk, 0, 1)
    for n in (0, 1):
        desk.describes(n)
        desk.knows_the_service()
        desk.registers(n)
    assert desk.verify(nudge(0), nudge(1)) == []
    assert [(r["task_id"], r["verdict"]) for r in desk.records()] == [(answers.task_id(1), "pass")]
    assert own(desk) == {"SC901#look": {f"tutorial/{answers.task_id(0)}"}}


def test_J21_a_service_whose_judging_breaks_is_told(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*how: Any) -> Any:
        raise ZeroDivisionError("odd")

    monkeypatch.setattr("scaudit.audit.services.judge_service", broken)
    desk.looks_in_full()
    assert desk.verify(service_look()) == []
    assert own(desk) == {"SC901#look": {"tutorial/web"}}


def test_J21_a_task_that_cannot_be_written_comes_again_alone(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    keep = Recorder.keep

    def broken(self: Recorder, outcome: Any) -> Any:
        if getattr(outcome, "nudge", None) and outcome.nudge.task == answers.task_id(0):
            raise RuntimeError("too large")
        return keep(self, outcome)

    monkeypatch.setattr(Recorder, "keep", broken)
    desk.describes(0, 1)
    judged_together(desk, 0, 1)
    assert desk.verify(nudge(0), nudge(1)) == ["0"]
    assert [r["task_id"] for r in desk.records()] == [answers.task_id(1)]


@pytest.mark.parametrize(("refused", "again"), [(1, ["0"]), (5, ["0", "1", "2", "3", "4"])], ids=["one item", "all"])
def test_what_the_table_did_not_take_comes_again_and_is_then_kept_once(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, refused: int, again: list[str]
) -> None:
    """And no next look is lost, nor sent for twice: each of them is suspected."""
    numbers, writes, broken = range(5), desk.dynamodb.update_item, [answers.task_id(n) for n in range(refused)]

    def update_item(**asked: Any) -> Any:
        if any(asked["Key"]["sk"]["S"].endswith(task) for task in broken):
            raise ClientError({"Error": {"Code": "ProvisionedThroughputExceededException"}}, "UpdateItem")
        return writes(**asked)

    monkeypatch.setattr(desk.dynamodb, "update_item", update_item)

    def sees(*numbers: int, first: bool = False) -> None:
        desk.describes(*numbers)
        desk.knows_the_service()
        if first:
            desk.knows_the_definition()
        if len(numbers) == 1:
            desk.registers(*numbers, AWS_INSTANCE_PORT="9999")
        else:
            if first:
                desk.aws.answer("servicediscovery", "get_namespace", answers.namespace(), Id="ns-vdpucf3aztj23ecw")
            finds(desk.aws, *numbers, AWS_INSTANCE_PORT="9999")

    bodies = [nudge(n, chain=f"c{n}") for n in numbers]
    sees(*numbers, first=True)
    assert desk.verify(*bodies) == again
    broken.clear()
    sent = [each["Body"] for each in desk.sent()]
    sees(*range(refused))
    assert desk.verify(*(bodies[int(n)] for n in again)) == []
    sent += [each["Body"] for each in desk.sent()]
    found = [parse(text) for text in sent]
    looks = [one for each in found for one in (each.nudges if isinstance(each, TaskNudges) else [each])]
    assert sorted(look.task for look in looks if isinstance(look, TaskNudge)) == [answers.task_id(n) for n in numbers]
    assert {look.look for look in looks if isinstance(look, TaskNudge)} == {1}


def test_J22_a_message_that_names_no_region_is_a_dead_letter_and_the_rest_goes_on(desk: Desk) -> None:
    detail = {"group": "service:web", "clusterArn": answers.CLUSTER_ARN, "taskArn": ":task/tutorial/short"}
    event = {"source": "aws.ecs", "detail-type": "ECS Task State Change", "detail": detail}
    desk.sees(first=True)
    assert desk.verify(json.dumps(event), nudge()) == []
    (dead,) = desk.sent(desk.dead)
    assert "names no Region" in dead["MessageAttributes"]["reason"]["StringValue"]
    assert [r["verdict"] for r in desk.records()] == ["pass"]


def test_J29_a_later_event_does_not_end_the_chain_of_a_look_that_is_due(desk: Desk) -> None:
    desk.sees(first=True, AWS_INSTANCE_PORT="9999")
    desk.verify(nudge(chain="before"))
    (due,) = desk.sent()
    desk.clock.forward(30)  # less than SecondLook: the suspicion is not settled yet
    desk.describes(0, version=6)
    desk.knows_the_service()
    for _ in range(2):
        desk.registers(AWS_INSTANCE_PORT="9999")
    desk.describes(0, version=6)
    assert desk.verify(nudge(version=6), due["Body"]) == []
    (again,) = desk.sent()
    told = parse(again["Body"])
    assert isinstance(told, TaskNudge) and (told.chain, told.version, list(told.suspected)) == (
        "before",
        6,
        [SUBJECT.key],
    )


def test_J30_a_look_for_which_no_time_is_left_is_sent_for_anew(desk: Desk) -> None:
    desk.left = lambda: 44
    assert desk.verify(service_look()) == []
    (again,) = desk.sent()
    assert parse(again["Body"]) == ServiceLook(REGION, "tutorial", "web")


@pytest.mark.parametrize("blind", [False, True])
def test_a_service_of_which_one_task_could_not_be_seen_is_not_seen_whole(blind: bool) -> None:
    """Else every running task would be said to pass, an hour after one was lost."""
    nudge = TaskNudge(REGION, "tutorial", "web", "a")
    found: list[Outcome] = [ServiceJudged(SERVICE, [], NOW, Whole(SERVICE, {}, {}), [], ())]
    found += [Unseen(nudge, Unread("ecs:DescribeTasks is throttled"), NOW)] if blind else []
    keeping = Keeping(cast(Any, None), cast(Any, SimpleNamespace(keep=lambda outcome: Said())))
    assert list(keeping.looks([SERVICE], lambda _: iter(found))) == []
    assert keeping.whole == (set() if blind else {"web"})
