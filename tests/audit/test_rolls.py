"""What looks at whole services write: one line of what was verified, lines of what is news, and what is remembered."""

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from scaudit.audit.records import verified_records
from scaudit.audit.rolls import Roll
from scaudit.audit.worst import worst
from scaudit.checks import BY_ID
from scaudit.checks.check import Verdict
from scaudit.model import Severity, Status
from scaudit.model.service_states import JUDGED, NOTHING, RETOLD, EndpointState, ServiceState, Told, Worst
from scaudit.store.keys import LOG_READ, text
from scaudit.store.service_states import ServiceStates
from scaudit.store.table import Table
from tests.builders import NOW, REGION, SERVICE
from tests.fakes import answers
from tests.fakes.laid_out import finds
from tests.fakes.stubbed import TABLE
from tests.fakes.verify_desk import PLACE, Desk, nudge, service_look

DAY = 86400
ID = answers.task_id(0)


def swept(desk: Desk, seconds: float = 900, *, of_memory: bool = False, **changes: str) -> list[dict[str, Any]]:
    """What one more look at the whole service writes of it and its tasks, so many seconds later."""
    desk.clock.forward(seconds)
    before = len(desk.written)
    desk.knows_the_service()
    finds(desk.aws, 0, **changes)
    desk.aws.answer("servicediscovery", "get_namespace", answers.namespace(), Id="ns-vdpucf3aztj23ecw")
    desk.describes(0)
    if of_memory:
        desk.aws.answer("servicediscovery", "get_service", answers.cloud_map_service(), Id="srv-nginx")
    if seconds >= 3600:
        desk.leaves()
    assert desk.verify(service_look()) == []
    return [r for r in desk.written[before:] if r["record"] in ("task", "service", "verified")]


@pytest.fixture
def known(desk: Desk) -> Desk:
    """One look was taken at the whole service."""
    desk.looks_in_full()
    assert desk.verify(service_look()) == []
    return desk


def item(desk: Desk) -> dict[str, Any]:
    (found,) = [i for i in desk.dynamodb.scan(TableName=TABLE)["Items"] if "services#" in i["pk"]["S"]]
    return found


def remembered(desk: Desk) -> ServiceState:
    return ServiceStates(desk.edges.table).of([PLACE])[PLACE]


def test_the_first_look_tells_of_everything_and_the_next_of_what_was_verified(known: Desk) -> None:
    assert [r["record"] for r in known.written if r["record"] != "namespace"][:3] == ["service", "task", "verified"]
    (line,) = swept(known)
    assert line["verified"] == f"pass: {ID}" and line["tasks"] == 1
    (cost,) = known.records("batch")[-1:]
    assert cost["TasksVerified"] == 1, "whether or not it has a line"


def test_everything_is_told_again_after_a_day_and_not_before(known: Desk) -> None:
    assert [r["record"] for r in swept(known, DAY - 1)] == ["verified"]
    assert [r["record"] for r in swept(known, 2, of_memory=True)] == ["service", "task", "verified"]
    assert [r["record"] for r in swept(known)] == ["verified"]


def test_a_change_of_verdict_is_told_and_what_stays_is_not(known: Desk) -> None:
    suspected = swept(known, 900, AWS_INSTANCE_PORT="9999")
    assert [(r["record"], r["verdict"]) for r in suspected] == [("task", "pending"), ("verified", "pending")]
    assert remembered(known).told[ID].because == ("SC203",)
    desk = known
    desk.fails(0)
    failing = swept(desk, 900, AWS_INSTANCE_PORT="9999")
    assert [(r["record"], r["verdict"]) for r in failing] == [("task", "fail"), ("verified", "fail")]
    assert [r["verified"] for r in swept(desk, 900, AWS_INSTANCE_PORT="9999")] == [f"fail: {ID}"]
    other = swept(desk, 900, AWS_INSTANCE_PORT="9998")
    assert [r["record"] for r in other] == ["task", "verified"], "the same verdict, of another port"


