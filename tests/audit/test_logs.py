"""What the proxies' logs add: read once for a running task, and in a post-mortem of one that never ran."""

from datetime import timedelta
from typing import Any

import pytest
from botocore.stub import ANY

from scaudit.audit.context import LAG
from scaudit.collect.aws.logs import MOST_LOG_PAGES
from scaudit.judge.causes import as_heard
from scaudit.model import Severity
from scaudit.model.incidents import Member, MemberState
from scaudit.model.places import Subject
from tests.builders import NOW
from tests.fakes import answers
from tests.fakes.logged import LOGGED, NEW, transcript
from tests.fakes.verify_desk import PLACE, Desk, nudge

REFUSED = transcript("20-xds-unauthorized-ecs-poll.log")
PORT_TAKEN = transcript("09-port-in-use-ingress.log")


def logs(desk: Desk, lines: list[str], *, head: bool = True, pages: int = 1) -> None:
    events = [{"message": line} for line in lines if line]
    tokens = [{}, *({"nextToken": f"t{n}"} for n in range(1, pages)), {"nextToken": "end"}]
    for n, token in enumerate(tokens[:MOST_LOG_PAGES]):
        parameters = {
            "logGroupName": "/ecs/proxy",
            "logStreamName": f"proxy/{answers.PROXY}/{answers.task_id(NEW)}",
            "startFromHead": head,
            "startTime": ANY,
            "endTime": ANY,
            **token,
        }
        further = f"t{n + 1}" if n + 1 < pages else "end"
        answer = {"events": events if n == 0 else [], "nextForwardToken": further, "nextBackwardToken": further}
        desk.aws.answer("logs", "get_log_events", answer, **parameters)


def no_stream(desk: Desk) -> None:
    desk.aws.refuse("logs", "get_log_events", "ResourceNotFoundException", "The specified log stream does not exist.")


def test_a_taken_port_is_found_in_the_log_though_ecs_says_healthy(desk: Desk) -> None:
    desk.describes(NEW)
    desk.knows_the_service(serviceConnectConfiguration=LOGGED)
    desk.knows_the_definition()
    desk.registers(NEW)
    for _ in ("its start", "and all up to now: ECS says HEALTHY, so that a later line may have mended it"):
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


def look(desk: Desk, *, first: bool, **changes: Any) -> dict[str, Any]:
    """One look at the running task; what its log costs is planned by the caller."""
    desk.describes(NEW, **changes)
    desk.knows_the_service(serviceConnectConfiguration=LOGGED)
    if first:
        desk.knows_the_definition()
    if "startedBy" not in changes:
        desk.registers(NEW)
    desk.verify(nudge(NEW))
    return desk.records()[-1]


MARK = [(PLACE, answers.task_id(NEW))]


def test_J6_a_log_still_arriving_is_read_again(desk: Desk) -> None:
    whole = transcript("01-healthy-start.log")
    logs(desk, whole[:20])
    assert "SC303" in look(desk, first=True)["unknown"] and not desk.ledger.logs_read(MARK)
    logs(desk, whole)
    assert "SC303" in look(desk, first=False)["passed"] and desk.ledger.logs_read(MARK)


def test_J6_four_pages_with_more_to_come_are_no_pass_and_name_the_cause(desk: Desk) -> None:
    logs(desk, transcript("01-healthy-start.log"), pages=MOST_LOG_PAGES + 1)
    record = look(desk, first=True)
    assert {"SC303", "SC304", "SC305"} <= set(record["unknown"]) and "level may be debug" in str(record)
    assert not desk.ledger.logs_read(MARK)


def test_J6_a_part_of_a_log_that_proves_a_failure_counts(desk: Desk) -> None:
    logs(desk, PORT_TAKEN, pages=MOST_LOG_PAGES + 1)
    logs(desk, PORT_TAKEN[-1:], head=False)
    look(desk, first=True)
    assert desk.states()[Subject("SC305")] == {answers.task_id(NEW): MemberState.FAIL}
    assert {"SC303", "SC304", "SC306", "SC308", "SC309"} <= set(desk.records()[-1]["unknown"]), "it may be in the rest"


