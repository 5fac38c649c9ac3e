"""An announcement on its way to a chat room and to an event bus: what they take, and what their refusal costs."""

import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError, EndpointConnectionError

from scaudit.announce.outbox import dump, load
from scaudit.announce.publish import Publisher
from scaudit.announce.words.announcement import Announcement
from scaudit.announce.words.elsewhere import for_bus, for_chat
from scaudit.queue.queue import Queue
from tests.builders import ACCOUNT, NOW, REGION
from tests.fakes.announced import members, opened, resolved, where
from tests.fakes.desk import PLACE, Desk
from tests.fakes.members import FAIL
from tests.fakes.stubbed import Clock

GOLDEN = Path(__file__).parents[1] / "golden"
BUS = f"arn:aws:events:eu-west-1:{ACCOUNT}:event-bus/tickets"
SCHEMA: dict[str, Any] = {"version": str, "source": str, "id": str, "content": dict, "metadata": dict}
"""AWS: Amazon Q Developer in chat applications, custom notifications."""


def golden(path: Path) -> Announcement:
    """What users were promised, as it was put together."""
    data, (subject, text) = json.loads(path.read_text()), path.with_suffix(".txt").read_text().split("\n\n", 1)
    return Announcement(data["message_id"], subject.removeprefix("Subject: "), text, data)


ANNOUNCED = {path.stem.removeprefix("message-"): golden(path) for path in sorted(GOLDEN.glob("message-*.json"))}


@pytest.mark.parametrize("name", ANNOUNCED)
def test_whatever_is_announced_fits_the_schema_of_chat(name: str) -> None:
    told = ANNOUNCED[name]
    message = json.loads(for_chat(told))
    assert {key: type(value) for key, value in message.items()} == SCHEMA
    assert (message["version"], message["source"]) == ("1.0", "custom")
    content, metadata = message["content"], message["metadata"]
    assert content["textType"] == "client-markdown" and content["title"] == told.subject[:250]
    assert 0 < len(content["description"]) <= 8000 and content["description"].count("```") == 2
    assert all(0 < len(step) <= 350 for step in content.get("nextSteps", ["x"]))
    assert all(0 < len(word) <= 75 for word in content.get("keywords", ["x"]))
    assert ("nextSteps" in content) == (told.data["state"] in ("open", "grew")), "what is over needs no fix"
    assert metadata["threadId"] and content.keys() <= {"textType", "title", "description", "nextSteps", "keywords"}


def test_opening_and_end_of_an_incident_are_one_thread() -> None:
    threads = {json.loads(for_chat(told))["metadata"]["threadId"] for told in (opened(members(2)), resolved())}
    assert len(threads) == 1


def test_a_long_text_is_cut_at_just_what_the_room_takes_and_its_link_is_whole() -> None:
    longest = where("s" * 255, "c" * 255)
    told = replace(opened(members(1), longest), text="``` *bold* " + "\U0001f525" * 20_000)
    shown = json.loads(for_chat(told))["content"]["description"]
    assert len(shown) == 8000 and "... cut here" in shown and shown.count("```") == 2
    assert shown.endswith(f"\n{longest.place.console}")


@pytest.mark.parametrize(
    "call", ["<!channel>", "<@U012AB3CD>", "<at>Ann</at>", "<https://evil|click>", "<!subteam^S1>"]
)
def test_nobody_is_called_and_no_link_is_made_wherever_the_words_come_from(call: str) -> None:
    told = opened(members(1, f"listener {call} is missing"))
    hostile = replace(told, data={**told.data, "fix": f"ask {call}", "ecs_service": call})
    message = for_chat(hostile)
    assert "<" not in message and ">" not in message and "listener \u2039" in json.loads(message)["content"]["title"]


def test_links_stand_outside_the_block_where_a_room_opens_them() -> None:
    told = opened(members(1), replace(where(), docs="https://wiki.example.com/checks"))
    content = json.loads(for_chat(told))["content"]
    after = content["description"].split("```")[2].split()
    assert after == [told.data["console"], "https://wiki.example.com/checks#sc203"]
    assert content["nextSteps"] == [told.data["fix"]]
    assert json.loads(for_chat(opened(members(1))))["content"]["nextSteps"][1:] == ["scaudit explain SC203"]


@pytest.mark.parametrize(("name", "shown"), [("web", 1), ("s" * 255, 0)])
def test_a_command_is_whole_or_only_in_the_text(name: str, shown: int) -> None:
    told = opened(members(1), where(name, "c" * 100, ""), "SC401")
    content = json.loads(for_chat(told))["content"]
    assert content["nextSteps"].count(told.data["run"]) == shown and told.data["run"] in content["description"]
    assert not any("aws ecs" in step and step.endswith("...") for step in content["nextSteps"])


@pytest.mark.parametrize("state", ["open", "grew", "resolved"])
def test_the_longest_names_and_sentences_fit_the_room_and_the_bus(state: str) -> None:
    told = opened(members(3, "\U0001f525<" * 4000), where("s" * 255, "c" * 255, "e" * 64))
    told = replace(told, data={**told.data, "state": state})
    content = json.loads(for_chat(told))["content"]
    assert len(content["title"]) <= 250 and len(content["description"]) <= 8000
    assert all(len(word) <= 75 for word in content["keywords"])
    entry = for_bus(told, BUS, NOW)
    assert len(entry["Detail"].encode()) + len(entry["Resources"][0]) < 256 * 1024