def test_a_task_that_could_not_be_described_is_named_as_unknown(known: Desk) -> None:
    known.clock.forward(900)
    known.knows_the_service()
    finds(known.aws, 0)
    known.aws.answer("servicediscovery", "get_namespace", answers.namespace(), Id="ns-vdpucf3aztj23ecw")
    known.aws.refuse("ecs", "describe_tasks", "AccessDeniedException")
    known.aws.refuse("ecs", "list_tasks", "AccessDeniedException")
    known.verify(service_look())
    assert known.records("verified")[-1]["verified"] == f"unknown: {ID}"


def test_the_item_of_a_service_is_written_when_it_changes(known: Desk) -> None:
    swept(known)  # finds the mark of the log
    before = item(known)
    assert swept(known) and item(known) == before
    (endpoint,) = remembered(known).endpoints
    assert (endpoint.name, endpoint.registered, endpoint.since) == ("nginx", 1, NOW)
    assert endpoint.worst == Worst("SC106", "fail", "warning", 1), "as ever at this desk"
    known.fails(0)
    began = known.clock() + timedelta(seconds=900)
    swept(known, 900, AWS_INSTANCE_PORT="9999")
    swept(known, 900, AWS_INSTANCE_PORT="9999")
    state = remembered(known)
    assert (state.running, state.desired) == (1, 1)
    assert state.endpoints[0].worst == Worst("SC203", "fail", "critical", 1) and state.endpoints[0].since == began


def test_a_service_that_is_gone_is_forgotten(known: Desk) -> None:
    assert remembered(known)
    known.aws.answer(
        "ecs", "describe_services", answers.no_service(), cluster="tutorial", services=["web"], include=["TAGS"]
    )
    known.verify(service_look())
    assert ServiceStates(known.edges.table).of([PLACE]) == {}


def test_what_another_version_wrote_is_written_anew(known: Desk) -> None:
    key = {name: item(known)[name] for name in ("pk", "sk")}
    known.dynamodb.put_item(TableName=TABLE, Item=key | {"told": {"N": "7"}})
    assert [r["record"] for r in swept(known)] == ["service", "task", "verified"]
    assert remembered(known).told.keys() == {"-", ID}


def test_the_mark_of_a_log_is_asked_for_once_and_remembered(known: Desk) -> None:
    swept(known)
    assert remembered(known).told[ID].log == JUDGED
    known.dynamodb.delete_item(TableName=TABLE, Key={"pk": {"S": PLACE.key}, "sk": {"S": LOG_READ + ID}})
    swept(known)  # would ask Logs, which the desk refuses, if it took the log for new


def test_an_event_tells_of_its_task_whatever_a_sweep_told(known: Desk) -> None:
    known.describes(0)
    known.knows_the_service()
    known.registers(0)
    known.verify(nudge())
    assert len(known.records()) == 2


def by_an_event(desk: Desk, **registered: str) -> str:
    """What the look of an event tells of the task."""
    desk.clock.forward(60)
    desk.describes(0)
    desk.knows_the_service()
    desk.registers(0, **registered)
    assert desk.verify(nudge()) == []
    verdict: str = desk.records()[-1]["verdict"]
    return verdict


def test_what_was_mended_after_an_event_told_it_has_a_line_though_sweeps_saw_none_of_it(known: Desk) -> None:
    swept(known)
    assert by_an_event(known, AWS_INSTANCE_PORT="9999") == "pending"
    mended = swept(known)
    assert [(r["record"], r["verdict"]) for r in mended] == [("task", "pass"), ("verified", "pass")]
    assert remembered(known).told[ID].log == JUDGED, "as it was: no log is read again for it"
    assert [r["record"] for r in swept(known)] == ["verified"]


def test_an_event_that_tells_what_the_sweep_told_writes_nothing_to_the_item(known: Desk) -> None:
    swept(known)
    assert [r["record"] for r in swept(known)] == ["verified"]
    before = item(known)
    assert by_an_event(known) == "pass" and item(known) == before


