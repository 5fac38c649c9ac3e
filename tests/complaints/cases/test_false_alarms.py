"""Cases of alarms about what was no fault of Service Connect's, and of ones that were repeated or never ended. Each is
a row of the list that a hostile review made (J), played in the simulated account."""

import pytest

from tests.builders import REGION
from tests.complaints.cases.played import NEVER_RAN, Played, states
from tests.complaints.watched import SWEPT
from tests.fakes.answers import PROXY
from tests.simulation import template
from tests.simulation.estate import LOG_PREFIX
from tests.simulation.proxies import Proxy, lines

HOUR = 3600
START_DEADLINE = int(template.environment("VerifyFunction")["START_DEADLINE"])
SOON = 400
"""Seconds until what an event shows is looked at and told."""


def test_j12_a_task_that_waited_for_capacity_is_not_silent_when_it_starts(account: Played) -> None:
    """A sweep meets its proxy in the middle of a healthy start, sixteen minutes after the task was created."""
    task = account.estate.place("web", Proxy.ABSENT)
    account.wait((account.sweep_at - account.clock.now).total_seconds() + 900 - 1)
    assert (account.clock.now - task.created_at).total_seconds() > START_DEADLINE
    whole = list(lines(Proxy.HEALTHY, account.clock.now, account.estate.task_set(task), "web"))
    task.proxy, account.logs[task.id] = Proxy.HEALTHY, whole[:20]
    account.wait(SOON)
    account.logs[task.id] = whole
    account.estate.run(task)
    account.wait(2 * SWEPT)
    assert account.told == []


REASONS = {
    "an image": ("TaskFailedToStart", "CannotPullContainerError: pull image manifest has been retried 1 time(s)"),
    "an application": ("EssentialContainerExited", "Essential container in task exited"),
    "its host": ("InfrastructureHealth", "The host is impaired"),
    "a code not known": ("SomethingNew", "Something new"),
}


@pytest.mark.parametrize("why", REASONS)
def test_j13_a_task_that_ends_in_its_start_for_another_reason_clears_the_proxy(account: Played, why: str) -> None:
    code, reason = REASONS[why]
    task = account.estate.place("web")
    account.logs[task.id] = account.well(task)[:20]
    application = {"name": "webserver", "lastStatus": "STOPPED", "exitCode": 1, "reason": reason}
    ended = {"name": PROXY, "lastStatus": "STOPPED", "exitCode": 0, "healthStatus": "UNKNOWN"}
    account.of_task(task, containers=[ended, application] if why in ("an image", "an application") else [ended])
    account.wait(30)
    account.estate.stop(task, code, reason)
    account.wait(2 * SWEPT)
    assert account.told == []


def test_j14_a_log_group_that_the_driver_makes_is_not_missing(new: Played) -> None:
    """`awslogs-create-group` is set, and the first deployment has not started a proxy yet: there is no capacity."""
    options = {"awslogs-group": "/ecs/new", "awslogs-region": REGION, "awslogs-stream-prefix": LOG_PREFIX}
    new.of_mesh("web", logConfiguration={"logDriver": "awslogs", "options": options | {"awslogs-create-group": "true"}})
    new.estate.create("web")
    new.estate.services["web"].desired = 1
    task = new.estate.place("web", Proxy.ABSENT)
    new.wait(60)
    new.dies(task, NEVER_RAN, exitCode=None, healthStatus="UNKNOWN")
    new.estate.place("web", Proxy.ABSENT)
    new.wait(3 * SWEPT)
    assert new.told == []


def test_j18_one_log_group_that_may_not_be_read_is_told_once(account: Played) -> None:
    """Another group could be read, and each such read ended the incident: five times opened, four times resolved."""
    options = {"awslogs-group": "/ecs/apart", "awslogs-region": REGION, "awslogs-stream-prefix": LOG_PREFIX}
    account.of_mesh("api", logConfiguration={"logDriver": "awslogs", "options": options})
    for call in ("get_log_events", "filter_log_events"):
        account.refuses(call, of="/ecs/apart")
    account.estate.create("api", 1)
    for _ in range(8):
        account.estate.start("web")
        account.wait(HOUR / 2)
    assert states(account.told, "SC902") == ["open"]


def test_j19_a_proxy_that_was_lost_is_resolved_an_hour_after_its_service_is_mended(account: Played) -> None:
    """A deployment is rolled back to tasks whose logs were read before: it stood for 25 hours."""
    task = account.estate.place("web", Proxy.KILLED)
    account.wait(200)
    account.estate.stop(task, *NEVER_RAN)
    account.wait(4 * HOUR)
    assert account.told == [("open", "SC303", "web"), ("resolved", "SC303", "web")]
    assert not account.topic.published[-1].data["closed_because"]
