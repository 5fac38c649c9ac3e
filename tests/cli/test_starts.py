"""What `scaudit history` says of how the tasks of deployments started, by the lines that the audit log has."""

import json
import math
from datetime import timedelta
from typing import Any

import pytest

from scaudit_cli.ask.starts import Rollout, rollouts
from scaudit_cli.ask.starts_text import as_json, words
from tests.builders import DEPLOYMENT_ID, NOW
from tests.contracts.deployed import ROOT
from tests.fakes.recorded import records

GOLDEN = records()
STARTED, LATE, NEVER = (
    GOLDEN[name] for name in ("task that has just started", "task that is not registered yet", "task that never ran")
)
OLD = json.loads((ROOT / "tests/data/upgrade/records-8fc134c.json").read_text())


def at(line: dict[str, Any], seconds: float = 0, **changes: Any) -> dict[str, Any]:
    """A line of so many seconds later."""
    return line | {"observed_at": (NOW + timedelta(seconds=seconds)).isoformat(timespec="milliseconds"), **changes}


def start(task: str, seconds: float = 0, **times: Any) -> dict[str, Any]:
    """A line of a task's start, with nothing in it but these times."""
    plain = {name: value for name, value in STARTED.items() if name not in ("registered_by", "ready_after")}
    return at(plain, seconds, **{"task_id": task, "running_after": 40.0, **times})


def told(name: str, seconds: float = 0, **changes: Any) -> dict[str, Any]:
    """A line of what ECS told of the deployment."""
    when = (NOW + timedelta(seconds=seconds)).isoformat(timespec="seconds").replace("+00:00", "Z")
    return at(GOLDEN["deployment"], seconds, event=f"SERVICE_DEPLOYMENT_{name}", event_at=when, **changes)


def one(*lines: dict[str, Any]) -> Rollout:
    (only,) = rollouts(lines[::-1])
    return only


def said(*lines: dict[str, Any]) -> list[str]:
    return [line.strip() for line in words(one(*lines))]


def test_a_deployment_is_told_with_what_ecs_told_and_what_its_tasks_took() -> None:
    lines = [
        told("IN_PROGRESS", -130),
        start("a", 30, running_after=38.26, registered_by=70, ready_after=2.94),
        start("b", 40, running_after=52.0, registered_by=75, ready_after=7.1),
        told("COMPLETED"),
    ]
    assert [*words(one(*lines))] == [
        f"  2026-11-23 11:57  {DEPLOYMENT_ID}: COMPLETED after 2 min 10 s",
        "    RUNNING      2 of 2 tasks, 38 to 52 s after creation",
        "    registered   2 of 2, at most 75 s after creation",
        "    proxy ready  2 of 2, 2.9 to 7.1 s after its log began",
    ]
    assert max(map(len, words(one(*lines)))) <= 80


def test_bounds_of_one_task_are_the_tightest_of_its_lines_whatever_their_order() -> None:
    lines = [
        start("a", 20, unregistered_at=33),
        start("a", 80, registered_by=95, ready_after=None),
        start("a", 200, registered_by=215, ready_after=3.0),
        start("a", 300, unregistered_at=315),
    ]
    for some in (lines, lines[::-1]):
        assert "registered   1 of 1, at most 95 s after creation" in said(*some)
        assert "1 not at the first look: the slowest not yet after 33 s" in said(*some)
        assert "proxy ready  1 of 1, 3 s after its log began" in said(*some)


def test_what_was_never_seen_registered_is_told_with_the_last_look() -> None:
    lines = [start("a", 60, unregistered_at=60), start("a", 600, unregistered_at=600), start("b", registered_by=50)]
    assert said(*lines)[2:4] == [
        "registered   1 of 2, at most 50 s after creation",
        "1 not seen so: still missing 10 min 0 s after creation",
    ]
    assert as_json(one(*lines))["registered"] == {
        "tasks": 1,
        "at_most": 50,
        "not_at": None,
        "never_seen": 1,
        "unknown": 0,
        "because": [],
    }


def test_tasks_that_never_ran_are_no_gap_in_what_is_told_of_registration() -> None:
    lines = [
        told("IN_PROGRESS", -600),
        at(NEVER, task_id="a"),
        at(NEVER, task_id="b"),
        start("c", registered_by=50, ready_after=3.0),
        told("FAILED", reason="ECS deployment circuit breaker: tasks failed to start."),
    ]
    assert said(*lines) == [
        f"2026-11-23 11:50  {DEPLOYMENT_ID}: FAILED after 10 min 0 s",
        "ECS: ECS deployment circuit breaker: tasks failed to start.",
        "RUNNING      1 of 3 tasks, 40 s after creation",
        "2 never: stopped before",
        "registered   1 of 1, at most 50 s after creation",
        "proxy ready  1 of 3, 3 s after its log began",
        "2 not: the log shows no start of Envoy's workers",
    ]
    assert "registered" not in " ".join(said(at(NEVER, task_id="a")))


def test_a_task_that_is_stuck_and_then_runs_has_run() -> None:
    stuck = at(NEVER, task_id="a", task_status="PENDING")
    assert said(stuck)[1:3] == ["RUNNING      0 of 1 task", "1 not yet: PENDING when last looked at"]
    assert said(stuck, start("a", 60, running_after=900.5))[1] == "RUNNING      1 of 1 task, 15 min 0 s after creation"


def finding(check: str, why: str, status: str = "unknown") -> dict[str, Any]:
    return {**GOLDEN["task on a wrong port"]["findings"][0], "check": check, "status": status, "message": why}


