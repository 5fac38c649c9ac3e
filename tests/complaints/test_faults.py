"""What is broken and hard to see: it is found, and told with its cause, in words that one can act on."""

from pathlib import Path

import pytest

from scaudit.checks.check import Verdict
from scaudit.model import Severity, Status
from tests.checks.worlds.clients import DAY, YOUNGER, beside_clients, calling
from tests.checks.worlds.rows import of_service
from tests.cli.linted import findings, of, written
from tests.complaints.watched import SWEPT, Watched
from tests.simulation.parts import Registered, Task
from tests.simulation.proxies import Proxy

HEALTHY_TO_ECS = {
    Proxy.PORT_TAKEN: "Address already in use",
    Proxy.LISTENER_REJECTED: "rejected",
}
NEVER_STARTS = {
    Proxy.REFUSED: ("SC304", "Unauthorized to perform ecs:Poll"),
    Proxy.KILLED: ("SC303", "ended by a signal (killed)"),
}


def only(account: Watched) -> dict:
    """The one message there is, for machines."""
    (message,) = account.topic.published
    return message.data


@pytest.mark.parametrize(("proxy", "why"), HEALTHY_TO_ECS.items(), ids=lambda value: getattr(value, "name", ""))
def test_a_proxy_without_its_configuration_is_seen_though_ecs_calls_it_healthy(
    account: Watched, proxy: Proxy, why: str
) -> None:
    """istio #8320: proxies that never got their configuration were invisible."""
    account.estate.run(account.estate.place("web", proxy))
    account.wait(SWEPT)
    told = only(account)
    assert (told["state"], told["check"]) == ("open", "SC305")
    assert any(why in sentence for sentence in told["sentences"])


def test_how_many_tasks_are_not_as_they_should_be_is_a_metric(account: Watched) -> None:
    """istio #8320: without a signal nobody knew."""
    account.records.clear()
    account.estate.register(account.estate.running("web")[0], Registered.WRONG_PORT)
    account.wait(2 * SWEPT)
    *_, swept = (each for each in account.kinds("batch") if each["TasksVerified"] == 2)
    (directive,) = swept["_aws"]["CloudWatchMetrics"]
    assert {"TasksVerified", "TasksFailing"} <= {metric["Name"] for metric in directive["Metrics"]}
    assert swept["TasksFailing"] == 1


def test_registrations_that_outlive_a_rollout_are_told(account: Watched) -> None:
    """istio #7665: 503s after a rollout, from what the old tasks left behind."""
    account.estate.deploy("web")
    for old in account.estate.running("web"):
        account.estate.start("web")
        account.estate.stop(old, stays=True)
    account.estate.retire("web")
    account.wait(SWEPT)
    assert (only(account)["check"], only(account)["affected"]["count"]) == ("SC206", 2)


def test_a_stale_registration_that_leads_to_another_service_is_critical(account: Watched) -> None:
    """amazon-ecs-agent #1417; registrator #621, PR #339: who takes over the address gets the requests."""
    gone = account.estate.running("web")[0]
    account.estate.stop(gone, stays=True)
    account.estate.start("web")
    other = takes_over(account, gone)
    account.wait(SWEPT)
    told = only(account)
    assert (told["check"], told["severity"], told["ecs_service"]) == ("SC206", "critical", "web")
    assert f"leads to orders ({other.id})" in told["sentences"][0]


def takes_over(account: Watched, gone: Task) -> Task:
    """A task of another service gets the address that the registration of one that is gone leads to."""
    account.estate.register(gone, Registered.WRONG_ADDRESS)  # that of the task whose number is 1000 more
    account.estate.create("orders")
    account.estate.services["orders"].desired = 1
    task = account.estate.place("orders")
    del account.estate.tasks[task.id]
    task.number = gone.number + 1000
    account.estate.tasks[task.id] = task
    return account.estate.run(task)


def test_a_stale_registration_that_leads_nowhere_is_an_error(account: Watched) -> None:
    """registrator #621"""
    account.estate.stop(account.estate.running("web")[0], stays=True)
    account.estate.start("web")
    account.wait(SWEPT)
    assert (only(account)["check"], only(account)["severity"]) == ("SC206", "error")


@pytest.mark.parametrize(("proxy", "expected"), NEVER_STARTS.items(), ids=lambda value: getattr(value, "name", ""))
def test_why_a_proxy_does_not_start_is_told_in_its_own_words(
    account: Watched, proxy: Proxy, expected: tuple[str, str]
) -> None:
    """amazon-ecs-service-connect-agent #41, #91, #127, #155; amazon-ecs-agent #4397; copilot-cli #4354"""
    task = account.estate.place("web", proxy)
    account.wait(200)
    account.estate.stop(task, "TaskFailedToStart", "Task failed container health checks")
    account.wait(SWEPT)
    told = only(account)
    check, why = expected
    assert told["check"] == check and why in told["text"]


def test_clients_that_must_be_redeployed_are_named() -> None:
    """containers-roadmap #2692; yelb #86: a new endpoint is unknown to whoever was deployed before it."""
    (found,) = failing(of_service(calling(*YOUNGER)))
    assert (found.check.id, found.severity) == ("SC401", Severity.ERROR)
    assert "orders.shop of service tutorial/orders" in found.sentence and "command of webserver" in found.sentence
    assert found.check.fix == "Force a new deployment of this service."


def test_services_that_may_have_to_be_redeployed_are_listed() -> None:
    """containers-roadmap #2692: who calls the endpoint without naming it is among these."""
    notes = [v for v in of_service(beside_clients(DAY + 1)) if v.status is Status.FAIL and v.check.id == "SC402"]
    assert len(notes) == 2 and all(note.sentence.endswith("UTC): tutorial/orders") for note in notes)
    assert {place.name for note in notes for place in note.stale} == {"tutorial/orders"}


def test_requests_before_the_application_is_ready_are_warned_of(tmp_path: Path) -> None:
    """containers-roadmap #2334: without a health check of the container, RUNNING is all that ECS waits for."""
    paths = written(tmp_path, lambda s, m, t, c: None)
    note = of("SC107", findings(*paths))
    assert (note["status"], note["severity"]) == ("fail", "info") and "healthCheck" in note["messages"][0]
    healthy = written(tmp_path, lambda s, m, t, c: c.update(healthCheck={"command": ["CMD-SHELL", "true"]}))
    assert of("SC107", findings(*healthy))["status"] == "pass"


def failing(verdicts: list[Verdict]) -> list[Verdict]:
    return [v for v in verdicts if v.status is Status.FAIL and v.severity > Severity.INFO]
