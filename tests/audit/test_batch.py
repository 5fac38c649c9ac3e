"""A batch of queue messages, from SQS records to the ledger, the record and the messages sent on."""

import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta
from math import inf
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.stub import ANY

from scaudit.audit.batch import verify
from scaudit.audit.context import LAG, Edges
from scaudit.audit.services import over
from scaudit.checks import BY_ID
from scaudit.model.incidents import EVERY_TASK, Incident, Member, MemberState, Phase, broken
from scaudit.queue.bodies import body, parse
from scaudit.queue.messages import ClusterPage, IncidentLook, OwnLook, ServiceLook, TaskNudge
from scaudit.queue.queue import Queue
from scaudit.settings import VerifySettings
from scaudit.store.items import Kept
from scaudit.store.keys import itself, partition
from scaudit.store.ledger import Ledger
from scaudit.store.memory import Memory
from scaudit.store.table import Table
from tests.builders import ARN, DEPLOYMENT_ID, NOW, REGION, SERVICE, TASK_SET
from tests.fakes import answers
from tests.fakes.stubbed import TABLE, Clock, Stubbed, reads

TRANSCRIPTS = Path(__file__).parents[1] / "data" / "proxy-logs"
PK, SUBJECT = partition(REGION, "tutorial", "web"), "SC203#nginx"


class Impatient(Queue):
    """The queue with its delays noted instead of waited for."""

    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments)
        self.delays: list[int] = []

    def send(self, message: Any, delay: int = 0) -> None:
        self.delays.append(delay)
        super().send(message)


class Desk:
    """One verify function's surroundings: stubbed ECS and Cloud Map, moto's table and queues."""

    def __init__(self, aws: Stubbed, dynamodb: Any, clock: Clock) -> None:
        self.aws, self.clock = aws, clock
        self.sqs = boto3.client("sqs", region_name=REGION)
        self.url, self.dead = (self.sqs.create_queue(QueueName=name)["QueueUrl"] for name in ("queue", "dead"))
        self.ledger = Ledger(Table(dynamodb, TABLE))
        for n in range(4):  # what these tests are about is not their logs
            self.ledger.log_read(PK, answers.task_id(n), clock())
        self.written: list[Mapping[str, Any]] = []
        self.memory = Memory(REGION, None, clock)
        self.left: Callable[[], float] = lambda: inf
        self.queue = Impatient(self.sqs, self.url, self.dead)
        self.edges = Edges(Table(dynamodb, TABLE), self.ledger, self.queue, clock, self.written.append)
        self.settings = VerifySettings(
            REGION, TABLE, self.url, self.dead, 1.0, 60, 900, ("tutorial", "prod-*"), 5, "arn:topic"
        )

    def verify(self, *bodies: str) -> list[str]:
        records = [{"messageId": str(n), "body": text} for n, text in enumerate(bodies)]
        return verify(records, reads(self.aws.clients, self.memory, self.left), self.edges, self.settings)

    def sent(self, url: str = "") -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = []
        while got := self.sqs.receive_message(
            QueueUrl=url or self.url, MaxNumberOfMessages=10, MessageAttributeNames=["All"], VisibilityTimeout=900
        ).get("Messages"):
            found += got
        return found

    def records(self, kind: str = "task") -> list[Mapping[str, Any]]:
        return [record for record in self.written if record["record"] == kind]

    def states(self, pk: str = PK) -> dict[str, dict[str, MemberState]]:
        found = self.ledger.standing(pk)
        return {subject: {id: member.state for id, member in members.items()} for subject, members in found.items()}

    def describes(self, *numbers: int, **changes: Any) -> None:
        tasks = [answers.task(n, **changes) for n in numbers]
        ids = [answers.task_id(n) for n in numbers]
        self.aws.answer("ecs", "describe_tasks", {"tasks": tasks}, cluster="tutorial", tasks=ids)

    def knows_the_service(self, **changes: Any) -> None:
        answer = {"services": [answers.service(**changes)]}
        self.aws.answer("ecs", "describe_services", answer, cluster="tutorial", services=["web"], include=["TAGS"])

    def knows_the_definition(self) -> None:
        arn = answers.task_definition()["taskDefinitionArn"]
        answer = {"taskDefinition": answers.task_definition()}
        self.aws.answer("ecs", "describe_task_definition", answer, taskDefinition=arn)

    def registers(self, n: int = 0, **changes: str) -> None:
        answer = {"Instance": {"Id": answers.task_id(n), "Attributes": answers.attributes(n, **changes)}}
        parameters = {"ServiceId": "srv-nginx", "InstanceId": answers.task_id(n)}
        self.aws.answer("servicediscovery", "get_instance", answer, **parameters)

    def finds(self, *registered: int, **changes: str) -> None:
        """What clients discover of the service."""
        rows = [{"InstanceId": answers.task_id(n), "Attributes": answers.attributes(n, **changes)} for n in registered]
        self.aws.answer("servicediscovery", "get_namespace", answers.namespace(), Id="ns-vdpucf3aztj23ecw")
        asked = {"NamespaceName": "other-name", "ServiceName": "nginx", "MaxResults": 1000, "HealthStatus": "ALL"}
        self.aws.answer("servicediscovery", "discover_instances", {"Instances": rows}, **asked)

    def lists(self, *numbers: int, desired: str = "RUNNING") -> None:
        arns = [answers.task(n)["taskArn"] for n in numbers]
        asked = {"cluster": "tutorial", "maxResults": 100, "serviceName": "web", "desiredStatus": desired}
        self.aws.answer("ecs", "list_tasks", {"taskArns": arns}, **asked)

    def looks_around(self) -> None:
        """What stands around the service."""
        self.knows_the_definition()
        self.aws.answer("servicediscovery", "get_service", answers.cloud_map_service(), Id="srv-nginx")

    def sees(self, *, first: bool = False, **registered: str) -> None:
        """One look at task 0 and, when the registration is wrong, the confirming one."""
        self.describes(0)
        self.knows_the_service()
        if first:
            self.knows_the_definition()
        self.registers(**registered)
        if registered:
            self.registers(**registered)
            self.describes(0)