def test_a_listener_that_a_part_of_a_log_does_not_show_may_be_in_the_rest(desk: Desk) -> None:
    lines = [line for line in transcript("01-healthy-start.log") if "add/update listener 'ingress" not in line]
    logs(desk, lines, pages=MOST_LOG_PAGES + 1)
    logs(desk, ["a line that is not among the first"], head=False, pages=MOST_LOG_PAGES + 1)
    desk.aws.refuse("logs", "filter_log_events", "ThrottlingException")
    assert "SC305" in look(desk, first=True)["unknown"]


OLD = {"createdAt": NOW - timedelta(days=40), "startedAt": NOW - timedelta(days=40)}


def test_J24_that_a_log_is_no_longer_kept_is_remembered(desk: Desk) -> None:
    no_stream(desk)
    assert "SC303" in look(desk, first=True, **OLD)["unknown"] and desk.ledger.logs_read(MARK)
    assert "SC303" in look(desk, first=False, **OLD)["skipped"]

    assert "no longer kept" in str(desk.records()[-1]["skipped_because"])


YOUNG = {"createdAt": NOW - timedelta(hours=2), "startedAt": NOW - timedelta(hours=2)}


@pytest.mark.parametrize("lines", [0, 20])
def test_what_no_look_at_a_log_could_tell_stays_unknown_and_is_not_read_again(desk: Desk, lines: int) -> None:
    """Of a stream that was never there, too: no log is kept for less than a day."""
    logs(desk, transcript("01-healthy-start.log")[:lines]) if lines else no_stream(desk)
    assert "SC303" in look(desk, first=True, **YOUNG)["unknown"] and desk.ledger.logs_read(MARK)
    record = look(desk, first=False, **YOUNG)
    assert "SC303" in record["unknown"] and record["verdict"] == "unknown"


@pytest.mark.parametrize("lost", ["APPMESH_METRIC_EXTENSION_VERSION=", "all dependencies initialized"])
def test_one_line_that_was_dropped_makes_no_more_unknown_at_later_looks_than_at_the_first(
    desk: Desk, lost: str
) -> None:
    lines = transcript("01-healthy-start.log")
    logs(desk, [line for line in lines if lost not in line])
    first, later = look(desk, first=True, **YOUNG), look(desk, first=False, **YOUNG)
    assert first["unknown"] and later["unknown"] == first["unknown"]
    assert {"SC303", "SC304", "SC305", "SC306", "SC308"} & set(first["passed"]) <= set(later["skipped"])


@pytest.mark.parametrize(("hours", "ever"), [(2, True), (40 * 24, False)])
def test_nor_is_a_log_read_again_that_has_no_line_in_its_window(desk: Desk, hours: int, ever: bool) -> None:
    """A stream outlives its lines."""
    old = {"createdAt": NOW - timedelta(hours=hours), "startedAt": NOW - timedelta(hours=hours)}
    logs(desk, [])
    assert "SC303" in look(desk, first=True, **old)["unknown"]
    assert "SC303" in look(desk, first=False, **old)["unknown" if ever else "skipped"]


def test_nor_one_that_is_too_long(desk: Desk) -> None:
    logs(desk, transcript("01-healthy-start.log"), pages=MOST_LOG_PAGES + 1)
    assert "SC303" in look(desk, first=True, **YOUNG)["unknown"]
    assert "SC303" in look(desk, first=False, **YOUNG)["unknown"]


@pytest.mark.parametrize("hours", [0.5, 2])
def test_of_a_task_whose_deployment_was_replaced_no_log_is_read_nor_said_to_be_gone(desk: Desk, hours: float) -> None:
    began = {"createdAt": NOW - timedelta(hours=hours), "startedAt": NOW - timedelta(hours=hours)}
    record = look(desk, first=True, startedBy="ecs-svc/1", **began)
    assert "SC303" in record["skipped"] and "deployment replaced" in str(record["skipped_because"])
    for _ in ("its start", "all of it"):
        logs(desk, PORT_TAKEN)
    assert "SC305" in look(desk, first=False, **began)["failed"], "it is listed again: its log was never judged"


def test_J24_a_young_tasks_missing_stream_is_looked_for_again(desk: Desk) -> None:
    no_stream(desk)
    look(desk, first=True)
    assert not desk.ledger.logs_read(MARK)