@pytest.mark.parametrize(
    ("name", "kind", "resources"),
    [
        ("opened", "Incident Opened", 1),
        ("again", "Incident Opened", 1),
        ("rose", "Incident Grew", 1),
        ("grew", "Incident Grew", 1),
        ("resolved", "Incident Resolved", 1),
        ("closed", "Incident Closed", 1),
        ("digest", "Incident Digest", 0),
        ("baseline", "Incident Digest", 0),
        ("reminder", "Incident Digest", 0),
        ("test", "Test Alert", 0),
    ],
)
def test_an_event_says_by_its_name_what_happened(name: str, kind: str, resources: int) -> None:
    entry = for_bus(ANNOUNCED[name], BUS, NOW)
    assert (entry["Source"], entry["DetailType"], entry["EventBusName"]) == ("scaudit", kind, BUS)
    service = f"arn:aws:ecs:{REGION}:{ACCOUNT}:service/tutorial/web"
    assert entry["Resources"] == [service][:resources]
    assert json.loads(entry["Detail"])["state"] == ANNOUNCED[name].data["state"]
    assert len(json.dumps(entry, default=str).encode()) < 256 * 1024


@pytest.mark.parametrize("name", ANNOUNCED)
def test_a_repetition_out_of_the_outbox_is_the_same_to_the_letter(name: str) -> None:
    told = ANNOUNCED[name]
    kept = load(dump(told))
    assert for_chat(kept) == for_chat(told)
    first, again = (for_bus(each, BUS, at) for each, at in ((told, NOW), (kept, NOW + timedelta(minutes=3))))
    assert {**again, "Time": NOW} == first, "an event tells when it was sent, and so does EventBridge"


@pytest.fixture
def desk(dynamodb: Any, clock: Clock) -> Desk:
    made = Desk(dynamodb, clock)
    sns = boto3.client("sns", region_name=REGION)
    room = sns.create_topic(Name="room")["TopicArn"]
    made.room, made.dead = (made.sqs.create_queue(QueueName=name)["QueueUrl"] for name in ("in-room", "dead"))  # type: ignore[attr-defined]
    sns.subscribe(TopicArn=room, Protocol="sqs", Endpoint=f"arn:aws:sqs:{REGION}:{ACCOUNT}:in-room")
    made.settings = replace(made.settings, chat_topic=room, event_bus=BUS)
    made.edges = replace(made.edges, queue=Queue(made.sqs, made.queue, made.dead))  # type: ignore[attr-defined]
    return made


def test_what_is_announced_goes_to_all_three(desk: Any) -> None:
    desk.sees(PLACE, FAIL)
    (mail,), (chat,), (event,) = desk.messages(desk.inbox), desk.messages(desk.room), desk.bus.entries
    assert json.loads(chat["Message"])["id"] == json.loads(event["Detail"])["message_id"]
    assert json.loads(mail["Message"])["message_id"] == json.loads(event["Detail"])["message_id"]


@pytest.mark.parametrize(
    "refusal",
    [
        ClientError({"Error": {"Code": "AccessDeniedException", "Message": "not authorized"}}, "PutEvents"),
        EndpointConnectionError(endpoint_url="https://events"),
        {"ErrorCode": "InternalFailure", "ErrorMessage": "try again"},
    ],
)
def test_a_bus_that_refuses_holds_up_no_alert_and_repeats_none(desk: Any, refusal: Any) -> None:
    desk.bus.refusal = refusal
    desk.sees(PLACE, FAIL)
    desk.look(PLACE)
    assert len(desk.messages(desk.inbox)) == 1 and desk.bus.entries == []
    (dead,) = desk.sqs.receive_message(QueueUrl=desk.dead, MessageAttributeNames=["All"])["Messages"]
    assert f"not sent to {BUS}: " in dead["MessageAttributes"]["reason"]["StringValue"]


def test_a_bus_that_gives_no_answer_is_asked_once_a_batch(desk: Any) -> None:
    desk.bus.refusal = EndpointConnectionError(endpoint_url="https://events")
    publisher = Publisher(desk.edges.sns, desk.bus, desk.edges.queue, desk.settings, desk.written.append)
    for _ in range(3):
        publisher.publish(opened(members(1)), NOW)
    assert desk.bus.asked == 1
    got = desk.sqs.receive_message(QueueUrl=desk.dead, MaxNumberOfMessages=10)["Messages"]
    assert len(got) == 3, "none of them is lost"


def test_a_room_that_refuses_repeats_no_alert_and_the_alert_is_recorded(desk: Any) -> None:
    desk.settings = replace(desk.settings, chat_topic=f"arn:aws:sns:{REGION}:{ACCOUNT}:gone", event_bus="")
    desk.sees(PLACE, FAIL)
    desk.look(PLACE)
    assert len(desk.messages(desk.inbox)) == 1 and [record["record"] for record in desk.written] == ["announcement"]
    (dead,) = desk.sqs.receive_message(QueueUrl=desk.dead, MessageAttributeNames=["All"])["Messages"]
    assert ":gone: " in dead["MessageAttributes"]["reason"]["StringValue"]


def test_a_dead_letter_that_cannot_be_written_repeats_no_alert(desk: Any) -> None:
    desk.bus.refusal = {"ErrorCode": "InternalFailure"}
    desk.edges = replace(desk.edges, queue=Queue(desk.sqs, desk.queue, f"{desk.dead}-gone"))
    desk.sees(PLACE, FAIL)
    desk.look(PLACE)
    assert len(desk.messages(desk.inbox)) == 1


def test_without_a_room_or_a_bus_nothing_else_is_said(desk: Any) -> None:
    desk.settings = replace(desk.settings, chat_topic="", event_bus="")
    desk.sees(PLACE, FAIL)
    assert desk.messages(desk.room) == desk.bus.entries == []