@pytest.fixture
def desk(aws: Stubbed, dynamodb: Any, clock: Clock) -> Desk:
    return Desk(aws, dynamodb, clock)


def nudge(n: int = 0, **changes: Any) -> str:
    return body(TaskNudge(REGION, "tutorial", "web", answers.task_id(n), **{"version": 5, **changes}))


def test_a_healthy_task_is_recorded_and_costs_four_reads_and_no_write(desk: Desk) -> None:
    desk.sees(first=True)
    assert desk.verify(nudge()) == []
    (record,) = desk.records()
    assert (record["verdict"], record["failed"], record["passed"][0]) == ("pass", [], "SC102")
    assert desk.states() == {} and desk.sent() == []
    (cost,) = desk.records("batch")
    assert (cost["calls"], cost["tasks"]) == (4, 1)


def test_a_wrong_port_is_confirmed_looked_at_twice_and_then_recorded(desk: Desk) -> None:
    desk.sees(first=True, AWS_INSTANCE_PORT="9999")
    assert desk.verify(nudge()) == []
    assert desk.states() == {} and desk.records()[0]["pending"] == ["SC203"]
    (again,) = desk.sent()
    told = parse(again["Body"])
    assert isinstance(told, TaskNudge) and (told.look, list(told.suspected)) == (1, [SUBJECT])
    assert desk.queue.delays == [60]  # SecondLook

    desk.clock.forward(61)
    desk.sees(AWS_INSTANCE_PORT="9999")
    assert desk.verify(again["Body"]) == [] and desk.sent() == []
    assert desk.states() == {SUBJECT: {answers.task_id(0): MemberState.FAIL}}
    (member,) = desk.ledger.members(PK, SUBJECT)
    assert member.sentence == "registered port is 9999, expected 80"

    desk.clock.forward(60)
    desk.sees()
    desk.verify(nudge())
    assert desk.states() == {}


def test_a_task_that_leaves_while_it_is_confirmed_is_dropped_silently(desk: Desk) -> None:
    desk.describes(0)
    desk.knows_the_service()
    desk.knows_the_definition()
    desk.aws.refuse("servicediscovery", "get_instance", "InstanceNotFound")
    desk.aws.refuse("servicediscovery", "get_instance", "InstanceNotFound")
    desk.describes(0, lastStatus="DEACTIVATING", desiredStatus="STOPPED")
    assert desk.verify(nudge()) == []
    assert desk.records() == [] and desk.states() == {} and desk.sent() == []


def test_a_confirmation_that_could_not_be_read_proves_nothing(desk: Desk) -> None:
    desk.describes(0)
    desk.knows_the_service()
    desk.knows_the_definition()
    desk.registers(AWS_INSTANCE_PORT="9999")
    desk.registers(AWS_INSTANCE_PORT="9999")
    desk.aws.refuse("ecs", "describe_tasks", "ThrottlingException")
    desk.verify(nudge(suspected={SUBJECT: "2026-11-23T11:00:00+00:00"}))
    assert desk.states() == {} and "SC203" in desk.records()[0]["unknown"]
    assert len(desk.sent()) == 1


def test_a_failing_task_that_stops_is_lost_and_not_mended(desk: Desk) -> None:
    desk.sees(first=True, AWS_INSTANCE_PORT="9999")
    desk.verify(nudge(suspected={SUBJECT: "2026-11-23T11:00:00+00:00"}))
    desk.clock.forward(1)
    desk.describes(0, **stopped(0))
    desk.verify(nudge(version=7))
    assert desk.states() == {SUBJECT: {answers.task_id(0): MemberState.LOST}}


def test_an_answer_older_than_the_event_is_looked_at_again(desk: Desk) -> None:
    desk.describes(0, lastStatus="ACTIVATING", version=4)
    desk.verify(nudge(version=5))
    (again,) = desk.sent()
    assert parse(again["Body"]) == parse(nudge(version=5, look=1, chain="0")) and desk.records() == []
    assert desk.queue.delays == [15]