def ran(hours: float, **changes: Any) -> dict[str, Any]:
    began = NOW - timedelta(hours=hours)
    told = {"createdAt": began, "startedAt": began, "stopCode": "EssentialContainerExited", **changes}
    return answers.stopped(1, **told)


def dies(desk: Desk, proxy: dict[str, Any], **changes: Any) -> None:
    container = {"name": answers.PROXY, "lastStatus": "STOPPED", **proxy}
    desk.describes(NEW, **ran(5, containers=[container], **changes))
    desk.knows_the_service(serviceConnectConfiguration=LOGGED)


KILLED = "OutOfMemoryError: Container killed due to memory usage"


def test_R1_a_proxy_that_dies_hours_after_its_start_is_found_by_its_post_mortem(desk: Desk) -> None:
    dies(desk, {"exitCode": 137, "reason": KILLED})
    logs(desk, ["anything"], head=False)
    desk.verify(nudge(NEW))
    assert desk.states()[Subject("SC310")] == {answers.task_id(NEW): MemberState.LOST}
    (told,) = desk.ledger.members(PLACE, Subject("SC310"))
    assert KILLED in told.sentence and "137" in told.sentence


def test_R2_so_is_one_that_spent_its_restarts_and_exits_with_0(desk: Desk) -> None:
    dies(desk, {"exitCode": 0})
    logs(desk, transcript("07-crash-loop-sigkill.log"), head=False)
    desk.verify(nudge(NEW))
    assert desk.states()[Subject("SC310")] == {answers.task_id(NEW): MemberState.LOST}


def test_R3_tasks_stopped_for_an_unhealthy_proxy_are_one_incident_and_repeat_critically(desk: Desk) -> None:
    ill = {"healthStatus": "UNHEALTHY"}
    failed = {"stopCode": "ServiceSchedulerInitiated", "stoppedReason": "Task failed container health checks"}
    other = Member("other", MemberState.LOST, NOW, Severity.ERROR, task_created_at=NOW)
    desk.ledger.record(PLACE, Subject("SC310"), other)
    dies(desk, ill, **failed)
    logs(desk, ["anything"], head=False)
    desk.verify(nudge(NEW))
    told = {id: desk.ledger.members(PLACE, Subject(id))[-1] for id in ("SC302", "SC310")}
    assert {id: (m.state, m.caused_by) for id, m in told.items() if m.id != "other"}["SC302"] == ("lost", "")
    (mine,) = [m for m in desk.ledger.members(PLACE, Subject("SC310")) if m.id == answers.task_id(NEW)]
    assert (mine.caused_by, mine.severity) == ("SC302", Severity.CRITICAL)
    (heard,) = as_heard(Subject("SC302"), [told["SC302"]], desk.ledger.standing(PLACE), ())
    assert heard.severity is Severity.CRITICAL


@pytest.mark.parametrize(("left", "begins"), [(1, True), (0, False)])
def test_of_a_service_that_was_scaled_to_zero_nothing_begins(desk: Desk, left: int, begins: bool) -> None:
    container = {"name": answers.PROXY, "lastStatus": "STOPPED", "healthStatus": "UNHEALTHY"}
    never = {"startedAt": None, "stopCode": "ServiceSchedulerInitiated", "containers": [container]}
    stopped = {key: value for key, value in (ran(1) | never).items() if value is not None}
    task = {key: value for key, value in answers.task(NEW, **stopped).items() if key != "startedAt"}
    desk.aws.answer("ecs", "describe_tasks", {"tasks": [task]}, cluster="tutorial", tasks=[answers.task_id(NEW)])
    service = answers.service(serviceConnectConfiguration=LOGGED) | {"desiredCount": left, "runningCount": 0}
    asked = {"cluster": "tutorial", "services": ["web"], "include": ["TAGS"]}
    desk.aws.answer("ecs", "describe_services", {"services": [service]}, **asked)
    logs(desk, ["anything"], head=True)
    desk.verify(nudge(NEW))
    assert (Subject("SC209") in desk.states()) is begins
    assert "SC209" in desk.records()[0]["failed"], "it is on record all the same"


