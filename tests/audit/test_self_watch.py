"""The canary and the test alert, on the way that incidents take: sweep, queue, verify, table, notify, topic."""

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import boto3
import pytest

from scaudit.audit.sweep import sweep
from scaudit.model.places import Subject
from scaudit.queue.bodies import body, parse
from scaudit.queue.messages import AlertTest, Canary, OwnLook, RegionSweep
from scaudit.queue.queue import Queue
from scaudit.record import Metric
from scaudit.settings import SweepSettings
from scaudit.store.keys import itself
from tests.builders import NOW, REGION
from tests.fakes import answers
from tests.fakes.desk import Desk as NotifyDesk
from tests.fakes.stubbed import TABLE, Clock
from tests.fakes.verify_desk import Desk, nudge

REQUEST = AlertTest(REGION, "0123456789abcdef", "assumed-role/Admin/alice")
TOUCHED_BY_REQUEST = f"touch#test#{REQUEST.id}#{REQUEST.requested_by}"
TOUCHED_BY_CANARY = "touch#canary"


@pytest.fixture
def notify_desk(dynamodb: Any, clock: Clock) -> NotifyDesk:
    return NotifyDesk(dynamodb, clock)


def touched(dynamodb: Any) -> list[str]:
    items = dynamodb.scan(TableName=TABLE)["Items"]
    return [item["sk"]["S"] for item in items if item["pk"]["S"] == itself(REGION).key]


CLUSTERS = [f"arn:aws:ecs:{REGION}:123456789012:cluster/{name}" for name in ("tutorial", "prod-a", "dev")]


def test_a_sweep_sends_for_a_look_at_each_region_that_is_watched(dynamodb: Any) -> None:
    sqs = boto3.client("sqs", region_name=REGION)
    queue = Queue(sqs, sqs.create_queue(QueueName="swept")["QueueUrl"])
    sweep(queue, SweepSettings((REGION, "eu-west-1"), "swept"))
    got = sqs.receive_message(QueueUrl=queue._url, MaxNumberOfMessages=10)["Messages"]
    sent = [parse(message["Body"]) for message in got]
    assert sent == [OwnLook(REGION), RegionSweep(REGION), OwnLook("eu-west-1"), RegionSweep("eu-west-1")]


def test_the_canary_is_the_last_message_of_a_regions_sweep(desk: Desk) -> None:
    desk.aws.answer("ecs", "list_clusters", {"clusterArns": CLUSTERS[:1], "nextToken": "more"})
    desk.aws.answer("ecs", "list_clusters", {"clusterArns": CLUSTERS[1:]}, nextToken="more")
    assert desk.verify(body(RegionSweep(REGION))) == []
    sent = [json.loads(message["Body"]) for message in desk.sent()]
    assert [each.get("cluster", each["kind"]) for each in sent] == ["tutorial", "prod-a", "canary"]
    assert desk.queue.delays == [0, 6, 0]
    (record,) = desk.records("sweep")
    assert (record["clusters"], record["all_clusters"]) == (2, 3)


def test_a_region_that_may_not_be_listed_is_unknown_and_told_and_has_no_canary(desk: Desk) -> None:
    desk.aws.refuse("ecs", "list_clusters", "AccessDeniedException")
    assert desk.verify(body(RegionSweep(REGION))) == [] and desk.sent() == []
    (record,) = desk.records("sweep")
    assert record["verdict"] == "unknown" and "ecs:ListClusters is refused" in record["reason"]
    assert Subject("SC902", "ecs:ListClusters") in desk.states(itself(REGION))


def test_a_region_that_is_not_enabled_is_told_so_too(desk: Desk) -> None:
    desk.aws.refuse("ecs", "list_clusters", "UnrecognizedClientException", "The security token is invalid")
    assert desk.verify(body(RegionSweep(REGION))) == [] and desk.sent() == []
    ((member,),) = [
        found.values() for subject, found in desk.ledger.standing(itself(REGION)).items() if subject.check == "SC902"
    ]
    assert "the Region is not enabled for this account" in member.sentence


@pytest.mark.parametrize("code", ["ThrottlingException", "ServerException"])
def test_a_region_that_could_not_be_listed_is_asked_for_again_and_then_left_to_the_next_sweep(
    desk: Desk, code: str
) -> None:
    desk.aws.refuse("ecs", "list_clusters", code)
    assert desk.verify(body(RegionSweep(REGION))) == [] and desk.records("sweep") == []
    (again,) = desk.sent()
    assert parse(again["Body"]) == RegionSweep(REGION, attempt=1) and desk.queue.delays == [60]
    desk.aws.refuse("ecs", "list_clusters", code)
    assert desk.verify(body(RegionSweep(REGION, attempt=3))) == [] and desk.sent() == []
    (record,) = desk.records("sweep")
    assert record["verdict"] == "unknown" and code in record["reason"]