@pytest.mark.parametrize("status", ["PROVISIONING", "PENDING", "ACTIVATING"])
def test_a_task_on_its_way_up_is_left_to_its_own_event(desk: Desk, status: str) -> None:
    desk.describes(0, lastStatus=status, createdAt=NOW - timedelta(minutes=14))
    assert desk.verify(nudge()) == [] and desk.records() == [] and desk.sent() == []


def test_an_unknown_last_status_is_unknown(desk: Desk) -> None:
    desk.describes(0, lastStatus="HIBERNATING")
    desk.verify(nudge())
    (record,) = desk.records()
    assert record["verdict"] == "unknown" and "HIBERNATING" in record["reason"]


def test_a_service_without_service_connect_is_none_of_ours(desk: Desk) -> None:
    desk.describes(0, containers=[{"name": "app"}])
    desk.knows_the_service(serviceConnectConfiguration={"enabled": False})
    assert desk.verify(nudge()) == [] and desk.records() == []


def test_a_refused_read_is_unknown_and_sc902_with_the_statement_to_add(desk: Desk) -> None:
    desk.describes(0)
    desk.aws.refuse("ecs", "describe_services", "AccessDeniedException", "on resource: arn:aws:ecs:x because")
    desk.knows_the_definition()
    desk.verify(nudge())
    (record,) = desk.records()
    assert record["verdict"] == "unknown"
    assert {"SC102", "SC201", "SC202", "SC203", "SC204", "SC301"}.isdisjoint(record["passed"])
    assert desk.states() == {}
    own = desk.states(itself(REGION))
    assert own == {"SC902#ecs:DescribeServices": {"tutorial": MemberState.FAIL}}
    (member,) = desk.ledger.members(itself(REGION), "SC902#ecs:DescribeServices")
    assert '"Action": "ecs:DescribeServices", "Resource": "arn:aws:ecs:x"' in member.sentence

    desk.clock.forward(60)
    desk.sees()
    desk.verify(nudge())
    assert desk.states(itself(REGION)) == {}


def test_a_throttled_description_is_asked_for_again_and_not_given_up_silently(desk: Desk) -> None:
    desk.aws.refuse("ecs", "describe_tasks", "ThrottlingException")
    assert desk.verify(nudge()) == []
    assert desk.records()[0]["verdict"] == "unknown" and len(desk.sent()) == 1


def test_a_hundred_tasks_of_one_service_cost_five_reads(desk: Desk) -> None:
    numbers = range(100)
    desk.describes(*numbers)
    desk.knows_the_service()
    desk.knows_the_definition()
    desk.aws.answer("servicediscovery", "get_namespace", answers.namespace(), Id="ns-vdpucf3aztj23ecw")
    found = [{"InstanceId": answers.task_id(n), "Attributes": answers.attributes(n)} for n in numbers]
    parameters = {"NamespaceName": "other-name", "ServiceName": "nginx", "MaxResults": 1000, "HealthStatus": "ALL"}
    desk.aws.answer("servicediscovery", "discover_instances", {"Instances": found}, **parameters)
    for n in numbers:
        desk.ledger.log_read(PK, answers.task_id(n), desk.clock())
    assert desk.verify(*(nudge(n) for n in numbers)) == []
    assert {record["verdict"] for record in desk.records()} == {"pass"} and len(desk.records()) == 100
    assert desk.records("batch")[0]["calls"] == 5


def test_duplicates_and_older_nudges_of_one_task_are_one_look(desk: Desk) -> None:
    desk.sees(first=True)
    desk.verify(nudge(), nudge(), nudge(version=3))
    assert len(desk.records()) == 1


def test_bad_messages_are_buried_with_their_reason_and_hold_up_nobody(desk: Desk) -> None:
    desk.sees(first=True)
    assert desk.verify("{", nudge(), '{"kind":"mystery"}', "", "{}") == []
    reasons = [m["MessageAttributes"]["reason"]["StringValue"] for m in desk.sent(desk.dead)]
    assert len(reasons) == 3 and "unknown kind 'mystery'" in reasons
    assert len(desk.records()) == 1


def test_what_could_not_be_recorded_is_not_acknowledged(desk: Desk, dynamodb: Any) -> None:
    desk.describes(0)
    desk.knows_the_service()
    desk.knows_the_definition()
    desk.registers()
    dynamodb.delete_table(TableName=TABLE)
    assert "0" in desk.verify(nudge(), "{}")


def test_clusters_that_are_not_included_and_other_regions_are_left_alone(desk: Desk) -> None:
    elsewhere = body(TaskNudge("eu-west-1", "tutorial", "web", "a"))
    assert desk.verify(body(TaskNudge(REGION, "dev", "web", "a")), elsewhere, body(ClusterPage(REGION, "dev"))) == []
    assert desk.records() == []


