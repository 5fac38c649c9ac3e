"""How long a start took: what one look can tell of it, and what it cannot."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from scaudit.audit.starts import start_times
from scaudit.model import Moot, Unread
from scaudit.model.seen import LOOKED_AT, Seen
from scaudit.proxylog import Outcome
from tests.builders import HEALTHY, NOW, PROXY_LOG, REGISTERED, SERVICE, TASK

CREATED = NOW - timedelta(seconds=75.4)
YOUNG = replace(TASK, created_at=CREATED, started_at=CREATED + timedelta(seconds=41.26))
READY = replace(PROXY_LOG, first_at=CREATED, ready_at=NOW, ready_line=9, ready_lines=(9,), seconds_to_ready=3.14)
START = replace(HEALTHY, task=YOUNG, log=READY)
END = NOW + timedelta(seconds=2)


def told(seen: Seen = START, **changes: Any) -> dict[str, float | None]:
    return start_times(replace(seen, **changes), END)


def test_a_look_at_a_young_task_tells_until_when_it_was_registered_and_no_moment() -> None:
    assert told() == {"running_after": 41.3, "registered_by": 78, "ready_after": 3.1}


def test_what_is_not_registered_yet_is_told_of_the_beginning_of_the_look() -> None:
    one_of_two = {**REGISTERED, "nginx": None}
    assert told(registrations=one_of_two) == {"running_after": 41.3, "unregistered_at": 75, "ready_after": 3.1}


@pytest.mark.parametrize(
    "registrations",
    [{}, {"nginx": REGISTERED["nginx"]}, {**REGISTERED, "nginx": Unread("servicediscovery:GetInstance is refused")}],
)
def test_of_a_registration_that_was_not_read_nothing_is_told(registrations: dict[str, Any]) -> None:
    assert told(registrations=registrations) == {"running_after": 41.3, "ready_after": 3.1}


def test_one_endpoint_that_is_missing_is_missing_whatever_could_not_be_read_of_another() -> None:
    found = {"nginx": Unread("refused"), "web-admin": None}
    assert told(registrations=found)["unregistered_at"] == 75


def test_a_client_and_a_task_of_a_deployment_that_was_replaced_have_no_registration() -> None:
    client = replace(SERVICE, deployments=(replace(SERVICE.deployments[0], endpoints=()),))
    replaced = replace(SERVICE, deployments=(replace(SERVICE.deployments[0], id="ecs-svc/2"),))
    for service in (client, replaced, None, Unread("refused")):
        assert not {"registered_by", "unregistered_at"} & told(service=service).keys()


@pytest.mark.parametrize("log", [LOOKED_AT, Moot("moot"), Unread("logs:GetLogEvents is refused")])
def test_of_a_log_that_was_not_read_nothing_is_told(log: Any) -> None:
    assert "ready_after" not in told(log=log)


@pytest.mark.parametrize(
    "changes",
    [
        {"dump_seen": False},
        {"cut": "it is too long"},
        {"verdict": Outcome.UNKNOWN},
        {"seconds_to_ready": None, "ready_at": None},
        {"seconds_to_ready": None},
    ],
)
def test_nothing_is_told_of_a_log_that_does_not_tell_when_it_began_and_was_ready(changes: dict[str, Any]) -> None:
    assert "ready_after" not in told(log=replace(READY, **changes))


def test_a_log_that_shows_no_ready_proxy_says_so() -> None:
    log = replace(PROXY_LOG, verdict=Outcome.NOT_READY, ready=False)
    assert told(log=log)["ready_after"] is None


def test_a_proxy_that_was_ready_and_has_ended_was_ready() -> None:
    assert told(log=replace(READY, verdict=Outcome.EXITED, ready=False))["ready_after"] == 3.1


def test_a_task_that_never_ran_is_told_so() -> None:
    never = replace(YOUNG, started_at=None, last_status="STOPPED")
    assert told(task=never, registrations={})["running_after"] is None


def test_of_a_start_that_is_long_past_no_look_tells() -> None:
    old = replace(YOUNG, started_at=NOW - timedelta(hours=1), created_at=NOW - timedelta(hours=2))
    assert told(task=old)["registered_by"] == 7202
    assert told(task=replace(old, started_at=NOW - timedelta(hours=1, seconds=1))) == {}


def test_clocks_that_disagree_make_no_bound_too_tight_and_no_time_negative() -> None:
    """The function's clock is behind that of ECS."""
    ahead = replace(YOUNG, created_at=NOW + timedelta(seconds=60), started_at=NOW + timedelta(seconds=101.2))
    assert told(task=ahead) == {"running_after": 41.2, "registered_by": 42, "ready_after": 3.1}
    assert "unregistered_at" not in told(task=ahead, registrations={**REGISTERED, "nginx": None})
    assert told(task=replace(YOUNG, started_at=CREATED - timedelta(seconds=1))) == {}