def test_J6_a_post_mortem_whose_stream_is_not_there_yet_is_made_again(desk: Desk) -> None:
    dies(desk, {"exitCode": 1})
    no_stream(desk)
    desk.verify(nudge(NEW))
    assert desk.queue.delays and not desk.ledger.logs_read([(PLACE, answers.task_id(NEW) + "/end")])


def never_ran(**changes: Any) -> dict[str, Any]:
    proxy = {"name": answers.PROXY, "lastStatus": "STOPPED", "healthStatus": "UNHEALTHY", "exitCode": 0}
    return answers.stopped(1, startedAt=None, stopCode="TaskFailedToStart", containers=[proxy], **changes)


def test_a_task_that_never_ran_gets_one_post_mortem_of_five_reads(desk: Desk) -> None:
    raw = {key: value for key, value in answers.task(NEW, **never_ran()).items() if value is not None}
    ids = [answers.task_id(NEW)]
    desk.aws.answer("ecs", "describe_tasks", {"tasks": [raw]}, cluster="tutorial", tasks=ids)
    desk.knows_the_service(serviceConnectConfiguration=LOGGED)
    logs(desk, REFUSED)
    assert desk.verify(nudge(NEW)) == []
    states = desk.states()
    assert set(states) == {Subject("SC209"), Subject("SC303"), Subject("SC304")}
    assert {state for members in states.values() for state in members.values()} == {MemberState.LOST}
    (told,) = desk.ledger.members(PLACE, Subject("SC304"))
    assert "ecs:Poll" in told.sentence and told.caused_by == ""
    assert {desk.ledger.members(PLACE, Subject(id))[0].caused_by for id in ("SC209", "SC303")} == {"SC304"}
    assert desk.records("batch")[0]["calls"] == 5, "the last asks whether its cluster may be silent"
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
    assert desk.ledger.logs_read([(PLACE, answers.task_id(NEW) + "/end")]) == {}


@pytest.mark.parametrize(("health", "delay"), [("UNHEALTHY", LAG), ("HEALTHY", 900)])
def test_the_cause_of_what_fails_is_soon_looked_for_where_the_log_was_throttled(
    desk: Desk, health: str, delay: int
) -> None:
    """Else it would be told as a problem of its own, beside its cause."""
    proxy = {"name": answers.PROXY, "lastStatus": "RUNNING", "healthStatus": health}
    desk.aws.refuse("logs", "get_log_events", "ThrottlingException")
    record = look(desk, first=True, containers=[proxy])
    assert "SC303" in record["unknown"] and ("SC302" in record.get("failed", ())) is (health == "UNHEALTHY")
    assert desk.queue.delays == [delay]


def test_a_task_stuck_before_running_is_judged_after_the_deadline(desk: Desk) -> None:
    pending = {
        "lastStatus": "PENDING",
        "startedAt": None,
        "containers": [{"name": answers.PROXY, "lastStatus": "PENDING"}],
    }
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
    assert desk.verify(nudge(NEW)) == [] and desk.states() == {}
    assert [record["verdict"] for record in desk.records()] == ["skipped"]


def test_R10_a_log_that_goes_to_firelens_by_intent_is_skipped_in_one_sentence(desk: Desk) -> None:
    elsewhere = LOGGED | {"logConfiguration": {"logDriver": "awsfirelens", "options": {}}}
    desk.describes(NEW)
    desk.knows_the_service(serviceConnectConfiguration=elsewhere)
    desk.knows_the_definition()
    desk.registers(NEW)
    desk.verify(nudge(NEW))
    (record,) = desk.records()
    assert "unknown" not in record and record["verdict"] == "pass"
    reason = "the proxy's log goes to awsfirelens, which scaudit does not read: see SC106"
    assert [each for each in record["skipped_because"] if "awsfirelens" in str(each)] and reason in str(record)


def test_J6_so_is_one_whose_last_lines_are_still_to_come(desk: Desk) -> None:
    whole = transcript("07-crash-loop-sigkill.log")
    for lines in (whole[:201], whole):
        dies(desk, {"exitCode": 0})
        logs(desk, lines, head=False)
        desk.verify(nudge(NEW))
    assert desk.states()[Subject("SC310")] == {answers.task_id(NEW): MemberState.LOST}