def test_an_incident_message_touches_the_incident(desk: Desk, dynamodb: Any) -> None:
    assert desk.verify(body(IncidentLook(PK, SUBJECT))) == []
    assert touches(dynamodb) == {f"{PK} touch#{SUBJECT}"}


def test_an_event_as_eventbridge_sends_it_is_audited(desk: Desk) -> None:
    event = {
        "source": "aws.ecs",
        "detail-type": "ECS Task State Change",
        "region": REGION,
        "detail": {
            "group": "service:web",
            "version": 5,
            "clusterArn": answers.CLUSTER_ARN,
            "taskArn": answers.task()["taskArn"],
            "new": [1],
        },
    }
    desk.sees(first=True)
    assert desk.verify(json.dumps(event)) == [] and len(desk.records()) == 1


def page(**changes: Any) -> str:
    return body(ClusterPage(REGION, "tutorial", **changes))


def lists_services(desk: Desk, *names: str, token: str = "", more: str = "") -> None:
    arns = [f"{ARN}:service/tutorial/{name}" for name in names]
    asked = {"cluster": "tutorial", "maxResults": 100} | ({"nextToken": token} if token else {})
    desk.aws.answer("ecs", "list_services", {"serviceArns": arns} | ({"nextToken": more} if more else {}), **asked)


def test_a_cluster_page_is_audited_and_the_next_one_sent_for(desk: Desk) -> None:
    lists_services(desk, "web", more="more")
    looks_in_full(desk)
    assert desk.verify(page()) == []
    (next_page,) = desk.sent()
    assert parse(next_page["Body"]) == ClusterPage(
        REGION, "tutorial", "more", chain="0", meshed=1, running=1, verified=1
    )
    assert desk.records()[0]["verdict"] == "pass"
    assert desk.ledger.estate(REGION) == {}


def test_the_last_page_says_what_was_gone_through(desk: Desk) -> None:
    lists_services(desk, "web", token="more")
    looks_in_full(desk)
    assert desk.verify(page(token="more", meshed=4, running=9, verified=8)) == []
    assert desk.sent() == []
    swept = desk.ledger.estate(REGION)["tutorial"]
    assert (swept.services, swept.tasks, swept.verified) == (5, 10, 9) and set(swept.checks) == set(BY_ID)
    assert "SC904#-" not in desk.states(itself(REGION))


def test_an_empty_cluster_is_gone_through_at_once(desk: Desk) -> None:
    lists_services(desk)
    assert desk.verify(page()) == [] and desk.sent() == []
    assert desk.ledger.estate(REGION)["tutorial"].services == 0


def test_tasks_that_could_not_be_verified_twice_are_sc904(desk: Desk) -> None:
    for expected in (set(), {"tutorial"}):
        lists_services(desk, token="more")
        desk.verify(page(token="more", meshed=1, running=10, verified=9))
        assert set(desk.states(itself(REGION)).get("SC904#-", {})) == expected
        desk.clock.forward(900)


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
    looks_in_full(desk)
    desk.verify(page(chain="before"))
    desk.clock.forward(60 * minutes)
    desk.memory = Memory(REGION, None, desk.clock)
    if begins:
        lists_services(desk, "web")
        looks_in_full(desk)
    desk.verify(page())
    assert ("tutorial" in desk.ledger.estate(REGION)) is begins


def test_the_next_sweep_begins_as_soon_as_this_one_has_ended(desk: Desk) -> None:
    for chain in ("one", "two"):
        lists_services(desk)
        desk.verify(page(chain=chain))
        assert desk.ledger.estate(REGION)["tutorial"].at == desk.clock()
        desk.clock.forward(1)


def test_a_page_that_is_throttled_comes_again(desk: Desk) -> None:
    desk.aws.refuse("ecs", "list_services", "ThrottlingException")
    assert desk.verify(page()) == ["0"]


def test_a_page_that_is_refused_is_sc902_and_does_not_come_again(desk: Desk) -> None:
    desk.aws.refuse("ecs", "list_services", "AccessDeniedException")
    assert desk.verify(page()) == []
    assert desk.states(itself(REGION)) == {"SC902#ecs:ListServices": {"tutorial": MemberState.FAIL}}
    desk.clock.forward(900)
    lists_services(desk)
    desk.verify(page(chain="the next sweep"))
    assert desk.states(itself(REGION)) == {}, "the next sweep looks again"


def test_the_first_page_sends_for_services_that_are_not_at_rest_and_not_listed(desk: Desk) -> None:
    fails(desk)
    lists_services(desk)
    assert desk.verify(page()) == []
    (sent,) = desk.sent()
    assert parse(sent["Body"]) == ServiceLook(REGION, "tutorial", "web")


