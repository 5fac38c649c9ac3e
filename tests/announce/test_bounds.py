"""Whatever AWS lets names and texts be: sentences are cut when they are made, messages fit SNS, items fit the table."""

import json
from collections.abc import Callable, Iterator
from dataclasses import asdict, replace
from datetime import timedelta
from typing import Any

import pytest

from scaudit.announce.digests import MOST_COVERED
from scaudit.announce.outbox import dump
from scaudit.announce.pool import key_of
from scaudit.announce.publish import Publisher
from scaudit.announce.words import incident, summary
from scaudit.announce.words.announcement import Announcement
from scaudit.checks import BY_ID
from scaudit.checks.check import Check, Finding, Verdict, run
from scaudit.checks.facts import Facts
from scaudit.model import Severity, Status, Unread
from scaudit.model.incidents import Incident, Member, News, Open
from scaudit.model.life import Step
from scaudit.model.mentions import Call
from scaudit.model.places import Place, Subject
from scaudit.store.changes import IncidentChanged
from scaudit.store.items import Kept, incident_item
from scaudit.store.table import encode
from tests.builders import ACCOUNT, DEPLOYMENT, NOW, REGION, TASK
from tests.fakes.announced import members
from tests.fakes.desk import HOLD_DOWN, PLACE, Bus, Desk
from tests.fakes.members import FAIL, PASS
from tests.fakes.stubbed import Clock

LONGEST = 600
SNS, ITEM = 262_144, 400 * 1024
"""Bytes (AWS: Publish, Message; DynamoDB, item size)."""
NAME = "n" * 255
"""A cluster's and a service's name may have so many letters (AWS: CreateCluster, CreateService)."""
WORST = ["\N{FIRE}", '"', "\\", "é", "x"]
"""Letters that take many bytes, or must be escaped."""


def asked(judge: Callable[..., Iterator[Finding]], **facts: Any) -> Verdict:
    check = Check("SC100", "t", "service", Severity.ERROR, "f", judge)
    return run(check, Facts(**facts), member="-", began=None, now=NOW, scale=1)


def test_J27_sixty_endpoints_in_every_variable_are_one_sentence_and_a_count() -> None:
    calls = tuple(
        Call(f"environment value VARIABLE_{n}", f"api-{m}.internal", f"service-{m}", NOW + timedelta(days=1))
        for n in range(80)
        for m in range(60)
    )
    found = run(BY_ID["SC401"], Facts(deployment=DEPLOYMENT, calls=calls), member="-", began=None, now=NOW, scale=1)
    assert found.status is Status.FAIL and len(found.sentence) <= LONGEST
    told, _, rest = found.sentence.rpartition("; and ")
    assert rest == f"{len(calls) - len(told.split('; '))} more"


def test_J27_no_sentence_is_longer_however_long_its_parts_are() -> None:
    def long(task: object) -> Iterator[Finding]:
        yield Finding("y" * 100_000)

    def many(task: object) -> Iterator[Finding]:
        yield from (Finding("y" * 400) for _ in range(3))

    def breaks(task: object) -> Iterator[Finding]:
        raise ValueError("y" * 100_000)

    assert asked(long, task=TASK).sentence == "y" * 597 + "..."
    assert asked(many, task=TASK).sentence == "y" * 400 + "; and 2 more"
    broken, unread = asked(breaks, task=TASK), asked(long, task=Unread("y" * 100_000))
    assert max(len(broken.error), len(unread.sentence)) <= LONGEST
    assert len(broken.sentence) <= LONGEST + len("the check itself failed with ")


def sent(told: Announcement) -> int:
    """The most bytes of what SNS and EventBridge are called with, counted as they count (AWS: Publish, PutEvents): the
    limit of both is the same."""
    calls: list[dict[str, Any]] = []
    bus = Bus()

    class SNS:
        def publish(self, **asked: Any) -> None:
            calls.append(asked)

    arns = {"topic": "arn:topic", "chat_topic": "arn:chat", "event_bus": "arn:aws:events:r:1:event-bus/b"}
    settings = type("Settings", (), {**arns, "region": REGION})()
    Publisher(SNS(), bus, None, settings, lambda record: None).publish(told, NOW)  # type: ignore[arg-type]
    (entry,) = bus.entries
    parts = [[entry["Source"], entry["DetailType"], entry["Detail"], *entry["Resources"], " " * 14]]
    for asked in calls:
        attributes = [(name, *each.values()) for name, each in asked.get("MessageAttributes", {}).items()]
        parts.append([asked["Message"], *(part for each in attributes for part in each)])
    assert len(calls) == 2
    return max(sum(len(part.encode()) for part in each) for each in parts)


def opening(letter: str, n: int = 0, instead: list[Open] | None = None) -> Announcement:
    where = incident.Where(Place(REGION, NAME, f"{NAME[:250]}{n:05}"), NAME, ACCOUNT, NAME)
    told = [replace(m, sentence=letter * LONGEST) for m in members(3)]
    told = [replace(m, sentence=f"{number}{m.sentence}") for number, m in enumerate(told)]
    step = Step(Incident(episode=1, opened_at=NOW), News.OPENED)
    return incident.write(BY_ID["SC203"], where, Incident(), step, told, instead)


def wrong(count: int) -> list[Open]:
    return [
        Open(Place(REGION, NAME, f"{NAME[:250]}{n:05}"), Subject("SC203", NAME), Severity.CRITICAL, NOW, NOW, NOW)
        for n in range(count)
    ]