def test_what_could_not_be_read_is_unknown_with_the_reason() -> None:
    refused = [finding("SC303", "logs:FilterLogEvents is refused"), finding("SC201", "GetInstance is refused")]
    lines = [start("a", findings=refused), start("b", findings=refused[:1], registered_by=70), start("c")]
    assert said(*lines)[2:] == [
        "registered   1 of 2, at most 70 s after creation",
        "1 unknown: GetInstance is refused",
        "proxy ready  0 of 3",
        "2 unknown: logs:FilterLogEvents is refused",
        "1 unknown: its log was not read, or does not tell",
    ]
    assert as_json(one(*lines))["ready"]["unknown"] == 3
    assert "unknown" not in said(*lines, start("a", 60, ready_after=3.0, registered_by=99))[2]


def test_reasons_that_differ_by_their_task_alone_are_one_and_few_are_written() -> None:
    """A stream is called after its task, and in a crash loop each has a reason of its own."""
    streams = [f"The stream does not exist: proxy/ecs-service-connect-{n:05}/{n:032x}" for n in range(40)]
    lines = [start(f"{n}", findings=[finding("SC303", why)]) for n, why in enumerate(streams)]
    assert said(*lines)[2:] == ["proxy ready  0 of 40", f"40 unknown: {streams[-1]}"]
    assert as_json(one(*lines))["ready"]["because"] == streams[-1:]
    many = [start(f"{n}", findings=[finding("SC201", f"error {n}")], ready_after=3.0) for n in range(9)]
    assert said(*many)[-2:] == [
        "6 unknown for other reasons: --output json has them",
        "proxy ready  9 of 9, 3 s after its log began",
    ]
    assert len(as_json(one(*many))["registered"]["because"]) == 9


def test_two_deployments_at_once_are_two_the_older_first() -> None:
    new = {"deployment": "ecs-svc/2"}
    found = rollouts([start("b", 5, **new), start("a", -5), told("IN_PROGRESS", 9, **new), told("COMPLETED", 9)])
    assert [(each.id, len(each.starts)) for each in found] == [(DEPLOYMENT_ID, 1), ("ecs-svc/2", 1)]
    clusters = rollouts([start("a"), start("a", ecs_cluster="prod")])
    assert [each.cluster for each in clusters] == ["tutorial", "prod"]


def test_of_a_deployment_that_is_begun_again_the_last_beginning_counts() -> None:
    back = "ECS deployment circuit breaker: rolling back to deploymentId ecs-svc/1."
    lines = [told("IN_PROGRESS", -9000), told("COMPLETED", -8000), told("IN_PROGRESS", -90, reason=back)]
    assert said(*lines) == [
        f"2026-11-23 11:58  {DEPLOYMENT_ID}: no end told by ECS",
        f"ECS: {back}",
        "no start of a task of it is on record",
    ]
    assert said(*lines, told("COMPLETED"))[0].endswith("COMPLETED after 90 s")


def test_an_end_whose_beginning_was_not_told_belongs_to_no_earlier_one() -> None:
    lines = [told("IN_PROGRESS", -9000), told("COMPLETED", -8900), told("COMPLETED")]
    assert one(*lines).took is None and "after" not in said(*lines)[0]
    assert one(*lines[:1]).began and one(*lines[:2]).took == timedelta(seconds=100)


def test_an_event_that_comes_twice_or_out_of_order_changes_nothing() -> None:
    lines = [told("IN_PROGRESS", -60), told("COMPLETED")]
    repeated = [*lines[::-1], at(lines[0], 900), at(lines[1], 901)]
    assert one(*repeated) == one(*lines)


def test_a_deployment_that_begins_and_ends_within_a_second_has_ended() -> None:
    """The times of events are in whole seconds."""
    assert said(told("COMPLETED"), told("IN_PROGRESS"), start("a"))[0].endswith(": COMPLETED after 0 s")


@pytest.mark.parametrize("written", ["", "yesterday", "2026-11-23T12:00:00", "2026-11-23 12:00:00+00:00Z"])
def test_an_event_of_an_unknown_time_is_left_out(written: str) -> None:
    line = GOLDEN["deployment"] | {"event_at": written}
    assert said(start("a"), line)[0].endswith("no event of ECS on record")
    assert rollouts([line]) == ()


def test_an_event_of_another_time_zone_is_told_in_utc() -> None:
    line = told("COMPLETED") | {"event_at": "2026-11-23T21:00:00+09:00"}
    assert said(line, start("a"))[0].endswith(": COMPLETED 2026-11-23 12:00")


def test_what_lacks_its_beginning_is_told_with_the_time_of_its_end() -> None:
    assert said(told("COMPLETED"), start("a"))[0].endswith(": COMPLETED 2026-11-23 12:00")
    assert said(start("a"))[0].endswith("no event of ECS on record")


def test_lines_of_before_are_no_starts() -> None:
    lines = [record for record in OLD if record["record"] == "task"]
    assert lines and rollouts([*lines, GOLDEN["healthy task"], GOLDEN["end of a task"]]) == ()


def test_every_number_of_two_thousand_tasks_is_of_one_of_them() -> None:
    lines = [start(f"{n}", running_after=n / 10, registered_by=n, ready_after=n / 1000) for n in range(2000)]
    found = as_json(one(*lines))
    assert (found["tasks"], found["running"]["most"], found["registered"]["at_most"]) == (2000, 199.9, 1999)
    assert len(said(*lines)) == 4 and all(map(math.isfinite, (found["ready"]["least"], found["ready"]["most"])))


def test_a_reason_cannot_write_to_the_terminal() -> None:
    assert not any("\x1b" in line for line in said(told("FAILED", reason="\x1b[2J"), start("a")))