def test_what_the_first_sweep_finds_was_there_already_and_what_the_second_finds_was_not(desk: Desk) -> None:
    for baseline in (True, False):
        lists_services(desk, "web")
        looks_in_full(desk)
        desk.verify(page())
        (member,) = desk.ledger.members(PK, "SC106#-")
        assert member.baseline is baseline
        desk.clock.forward(450)
        desk.ledger.record(PK, "SC106#-", replace(member, state=MemberState.PASS, observed_at=desk.clock()))
        desk.clock.forward(450)
        desk.memory = Memory(REGION, None, desk.clock)


def test_the_second_look_after_a_first_sweep_knows_that_it_was_one(desk: Desk) -> None:
    lists_services(desk, "web")
    desk.knows_the_service()
    desk.finds(0, AWS_INSTANCE_PORT="9999")
    desk.describes(0)
    desk.looks_around()
    desk.registers(AWS_INSTANCE_PORT="9999")
    desk.describes(0)
    desk.verify(page())
    (again,) = desk.sent()
    assert set(parse(again["Body"]).fresh) == set(BY_ID)


def service_look() -> str:
    return body(ServiceLook(REGION, "tutorial", "web"))


def fails(desk: Desk, n: int = 0, subject: str = SUBJECT) -> None:
    """Task n is on record as failing."""
    member = Member(answers.task_id(n), MemberState.FAIL, desk.clock(), task_created_at=desk.clock())
    desk.ledger.record(PK, subject, member)
    desk.clock.forward(1)


def test_a_service_look_judges_every_task_and_every_member_on_record(desk: Desk) -> None:
    fails(desk, 1)
    desk.knows_the_service()
    desk.finds(0)
    tasks = [answers.task(0), answers.task(1, lastStatus="STOPPED", desiredStatus="STOPPED")]
    ids = [answers.task_id(0), answers.task_id(1)]
    desk.aws.answer("ecs", "describe_tasks", {"tasks": tasks}, cluster="tutorial", tasks=ids)
    desk.looks_around()
    assert desk.verify(service_look()) == []
    assert desk.states()[SUBJECT] == {answers.task_id(1): MemberState.LOST}
    assert [record["verdict"] for record in desk.records()] == ["pass"]


def test_a_task_and_its_service_in_one_batch_are_both_judged_in_full(desk: Desk) -> None:
    desk.sees(first=True)
    desk.knows_the_service()
    desk.finds(0)
    desk.describes(0)
    desk.aws.answer("servicediscovery", "get_service", answers.cloud_map_service(), Id="srv-nginx")
    assert desk.verify(nudge(), service_look()) == []
    (record,) = desk.records("service")
    assert "SC106" in record["failed"] and {"SC101", "SC104"} <= set(record["passed"])


def closes(desk: Desk, why: str) -> None:
    (member,) = [m for m in desk.ledger.members(PK, SUBJECT) if m.id == answers.task_id(0)]
    assert (member.state, member.sentence) == (MemberState.CLOSED, why)


def test_a_deleted_service_closes_what_stood_against_it(desk: Desk) -> None:
    fails(desk)
    gone = {"services": [answers.service() | {"status": "INACTIVE"}]}
    desk.aws.answer("ecs", "describe_services", gone, cluster="tutorial", services=["web"], include=["TAGS"])
    assert desk.verify(service_look()) == []
    closes(desk, "service deleted")


def test_service_connect_switched_off_closes(desk: Desk) -> None:
    fails(desk)
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
        ("SC102#-", ""),
        ("SC203#gone", "endpoint gone removed"),
        ("SC999#-", "check SC999 retired"),
    ],
)
def test_only_what_can_no_longer_fail_is_over(subject: str, why: str) -> None:
    assert over(SERVICE, subject) == why
    assert over(None, subject) == "service deleted"


def test_a_service_check_outlives_the_last_task() -> None:
    assert over(replace(SERVICE, desired=0, running=0), "SC102#-") == ""


def looks_in_full(desk: Desk) -> None:
    desk.knows_the_service()
    desk.finds(0)
    desk.describes(0)
    desk.looks_around()


@pytest.mark.parametrize(("minutes", "clears"), [(59, False), (61, True)])
def test_an_hour_after_the_last_loss_all_tasks_passing_clears(desk: Desk, minutes: float, clears: bool) -> None:
    fails(desk, 7)
    desk.ledger.lose(PK, SUBJECT, answers.task_id(7), desk.clock())
    desk.clock.forward(minutes * 60)
    looks_in_full(desk)
    desk.verify(service_look())
    found = {member.id: member for member in desk.ledger.members(PK, SUBJECT)}
    assert (EVERY_TASK in found) is clears
    if clears:
        assert broken(list(found.values())) == []


@pytest.mark.parametrize(("hours", "closed"), [(23, False), (25, True)])
def test_nothing_but_unknown_for_a_day_closes(desk: Desk, hours: float, closed: bool) -> None:
    fails(desk, 0)
    desk.clock.forward(hours * 3600)
    desk.knows_the_service()
    desk.aws.answer("servicediscovery", "get_namespace", answers.namespace(), Id="ns-vdpucf3aztj23ecw")
    desk.aws.refuse("servicediscovery", "discover_instances", "AccessDeniedException")
    desk.describes(0)
    desk.looks_around()
    desk.verify(service_look())
    assert (SUBJECT not in desk.states()) is closed