@pytest.mark.parametrize(("found", "marked"), [(2, 2), (-5, 2), (-5, -1)], ids=["after", "before", "by a late clock"])
def test_a_sweep_adds_to_what_events_told_since_it_read(dynamodb: Any, found: int, marked: int) -> None:
    """A batch marks at its end what it found at its beginning, and its clock may be late."""
    states, first = ServiceStates(Table(dynamodb, TABLE)), Told("pass", "a", NOW, log=JUDGED)
    assert states.keep(PLACE, ServiceState(1, 1, (), {ID: first, "-": first}, "as read"), NOW)
    before = states.of([PLACE])[PLACE]
    for later in (0, 1):
        said = Told("fail", RETOLD, NOW + timedelta(seconds=found + later), log=JUDGED)
        marked_at = NOW + timedelta(seconds=marked + later)
        states.mark(PLACE, {ID: said}, marked_at)
    left = states.of([PLACE])[PLACE]
    assert left.told == {ID: said, "-": first} and not left.fingerprint, "it is judged by the next sweep"
    began, wrong = NOW + timedelta(seconds=1), Worst("SC203", "fail", "critical", 1)
    again = replace(first, at=began)
    seen = ServiceState(2, 3, (EndpointState("web", 1, wrong, began),), {ID: again, "-": again}, "as read")
    kept = states.keep(PLACE, seen, began, before)
    told = {ID: said, "-": again}
    assert kept and kept == replace(seen, told=told, fingerprint="", marked_at=text(marked_at))
    assert kept == states.of([PLACE])[PLACE]
    assert not states.keep(PLACE, ServiceState(1, 1, (), {ID: first}), NOW), "a later sweep's is on record"
    ended = NOW + timedelta(seconds=4)
    assert states.keep(PLACE, seen, ended, kept) == seen == states.of([PLACE])[PLACE], "it read all that was told"


def test_nothing_is_marked_in_what_is_forgotten_or_not_understood(known: Desk) -> None:
    states, key = ServiceStates(known.edges.table), {name: item(known)[name] for name in ("pk", "sk")}
    said = {ID: Told("fail", RETOLD, NOW)}
    known.dynamodb.put_item(TableName=TABLE, Item=key | {"told": {"N": "7"}})
    states.mark(PLACE, said, NOW)
    assert item(known) == key | {"told": {"N": "7"}}
    states.forget(PLACE)
    states.mark(PLACE, said, NOW)
    assert states.of([PLACE]) == {}


def test_what_would_be_more_than_an_item_takes_is_told_anew(dynamodb: Any) -> None:
    states = ServiceStates(Table(dynamodb, TABLE))
    assert states.keep(PLACE, ServiceState(1, 1, (), {ID: Told("pass", "a", NOW)}), NOW)
    for part in range(3):
        told = {f"{part}{n:031d}": Told("fail", RETOLD, NOW) for n in range(4500)}
        states.mark(PLACE, told, NOW)
    assert states.of([PLACE]) == {}


def test_the_end_of_a_task_is_told_by_its_event_alone(desk: Desk) -> None:
    desk.describes(0, **answers.stopped(1, stopCode="ServiceSchedulerInitiated", containers=[WELL]))
    desk.verify(nudge())
    (end,) = desk.records()
    assert (end["task_status"], end["stop_code"], end["verdict"]) == ("STOPPED", "ServiceSchedulerInitiated", "skipped")
    desk.describes(0, **answers.stopped(1, stopCode="ServiceSchedulerInitiated", containers=[WELL]))
    desk.verify(nudge(look=1))
    assert len(desk.records()) == 1


WELL = {"name": answers.PROXY, "lastStatus": "STOPPED", "healthStatus": "HEALTHY", "exitCode": 0}


def test_many_tasks_are_named_once_each_in_lines_of_200_kb() -> None:
    ids = [f"{n:036d}" for n in range(12_000)]
    named = {"pass": ids[:11_000], "unknown": ids[11_000:]}
    lines = list(verified_records(REGION, SERVICE, "pass", named, NOW))
    assert max(len(json.dumps(line)) for line in lines) <= 200_000
    told = [group.split(": ") for line in lines for group in line["verified"].split("; ")]
    assert {v: [i for verdict, ids in told if verdict == v for i in ids.split()] for v in named} == named
    assert sum(line["tasks"] for line in lines) == 12_000


def test_what_is_remembered_of_ever_so_many_tasks_fits_an_item(dynamodb: Any) -> None:
    """Each alone in what was told of it, as tasks are that fail with values of their own."""
    states = ServiceStates(Table(dynamodb, TABLE))
    told = {f"{n:032d}": Told("fail", f"{n:012d}", NOW) for n in range(12_000)}
    assert states.keep(PLACE, ServiceState(1, 1, (), told), NOW)
    left = states.of([PLACE])[PLACE].told
    assert 2000 < len(left) < 12_000 and all(told[task] == each for task, each in left.items())