@pytest.mark.parametrize("letter", WORST)
def test_J27_every_message_fits_sns_as_it_counts(letter: str) -> None:
    waiting = [(f"key{n}", (each := opening(letter, n)).data | {"subject": each.subject}) for n in range(60)]
    told = {
        "opened": opening(letter),
        "outbreak": opening(letter, instead=wrong(3000)),
        "digest": summary.digest(waiting, REGION, ACCOUNT),
        "baseline": summary.baseline(waiting, REGION, ACCOUNT, 9),
        "reminder": summary.reminder(wrong(3000), NOW, REGION, ACCOUNT),
    }
    assert {name: size for name, each in told.items() if (size := sent(each)) > SNS} == {}


def test_J27_what_does_not_fit_a_message_is_counted_in_it() -> None:
    told = summary.reminder(wrong(3000), NOW, REGION, ACCOUNT)
    listed = len(told.data["open"])
    assert 10 < listed < 50 and f"... and {3000 - listed} more" in told.text
    assert told.text.count("expected: ") == listed


def item_size(item: dict[str, Any]) -> int:
    return len(str(encode(item)).encode())


def test_J27_the_largest_items_stay_far_below_what_the_table_takes(dynamodb: Any, clock: Clock) -> None:
    desk = Desk(dynamodb, clock)
    place = Place(REGION, NAME, NAME)
    of = IncidentChanged(place, Subject("SC203", NAME))
    waiting = [(f"key{n}", (each := opening("x", n)).data | {"subject": each.subject}) for n in range(60)]
    digest = summary.digest(waiting, REGION, ACCOUNT)
    full = replace(digest, covers=[key_of(of, replace(digest, digest="baseline"))] * MOST_COVERED)
    kept = Kept(Incident(), 1, dump(full), NOW)
    assert item_size(incident_item(of, kept)) < ITEM / 2
    desk.pool.add(of, Incident(episode=1), replace(opening("\N{FIRE}"), digest="digest"), NOW)
    desk.ledger.record(place, of.subject, Member("m", members(1)[0].state, NOW, sentence="\N{FIRE}" * LONGEST))
    items = dynamodb.scan(TableName="ledger")["Items"]
    assert len(items) == 2 and all(len(str(item).encode()) < ITEM / 8 for item in items)


def test_J28_two_accounts_never_send_the_same_id() -> None:
    one, other = (incident.Where(Place(REGION, "c", "s"), "e", account, "logs") for account in ("1" * 12, "2" * 12))
    step = Step(Incident(episode=1, opened_at=NOW), News.OPENED)
    told = [incident.write(BY_ID["SC203"], each, Incident(), step, members(1)) for each in (one, other)]
    told += [summary.reminder(wrong(1), NOW, REGION, account) for account in ("1" * 12, "2" * 12)]
    assert len({each.id for each in told}) == 4
    assert asdict(told[0])["data"]["message_id"] == told[0].id


def ids(desk: Desk) -> list[tuple[str, str]]:
    """The state and the incident's id of each announcement that arrived, by field; the attribute has the same."""
    got = desk.messages(desk.inbox)
    told = [json.loads(message["Message"]) for message in got]
    assert [message["MessageAttributes"]["incident_id"]["Value"] for message in got] == [d["incident_id"] for d in told]
    return [(data["state"], data["incident_id"]) for data in told]


def test_J28_an_incident_has_one_id_from_its_opening_to_its_end_and_another_than_the_next(
    dynamodb: Any, clock: Clock
) -> None:
    desk = Desk(dynamodb, clock)

    def passes() -> None:
        desk.sees(PLACE, replace(PASS, observed_at=desk.clock() + timedelta(milliseconds=1)))
        desk.look(PLACE, after=HOLD_DOWN + 1)

    def fails(count: int = 1) -> None:
        for n in range(count):
            seen = desk.clock() + timedelta(milliseconds=1)
            desk.sees(PLACE, replace(FAIL, id=FAIL.id if not n else f"{n:02}", observed_at=seen))
            desk.clock.forward(3600)

    fails(12)
    for n in range(1, 12):
        desk.sees(PLACE, replace(PASS, id=f"{n:02}", observed_at=desk.clock() + timedelta(milliseconds=1)))
    passes()
    first = ids(desk)
    assert [state for state, _ in first] == ["open", "grew", "resolved"] and len({id for _, id in first}) == 1
    fails()
    (again,) = ids(desk)
    assert again == ("open", first[0][1]), "it is the same incident if it comes back within a day"
    passes()
    desk.clock.forward(3 * 86400)
    passes()
    assert ids(desk) == [("resolved", first[0][1])]
    desk.clock.forward(2 * 86400)
    fails()
    ((state, other),) = ids(desk)
    assert state == "open" and other not in ("-", first[0][1])


def test_J28_what_an_earlier_version_left_in_an_outbox_or_in_the_pool_is_still_said() -> None:
    old = opening("x")
    data = {name: value for name, value in old.data.items() if name != "incident_id"}
    assert replace(old, data=data).attributes["incident_id"] == "-"
    digest = summary.digest([("key", data | {"subject": old.subject})], REGION, ACCOUNT)
    assert [each["incident_id"] for each in digest.data["withheld"]] == [""]


def test_what_has_no_room_in_a_list_is_named_all_the_same() -> None:
    places = [Place(REGION, "tutorial", f"web{n:03}") for n in range(600)]
    many = [Open(each, Subject("SC203", "nginx"), Severity.CRITICAL, NOW, NOW, NOW) for each in places]
    told = summary.reminder(many, NOW, REGION, ACCOUNT)
    assert all(f"tutorial/web{n:03}" in told.text for n in range(550)) and ", and 50 more\n" in told.text
    few = summary.reminder(many[:50], NOW, REGION, ACCOUNT)
    assert "namely" not in few.text