def test_a_service_that_could_not_be_described_comes_again(desk: Desk) -> None:
    desk.aws.refuse("ecs", "describe_services", "ThrottlingException")
    assert desk.verify(service_look()) == ["0"]


def test_the_same_service_look_twice_in_a_batch_is_one(desk: Desk) -> None:
    looks_in_full(desk)
    assert desk.verify(service_look(), service_look()) == []
    assert len(desk.records()) == 1


def touches(dynamodb: Any) -> set[str]:
    return {
        i["pk"]["S"] + " " + i["sk"]["S"] for i in dynamodb.scan(TableName=TABLE)["Items"] if "touch" in i["sk"]["S"]
    }


def test_looks_touch_every_incident_that_is_not_at_rest(desk: Desk, dynamodb: Any) -> None:
    own = itself(REGION)
    desk.ledger.save(PK, SUBJECT, Kept(Incident(Phase.CLEAR, 1), 1))
    desk.ledger.save(PK, "SC204#nginx", Kept(Incident(Phase.QUIET, 1), 1))
    desk.ledger.save(own, "SC902#ecs:ListTasks", Kept(Incident(Phase.OPEN, 1), 1))
    looks_in_full(desk)
    counts = {"SubscriptionsConfirmed": "1", "SubscriptionsPending": "0"}
    desk.aws.answer("sns", "get_topic_attributes", {"Attributes": counts}, TopicArn="arn:topic")
    assert desk.verify(service_look(), body(OwnLook(REGION))) == []
    storm = partition(REGION, "", "storm")
    assert touches(dynamodb) == {
        f"{PK} touch#{SUBJECT}",
        f"{own} touch#SC902#ecs:ListTasks",
        f"{storm} touch#reminder",
    }


def test_a_suppressed_failure_is_recorded_as_such(desk: Desk) -> None:
    tag = {"key": "scaudit:ignore:SC203", "value": "until=2026-11-23 owner=team-a"}
    desk.describes(0)
    answer = {"services": [answers.service() | {"tags": [tag]}]}
    desk.aws.answer("ecs", "describe_services", answer, cluster="tutorial", services=["web"], include=["TAGS"])
    desk.knows_the_definition()
    desk.registers(AWS_INSTANCE_PORT="9999")
    desk.registers(AWS_INSTANCE_PORT="9999")
    desk.describes(0)
    desk.verify(nudge(suspected={SUBJECT: "2026-11-23T11:00:00+00:00"}))
    (member,) = desk.ledger.members(PK, SUBJECT)
    assert member.suppressed and desk.records()[0]["failed"] == ["SC203"]


GHOST = "SC206#nginx"


def stopped(minutes: float, **changes: Any) -> dict[str, Any]:
    at = NOW - timedelta(minutes=minutes)
    return {"lastStatus": "STOPPED", "desiredStatus": "STOPPED", "stoppedAt": at, **changes}


def test_what_a_stopped_task_left_is_looked_at_after_five_minutes(desk: Desk) -> None:
    desk.describes(0, **stopped(1))
    assert desk.verify(nudge()) == []
    assert desk.queue.delays == [240] and desk.records("batch")[0]["calls"] == 1


def test_a_clean_exit_costs_one_look(desk: Desk) -> None:
    desk.describes(0, **stopped(5))
    desk.knows_the_service()
    desk.aws.refuse("servicediscovery", "get_instance", "InstanceNotFound")
    assert desk.verify(nudge(look=1)) == [] and desk.sent() == [] and desk.states() == {}


def ghost(desk: Desk, owner: int | None = None) -> None:
    """Task 0 is gone, its registration is not, and perhaps task `owner` of another service has its address."""
    desk.describes(0, **stopped(6))
    desk.knows_the_service()
    desk.registers()
    listed = [answers.task(owner)["taskArn"]] if owner else []
    asked = {"cluster": "tutorial", "maxResults": 100, "desiredStatus": "RUNNING"}
    desk.aws.answer("ecs", "list_tasks", {"taskArns": listed}, **asked)
    if owner:
        desk.describes(owner, group="service:orders", attachments=answers.task(0)["attachments"])


def test_a_ghost_is_seen_twice_kept_in_sight_and_over_when_it_is_gone(desk: Desk) -> None:
    ghost(desk)
    desk.verify(nudge())
    assert desk.states() == {}
    (again,) = desk.sent()
    desk.clock.forward(60)
    ghost(desk)
    desk.verify(again["Body"])
    assert desk.states() == {GHOST: {answers.task_id(0): MemberState.FAIL}}
    assert [r["verdict"] for r in desk.records("registration")] == ["pending", "fail"]
    assert desk.records("registration")[1]["findings"][0]["message"].endswith("is left of a task that is gone")
    (again,) = desk.sent()
    desk.clock.forward(600)
    desk.describes(0, **stopped(6))
    desk.knows_the_service()
    desk.aws.refuse("servicediscovery", "get_instance", "InstanceNotFound")
    desk.verify(again["Body"])
    assert desk.states() == {} and desk.sent() == []


