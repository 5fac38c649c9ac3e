"""ECS counts more running tasks than it lists: for good, or for a moment while tasks come and go."""

from typing import Any

import pytest

from scaudit.model.places import Subject
from scaudit.store.keys import itself
from tests.builders import REGION
from tests.simulation import readers
from tests.simulation.account import Account
from tests.simulation.estate import CLUSTER
from tests.simulation.parts import Registered
from tests.simulation.proxies import Proxy
from tests.simulation.readers import ECS
from tests.simulation.template import SWEEP_EVERY


def account() -> Account:
    """Two services of five tasks, which are verified."""
    made = Account()
    made.was_watched_before()
    for name in ("web", "api"):
        made.estate.create(name, 5)
    made.wait(1200)
    assert swept(made) == (10, 10)
    return made


def swept(made: Account) -> tuple[int, int]:
    found = made.ledger.estate(REGION)[CLUSTER]
    return found.tasks, found.verified


def uncovered(made: Account) -> bool:
    return Subject("SC904") in made.ledger.standing(itself(REGION))


def test_what_is_never_listed_is_never_verified(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two tasks lose their registrations, and with them their last mention but for the count."""
    made = account()
    hidden = [task.id for task in made.estate.running("web")[:2]]
    for task in hidden:
        made.estate.register(made.estate.tasks[task], Registered.MISSING)
    listed = ECS.list_tasks

    def answer(self: ECS, **wanted: Any) -> dict[str, Any]:
        told = listed(self, **wanted)
        return {**told, "taskArns": [arn for arn in told["taskArns"] if arn.rsplit("/", 1)[-1] not in hidden]}

    with monkeypatch.context() as patched:
        patched.setattr(ECS, "list_tasks", answer)
        made.wait(2 * SWEEP_EVERY)
        assert swept(made) == (10, 8) and not uncovered(made)
        made.wait(SWEEP_EVERY)
        assert swept(made) == (10, 8) and uncovered(made)
        assert [each.data["check"] for each in made.topic.published] == []
    made.wait(2 * SWEEP_EVERY)
    assert swept(made) == (10, 10) and not uncovered(made)
    assert [each.data["check"] for each in made.topic.published] == ["SC201"], "of those that nobody saw"


@pytest.mark.parametrize("registered", [Registered.RIGHT, Registered.MISSING])
def test_tasks_that_come_and_go_between_two_reads_are_no_gap(
    monkeypatch: pytest.MonkeyPatch, registered: Registered
) -> None:
    """As soon as ECS has counted, a task stops, and another starts later, whether or not the count is asked again."""
    made = account()
    counted, asked = ECS.describe_services, list[Any]()

    def answer(self: ECS, **wanted: Any) -> dict[str, Any]:
        asked.append(wanted["services"])
        if len(made.estate.running("web")) < 5:
            made.estate.start("web")
        told = counted(self, **wanted)
        task = made.estate.running("web")[0]
        made.estate.register(task, registered)
        made.estate.stop(task)
        return told

    for _ in range(4):
        with monkeypatch.context() as patched:
            patched.setattr(ECS, "describe_services", answer)
            made.sweep()
            made.work_off()
        found, verified = swept(made)
        assert found == verified and not uncovered(made)
        made.wait(SWEEP_EVERY)
    assert made.topic.published == []
    assert ["web"] in asked


@pytest.mark.parametrize("status", ["PROVISIONING", "PENDING", "ACTIVATING"])
def test_tasks_that_get_stuck_while_those_of_the_deployment_before_run_on_are_told(status: str) -> None:
    """Neither count has them, and nothing names them but the list."""
    made = account()
    made.estate.deploy("web")
    task = made.estate.place("web", Proxy.REFUSED)
    task.last = status
    made.wait(2 * SWEEP_EVERY + 300)
    (told,) = made.topic.published
    assert told.data["check"] == "SC304" and told.data["affected"]["count"] == 1


def test_a_task_that_lingers_on_its_way_out_hides_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its host is out of reach: it stays RUNNING and registered, ECS counts the one in its place, and one that lost its
    registration is in no answer but the list."""
    made = account()
    lingers, loses, *_ = made.estate.running("web")
    wanted, described = readers._desired, readers._service
    monkeypatch.setattr(readers, "_desired", lambda task: "STOPPED" if task is lingers else wanted(task))
    monkeypatch.setattr(readers, "_service", lambda service: described(service) | {"runningCount": 5})
    made.estate.start("web")
    made.wait(SWEEP_EVERY)
    made.estate.register(loses, Registered.MISSING)
    made.wait(SWEEP_EVERY + 300)
    assert [each.data["check"] for each in made.topic.published] == ["SC201"]