def test_a_sweep_that_breaks_off_sends_no_canary(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    desk.aws.answer("ecs", "list_clusters", {"clusterArns": CLUSTERS})
    send, sent = desk.queue.send, list[str]()

    def breaks(message: Any, delay: int = 0) -> None:
        if sent:
            raise ConnectionError("SQS does not answer")
        sent.append(type(message).__name__)
        send(message, delay)

    monkeypatch.setattr(desk.queue, "send", breaks)
    assert desk.verify(body(RegionSweep(REGION))) == ["0"] and sent == ["ClusterPage"]


def test_verify_says_how_long_the_canary_took_and_sends_it_on(desk: Desk, dynamodb: Any) -> None:
    sent_at = (NOW - timedelta(seconds=7.25)).isoformat()
    desk.clock.now = NOW
    assert desk.verify(body(Canary(REGION, sent_at))) == []
    (record,) = desk.records("canary")
    assert record[Metric.CANARY_SECONDS] == 7.25 and record["sent_at"] == sent_at
    assert touched(dynamodb) == [TOUCHED_BY_CANARY]


def test_a_canary_that_could_not_be_sent_on_comes_again_and_leaves_no_record(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(desk.ledger, "touch", lambda *_: (_ for _ in ()).throw(ConnectionError("no table")))
    assert desk.verify(body(Canary(REGION, NOW.isoformat()))) == ["0"]
    assert desk.records("canary") == []


@pytest.mark.parametrize("message", [Canary("mars-north-1", NOW.isoformat()), replace(REQUEST, region="mars-north-1")])
def test_messages_of_another_region_are_not_ours(desk: Desk, dynamodb: Any, message: Canary | AlertTest) -> None:
    assert desk.verify(body(message)) == [] and desk.written == []
    assert not [item for item in dynamodb.scan(TableName=TABLE)["Items"] if item["sk"]["S"].startswith("touch#")]


def test_a_test_alert_wakes_notify_under_a_subject_of_its_own(desk: Desk, dynamodb: Any) -> None:
    other = replace(REQUEST, id="fedcba9876543210")
    assert desk.verify(body(REQUEST), body(other), body(REQUEST)) == []
    assert sorted(touched(dynamodb)) == sorted(f"touch#test#{each.id}#{each.requested_by}" for each in (REQUEST, other))


def test_the_heart_beats_when_the_canary_reaches_notify(notify_desk: NotifyDesk) -> None:
    assert notify_desk.wake(TOUCHED_BY_CANARY) == []
    (record,) = notify_desk.written
    assert record["record"] == "heartbeat" and record[Metric.HEARTBEAT] == 1
    assert notify_desk.all_messages() == []


def test_the_heart_is_the_stacks_and_a_linked_region_is_counted_for_itself(notify_desk: NotifyDesk) -> None:
    assert notify_desk.wake_in("eu-west-1", TOUCHED_BY_CANARY) == [] == notify_desk.wake(TOUCHED_BY_CANARY)
    linked, own = notify_desk.written
    assert (linked["region"], own["region"]) == ("eu-west-1", REGION)
    by = [record["_aws"]["CloudWatchMetrics"][0]["Dimensions"] for record in (linked, own)]
    assert by == [[["region"]], [[]]], "HeartbeatMissing must not hear of linked Regions"


def test_the_heart_does_not_beat_while_the_table_does_not_answer(
    notify_desk: NotifyDesk, dynamodb: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dynamodb, "get_item", lambda **_: (_ for _ in ()).throw(ConnectionError("no table")))
    assert notify_desk.wake(TOUCHED_BY_CANARY) == ["0"] and notify_desk.written == []


def test_a_test_alert_is_said_whatever_the_severity_and_the_budget(
    notify_desk: NotifyDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    object.__setattr__(notify_desk.settings, "alert_severity", None)
    monkeypatch.setattr(notify_desk.pool, "spend", lambda *_: False)
    assert notify_desk.wake(TOUCHED_BY_REQUEST) == []
    (told,) = notify_desk.all_messages()
    assert (told["state"], told["severity"], told["requested_by"]) == ("test", "critical", REQUEST.requested_by)
    (record,) = notify_desk.written
    assert (record["record"], record["state"], record["message_id"]) == ("announcement", "test", told["message_id"])


def test_a_test_alert_that_could_not_be_published_is_said_again_to_the_letter(notify_desk: NotifyDesk) -> None:
    key, good = TOUCHED_BY_REQUEST, notify_desk.settings.topic
    object.__setattr__(notify_desk.settings, "topic", good + "-gone")
    assert notify_desk.wake(key) == ["0"] and notify_desk.written == []
    object.__setattr__(notify_desk.settings, "topic", good)
    assert notify_desk.wake(key) == [] and notify_desk.wake(key) == []
    one, other = notify_desk.all_messages()
    assert one == other


@pytest.mark.parametrize(("health", "failing"), [("HEALTHY", 0), ("UNHEALTHY", 1)])
def test_the_batch_counts_what_was_verified_what_fails_and_what_is_unknown(
    desk: Desk, health: str, failing: int
) -> None:
    seen, odd = answers.task(0), answers.task(1, lastStatus="HIBERNATING")
    seen["containers"][0]["healthStatus"] = health
    ids = [answers.task_id(n) for n in range(2)]
    desk.aws.answer("ecs", "describe_tasks", {"tasks": [seen, odd]}, cluster="tutorial", tasks=ids)
    desk.knows_the_service()
    desk.knows_the_definition()
    desk.registers(0)
    assert desk.verify(*(nudge(n) for n in range(2))) == []
    (batch,) = desk.records("batch")
    counted = {metric: batch[metric] for metric in Metric if metric in batch}
    assert counted == {
        "TasksVerified": 1,
        "TasksFailing": failing,
        "TasksUnknown": 1,
        "Reads": 4 + failing,
    }  # may its cluster be silent?


def test_a_canary_with_a_bad_time_is_no_heartbeat(desk: Desk) -> None:
    assert desk.verify(body(Canary(REGION, "yesterday"))) == [] and desk.records("canary") == []
    (buried,) = desk.sent(desk.dead)
    assert "sent_at cannot be read" in buried["MessageAttributes"]["reason"]["StringValue"]