def test_a_ghost_whose_address_another_service_has_is_critical(desk: Desk) -> None:
    ghost(desk, owner=3)
    desk.verify(nudge(suspected={GHOST: "2026-11-23T11:00:00+00:00"}))
    (member,) = desk.ledger.members(PK, GHOST)
    assert member.severity.word == "critical" and f"orders ({answers.task_id(3)})" in member.sentence


def test_a_failing_ghost_is_not_lost_with_its_task(desk: Desk) -> None:
    fails(desk, 0, GHOST)
    ghost(desk)
    desk.verify(nudge())
    assert desk.states() == {GHOST: {answers.task_id(0): MemberState.FAIL}}


def test_a_ghost_that_went_while_nobody_looked_is_over_with_the_next_look_at_its_service(desk: Desk) -> None:
    fails(desk, 0, GHOST)
    desk.knows_the_service()
    desk.finds()
    desk.describes(0, **stopped(6))
    desk.lists()
    desk.looks_around()
    desk.aws.refuse("servicediscovery", "get_instance", "InstanceNotFound")
    assert desk.verify(service_look()) == []
    assert GHOST not in desk.states()


def stray(desk: Desk) -> None:
    """Task 0 runs for another service."""
    desk.describes(0, group="service:orders")
    desk.knows_the_service()


def test_a_registration_of_another_services_task_is_kept_in_sight_until_it_is_gone(desk: Desk) -> None:
    desk.knows_the_service()
    desk.finds(0)
    desk.describes(0, group="service:orders")
    desk.lists()
    desk.looks_around()
    desk.registers()
    desk.verify(service_look())
    (again,) = desk.sent()
    desk.clock.forward(60)
    stray(desk)
    desk.registers()
    desk.verify(again["Body"])
    (member,) = desk.ledger.members(PK, GHOST)
    assert (member.id, member.state) == (answers.task_id(0), MemberState.FAIL)
    assert f"that of orders ({answers.task_id(0)})" in member.sentence and member.severity.word == "critical"
    (again,) = desk.sent()
    desk.clock.forward(600)
    stray(desk)
    desk.aws.refuse("servicediscovery", "get_instance", "InstanceNotFound")
    desk.verify(again["Body"])
    assert GHOST not in desk.states() and desk.sent() == []


def test_a_task_without_a_proxy_leaves_nothing_to_look_for(desk: Desk) -> None:
    desk.describes(0, **stopped(6, containers=[{"name": "app"}]))
    assert desk.verify(nudge()) == [] and desk.sent() == []


def test_a_service_look_finds_the_registration_of_a_task_nobody_told_of(desk: Desk) -> None:
    desk.knows_the_service()
    desk.finds(0)
    desk.aws.answer("ecs", "describe_tasks", {"tasks": []}, cluster="tutorial", tasks=[answers.task_id(0)])
    desk.lists()
    desk.looks_around()
    desk.registers()
    desk.verify(service_look())
    (again,) = desk.sent()
    assert GHOST in again["Body"]


LOGGED = {
    **answers.service()["deployments"][0]["serviceConnectConfiguration"],
    "logConfiguration": {
        "logDriver": "awslogs",
        "options": {"awslogs-group": "/ecs/proxy", "awslogs-region": REGION, "awslogs-stream-prefix": "proxy"},
    },
}
ARTICLE = f"{ARN}:task-set/tutorial/service-connect-nginx-service/{DEPLOYMENT_ID}"


def transcript(name: str) -> list[str]:
    """A real log as CloudWatch keeps it, without empty lines, said by a proxy of the service of these tests."""
    return (TRANSCRIPTS / name).read_text().replace(ARTICLE, TASK_SET).split("\n")


REFUSED = transcript("20-xds-unauthorized-ecs-poll.log")
PORT_TAKEN = transcript("09-port-in-use-ingress.log")
NEW = 50
"""A task whose log nobody read yet."""


def logs(desk: Desk, lines: list[str]) -> None:
    events = [{"message": line} for line in lines if line]
    for page, token in ((events, {}), ([], {"nextToken": "end"})):
        parameters = {
            "logGroupName": "/ecs/proxy",
            "logStreamName": f"proxy/{answers.PROXY}/{answers.task_id(NEW)}",
            "startFromHead": True,
            "startTime": ANY,
            "endTime": ANY,
            **token,
        }
        desk.aws.answer("logs", "get_log_events", {"events": page, "nextForwardToken": "end"}, **parameters)


def test_a_taken_port_is_found_in_the_log_though_ecs_says_healthy(desk: Desk) -> None:
    desk.describes(NEW)
    desk.knows_the_service(serviceConnectConfiguration=LOGGED)
    desk.knows_the_definition()
    desk.registers(NEW)
    logs(desk, PORT_TAKEN)
    desk.verify(nudge(NEW))
    states = desk.states()
    assert states["SC305#-"] == {answers.task_id(NEW): MemberState.FAIL}
    (member,) = desk.ledger.members(PK, "SC305#-")
    assert "Address already in use" in member.sentence and member.severity.word == "critical"