def test_older_knowledge_does_not_undo_newer(dynamodb: Any) -> None:
    states = ServiceStates(Table(dynamodb, TABLE))
    assert states.keep(PLACE, ServiceState(2, 2, ()), NOW)
    assert not states.keep(PLACE, ServiceState(1, 1, ()), NOW - timedelta(seconds=1))
    assert states.of([PLACE])[PLACE].running == 2


def said(check: str, status: Status, severity: Severity = Severity.ERROR, **more: Any) -> Verdict:
    return replace(Verdict(BY_ID[check], "-", "", status, severity=severity), **more)


@pytest.mark.parametrize(
    ("verdicts", "expected"),
    [
        ([said("SC102", Status.PASS)], None),
        ([said("SC402", Status.FAIL, Severity.INFO)], ("SC402", "fail", 1)),
        ([said("SC402", Status.FAIL, Severity.INFO), said("SC303", Status.UNKNOWN)], ("SC303", "unknown", 1)),
        ([said("SC303", Status.UNKNOWN), said("SC205", Status.FAIL, Severity.WARNING)], ("SC205", "fail", 1)),
        (
            [said("SC105", Status.UNKNOWN), said("SC201", Status.PENDING, Severity.CRITICAL)],
            ("SC201", "pending", 1),
        ),
        ([said("SC201", Status.PENDING, Severity.CRITICAL), said("SC102", Status.FAIL)], ("SC102", "fail", 1)),
        ([said("SC203", Status.FAIL, caused_by="SC102"), said("SC102", Status.FAIL)], ("SC102", "fail", 1)),
        ([said("SC102", Status.FAIL, suppressed=True)], None),
        ([said("SC203", Status.FAIL, member=m) for m in "ab"], ("SC203", "fail", 2)),
    ],
)
def test_the_worst_is_what_speaks_for_itself_and_weighs_most(verdicts: Any, expected: Any) -> None:
    found = worst(verdicts)
    assert (found and (found.check, found.status, found.members)) == expected


@pytest.mark.parametrize(
    ("status", "tasks", "restarts"),
    [(Status.FAIL, 3, False), (Status.FAIL, 1, False), (Status.UNKNOWN, 2, True), (Status.PASS, 2, True)],
)
def test_since_when_an_endpoint_is_so_does_not_hang_on_how_many_tasks(
    status: Status, tasks: int, restarts: bool
) -> None:
    def found(status: Status, tasks: int) -> list[Verdict]:
        return [
            Verdict(BY_ID["SC203"], str(n), SERVICE.endpoints[0].name, status, "", Severity.CRITICAL)
            for n in range(tasks)
        ]

    later = NOW + timedelta(days=3)
    first = Roll(NOTHING, NOW).after(SERVICE, found(Status.FAIL, 2), {}, complete=True)
    endpoint, *_ = Roll(first, later).after(SERVICE, found(status, tasks), {}, complete=True).endpoints
    assert endpoint.since == (later if restarts else NOW)
    assert status is not Status.FAIL or (endpoint.worst and endpoint.worst.members == tasks)


@pytest.mark.parametrize(
    ("unknown", "pending", "because", "undecided"),
    [
        (["SC105"], ["SC104"], ("SC105",), "unknown"),
        (None, ["SC104"], ("SC104",), "pending"),
        (None, None, (), ""),
    ],
)
def test_what_is_open_of_a_service_is_remembered_beside_the_advice_that_fails(
    unknown: list[str] | None, pending: list[str] | None, because: tuple[str, ...], undecided: str
) -> None:
    open_ = {name: checks for name, checks in (("unknown", unknown), ("pending", pending)) if checks}
    record = {"verdict": "fail", "failed": ["SC107"], **open_}
    roll = Roll(NOTHING, NOW)
    assert roll.is_news("-", record) and roll.is_news("a", record)
    assert (roll.told["-"].because, roll.told["-"].undecided, roll.told["-"].verdict) == (because, undecided, "fail")
    assert roll.told["a"].undecided == "", "a task that fails was found to"
