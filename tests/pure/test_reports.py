"""Records and messages are interfaces: golden files, and what SNS and e-mail ask of them."""

import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from scaudit import report
from scaudit.check import explain
from scaudit.checks import BY_ID
from scaudit.events import TaskNudge
from scaudit.incidents import Incident, Member, MemberState, Step, step
from scaudit.judge import Rules, judge_service, judge_task
from scaudit.message import Message, Place, attributes, compose, protocols
from scaudit.model import Severity, Unread
from tests.builders import ACCOUNT, DEFINITION, NOW, REGION, SERVICE, TASK_ID, Seen, with_instance

GOLDEN = Path(__file__).parents[1] / "golden"
PLACE = Place(REGION, ACCOUNT, "tutorial", "web", "nginx", "scaudit-AuditLog-1A2B3C")


def members(count: int, sentence: str = "registered port is 9999, expected 80") -> list[Member]:
    return [
        Member(
            id=f"{n:02d}{TASK_ID[2:]}",
            state=MemberState.FAIL,
            observed_at=NOW,
            severity=Severity.CRITICAL,
            sentence=sentence,
            since=NOW + timedelta(seconds=n),
            task_created_at=NOW,
        )
        for n in range(count)
    ]


def opened(told: list[Member], place: Place = PLACE, check: str = "SC203") -> Message:
    found = step(told, Incident(), NOW, hold_down=600, alert_severity=Severity.ERROR)
    return compose(BY_ID[check], place, Incident(), found, told)


def resolved() -> Message:
    before = replace(Incident(), episode=1, opened_at=NOW, clear_since=NOW + timedelta(seconds=4000), announced=True)
    return compose(BY_ID["SC203"], PLACE, before, Step(Incident(episode=1, opened_at=NOW), "resolved"), [])


def records() -> dict[str, dict]:
    def of(seen: Seen) -> dict:
        return report.task_record(
            REGION, seen, explain([*judge_service(SERVICE, DEFINITION, NOW, Rules()), *judge_task(seen, Rules())]), 1
        )

    return {
        "healthy task": of(with_instance()),
        "task on a wrong port": of(with_instance(port="9999")),
        "task that could not be described": report.unread_record(
            REGION, TaskNudge(REGION, "tutorial", "web", TASK_ID), Unread("ecs:DescribeTasks is refused"), NOW
        ),
        "announcement": report.announcement_record(REGION, opened(members(1)), NOW),
        "sweep": report.sweep_record(REGION, ["tutorial"], 2, NOW),
        "page of a sweep": report.page_record(REGION, "tutorial", 100, True, NOW),
        "batch": report.batch_record(REGION, 1, {"ecs:DescribeTasks": 1, "servicediscovery:GetInstance": 1}, NOW),
    }


def test_records(golden) -> None:
    golden(GOLDEN / "records.json", json.dumps(records(), indent=2) + "\n")


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("opened", opened(members(1))),
        ("opened-30-tasks", opened(members(30))),
        ("resolved", resolved()),
        (
            "opened-scaudit-itself",
            opened(
                [replace(members(1, "ecs:DescribeServices is refused; the statement to add: {}")[0], id="tutorial")],
                replace(PLACE, cluster="", service="scaudit", endpoint="ecs:DescribeServices"),
                "SC902",
            ),
        ),
    ],
)
def test_messages(name: str, message: Message, golden) -> None:
    golden(GOLDEN / f"message-{name}.txt", f"Subject: {message.subject}\n\n{message.text}")
    golden(GOLDEN / f"message-{name}.json", json.dumps(message.data, indent=2) + "\n")


def test_fields_stay_few_enough_for_logs_insights() -> None:
    """It discovers at most 200 fields of a record (AWS: CloudWatch Logs, supported logs and discovered fields)."""

    def leaves(value: object) -> int:
        inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else None
        return 1 if inner is None else sum(map(leaves, inner))

    assert all(leaves(record) < 200 for record in records().values())


def test_hostile_text_is_data() -> None:
    message = opened(members(1, "evil\r\nSubject: fake\x1b[31m é" + "x" * 5000))
    assert len(message.subject) <= 99 and message.subject.isascii() and message.subject.isprintable()
    assert "\x1b" not in message.text and "\nSubject" not in message.text
    assert len(message.text) < 3000


def test_the_same_state_of_the_same_incident_has_the_same_id_and_no_other() -> None:
    assert opened(members(1)).id == opened(members(30, "other words")).id
    others = opened(members(1), replace(PLACE, endpoint="other")), resolved(), opened(members(1), check="SC202")
    assert len({opened(members(1)).id, *(m.id for m in others)}) == 4


def test_attributes_are_never_empty() -> None:
    place = replace(PLACE, cluster="", service="scaudit", endpoint="ecs:ListTasks")
    for message in (opened(members(1)), opened(members(1), place, "SC902")):
        assert all(attributes(message).values())


def test_machines_get_json_and_people_text() -> None:
    body = json.loads(protocols(opened(members(1))))
    assert json.loads(body["sqs"])["check"] == "SC203"
    assert body["default"].startswith("registered port is 9999, expected 80\n")
    assert all(isinstance(value, str) for value in body.values())


def test_a_check_stands_under_its_worst_answer_only() -> None:
    wrong = records()["task on a wrong port"]
    assert (wrong["failed"], wrong["passed"]) == (["SC203"], ["SC102", "SC201", "SC202", "SC204"])