def test_a_log_is_read_once(desk: Desk) -> None:
    logs(desk, transcript("01-healthy-start.log"))
    for first in (True, False):
        desk.describes(NEW)
        desk.knows_the_service(serviceConnectConfiguration=LOGGED)
        if first:
            desk.knows_the_definition()
        desk.registers(NEW)
        desk.verify(nudge(NEW))
    first, second = desk.records()
    assert {"SC303", "SC304", "SC305"} <= set(first["passed"]) and {"SC303", "SC304", "SC305"} <= set(second["skipped"])


def test_a_log_that_could_not_be_read_is_not_called_judged_the_next_time(desk: Desk) -> None:
    for first in (True, False):
        desk.describes(NEW)
        desk.knows_the_service()
        if first:
            desk.knows_the_definition()
        desk.registers(NEW)
        desk.verify(nudge(NEW))
    assert all("SC305" in record["unknown"] for record in desk.records()) and len(desk.records()) == 2
    assert "no logConfiguration" in str(desk.records()[1])


def never_ran(**changes: Any) -> dict[str, Any]:
    proxy = {"name": answers.PROXY, "lastStatus": "STOPPED", "healthStatus": "UNHEALTHY", "exitCode": 0}
    return stopped(1, startedAt=None, stopCode="TaskFailedToStart", containers=[proxy], **changes)


def test_a_task_that_never_ran_gets_one_post_mortem_of_four_reads(desk: Desk) -> None:
    raw = {key: value for key, value in answers.task(NEW, **never_ran()).items() if value is not None}
    ids = [answers.task_id(NEW)]
    desk.aws.answer("ecs", "describe_tasks", {"tasks": [raw]}, cluster="tutorial", tasks=ids)
    desk.knows_the_service(serviceConnectConfiguration=LOGGED)
    logs(desk, REFUSED)
    assert desk.verify(nudge(NEW)) == []
    states = desk.states()
    assert set(states) == {"SC209#-", "SC303#-", "SC304#-", "SC305#-"}
    assert {state for members in states.values() for state in members.values()} == {MemberState.LOST}
    (told,) = desk.ledger.members(PK, "SC304#-")
    assert "ecs:Poll" in told.sentence and told.caused_by == ""
    assert {desk.ledger.members(PK, f"{id}#-")[0].caused_by for id in ("SC209", "SC303", "SC305")} == {"SC304"}
    assert desk.records("batch")[0]["calls"] == 4
    desk.aws.answer("ecs", "describe_tasks", {"tasks": [raw]}, cluster="tutorial", tasks=ids)
    desk.verify(nudge(NEW))
    assert len(desk.records()) == 1


def test_a_post_mortem_whose_log_was_throttled_is_soon_made_again(desk: Desk) -> None:
    raw = {key: value for key, value in answers.task(NEW, **never_ran()).items() if value is not None}
    desk.aws.answer("ecs", "describe_tasks", {"tasks": [raw]}, cluster="tutorial", tasks=[answers.task_id(NEW)])
    desk.knows_the_service(serviceConnectConfiguration=LOGGED)
    desk.aws.refuse("logs", "get_log_events", "ThrottlingException")
    assert desk.verify(nudge(NEW)) == []
    assert LAG in desk.queue.delays
    assert desk.ledger.logs_read([(PK, answers.task_id(NEW) + "/end")]) == set()


def test_a_task_stuck_before_running_is_judged_after_the_deadline(desk: Desk) -> None:
    pending = {"lastStatus": "PENDING", "startedAt": None, "containers": [{"name": answers.PROXY}]}
    for minutes in (14, 16):
        raw = answers.task(NEW, **pending, createdAt=NOW - timedelta(minutes=minutes))
        raw = {key: value for key, value in raw.items() if value is not None}
        desk.aws.answer("ecs", "describe_tasks", {"tasks": [raw]}, cluster="tutorial", tasks=[answers.task_id(NEW)])
    desk.knows_the_service(serviceConnectConfiguration=LOGGED)
    logs(desk, REFUSED)
    desk.verify(nudge(NEW))
    assert desk.states() == {}
    desk.verify(nudge(NEW))
    assert desk.states()["SC304#-"] == {answers.task_id(NEW): MemberState.FAIL}


def test_a_task_that_stops_for_ordinary_reasons_gets_no_post_mortem(desk: Desk) -> None:
    proxy = {"name": answers.PROXY, "lastStatus": "STOPPED", "healthStatus": "HEALTHY", "exitCode": 0}
    desk.describes(NEW, **stopped(1, stopCode="ServiceSchedulerInitiated", containers=[proxy]))
    assert desk.verify(nudge(NEW)) == [] and desk.records() == [] and desk.states() == {}
