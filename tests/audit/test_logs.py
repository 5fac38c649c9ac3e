"""What the proxies' logs add: read once for a running task, and in a post-mortem of one that never ran."""

from datetime import timedelta
from pathlib import Path
from typing import Any

from botocore.stub import ANY

from scaudit.audit.context import LAG
from scaudit.model.incidents import MemberState
from scaudit.model.places import Subject
from tests.builders import ARN, DEPLOYMENT_ID, NOW, REGION, TASK_SET
from tests.fakes import answers
from tests.fakes.verify_desk import PLACE, Desk, nudge

TRANSCRIPTS = Path(__file__).parents[1] / "data" / "proxy-logs"
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
    assert states[Subject("SC305")] == {answers.task_id(NEW): MemberState.FAIL}
    (member,) = desk.ledger.members(PLACE, Subject("SC305"))
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
    return answers.stopped(1, startedAt=None, stopCode="TaskFailedToStart", containers=[proxy], **changes)


def test_a_task_that_never_ran_gets_one_post_mortem_of_four_reads(desk: Desk) -> None:
    raw = {key: value for key, value in answers.task(NEW, **never_ran()).items() if value is not None}
    ids = [answers.task_id(NEW)]
    desk.aws.answer("ecs", "describe_tasks", {"tasks": [raw]}, cluster="tutorial", tasks=ids)
    desk.knows_the_service(serviceConnectConfiguration=LOGGED)
    logs(desk, REFUSED)
    assert desk.verify(nudge(NEW)) == []
    states = desk.states()
    assert set(states) == {Subject("SC209"), Subject("SC303"), Subject("SC304"), Subject("SC305")}
    assert {state for members in states.values() for state in members.values()} == {MemberState.LOST}
    (told,) = desk.ledger.members(PLACE, Subject("SC304"))
    assert "ecs:Poll" in told.sentence and told.caused_by == ""
    assert {desk.ledger.members(PLACE, Subject(id))[0].caused_by for id in ("SC209", "SC303", "SC305")} == {"SC304"}
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
    assert desk.ledger.logs_read([(PLACE, answers.task_id(NEW) + "/end")]) == set()


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
    assert desk.states()[Subject("SC304")] == {answers.task_id(NEW): MemberState.FAIL}


def test_a_task_that_stops_for_ordinary_reasons_gets_no_post_mortem(desk: Desk) -> None:
    proxy = {"name": answers.PROXY, "lastStatus": "STOPPED", "healthStatus": "HEALTHY", "exitCode": 0}
    desk.describes(NEW, **answers.stopped(1, stopCode="ServiceSchedulerInitiated", containers=[proxy]))
    assert desk.verify(nudge(NEW)) == [] and desk.records() == [] and desk.states() == {}
