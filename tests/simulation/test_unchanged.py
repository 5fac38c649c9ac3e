"""A service that is as it was is not judged again; whatever may change behind its back is found by the next sweep."""

from datetime import timedelta
from typing import Any
from unittest.mock import patch

import pytest

import scaudit.audit.unchanged
from benchmarks.quota.account import Account
from benchmarks.quota.figures import failing
from benchmarks.quota.generate import everyone, generate
from scaudit.audit.services import look_at_shared
from scaudit.checks.check import Verdict
from scaudit.collect.aws.cloudmap import exactly
from scaudit.judge.services import judge_service
from scaudit.judge.tasks import judge_task
from scaudit.model import Endpoint
from scaudit.model.incidents import Member, MemberState
from scaudit.model.places import Place, Subject
from scaudit.store.ledger import Ledger
from scaudit.store.table import Table
from tests.builders import REGION
from tests.simulation.template import SWEEP_EVERY

SERVICES, TASKS = 10, 3


class Watch:
    """What the sweeps of an account judged: services and tasks by name and id."""

    def __init__(self, account: Account) -> None:
        self.account = account
        self.services: set[str] = set()
        self.tasks: set[str] = set()

    def _service(self, known: Any, *how: Any) -> Any:
        self.services.add(known.service.name)
        return judge_service(known, *how)

    def _task(self, seen: Any, *how: Any) -> Any:
        self.tasks.add(seen.task.id)
        return judge_task(seen, *how)

    def sweeps(self, after: float = SWEEP_EVERY) -> None:
        """The next sweep, in fresh processes, with what follows within a quarter of an hour."""
        self.services.clear(), self.tasks.clear()
        self.account.clock.reach(self.account.clock.now + timedelta(seconds=after))
        self.account.forget()
        services = patch("scaudit.audit.services.judge_service", self._service)
        with services, patch("scaudit.audit.tasks.judge_task", self._task):
            self.account.sweep(SWEEP_EVERY)
        assert len(self.account.judged) >= SERVICES * TASKS - 1, "everything is verified, judged or not"


@pytest.fixture
def watch() -> Watch:
    """An estate that was gone through until nothing was new."""
    watch = Watch(Account(generate(1, SERVICES, TASKS)))
    for _ in range(3):
        watch.sweeps()
    watch.sweeps()
    assert not watch.services and not watch.tasks and not failing(watch.account)
    return watch


@pytest.mark.parametrize("name", ["SC201", "SC202", "SC203", "SC204", "SC205", "SC302"])
def test_what_breaks_behind_its_back_is_found_by_the_next_sweep(watch: Watch, name: str) -> None:
    service = everyone(watch.account.estate)[3]
    task = service.tasks[0]
    task.fault = name
    watch.sweeps()
    assert watch.services == {service.name} and watch.tasks >= {task.id}
    (found,) = failing(watch.account)
    assert found[1].startswith(f"{name}#") and found[1].endswith(task.id)
    task.fault = ""
    watch.sweeps()
    assert watch.services == {service.name} and not failing(watch.account), "it is judged while anything stands"
    for _ in range(2):
        watch.sweeps()
    assert not watch.services


def test_what_a_service_declares_is_judged_when_it_changes(watch: Watch) -> None:
    service = everyone(watch.account.estate)[3]
    service.fault = "SC102"
    watch.sweeps()
    assert watch.services == {service.name}
    assert {sk for _, sk in failing(watch.account)} == {"SC102#-#-"}


def test_another_namespace_is_judged_with_all_who_are_left(watch: Watch) -> None:
    service = everyone(watch.account.estate)[3]
    other = everyone(watch.account.estate)[0].namespace + "-2"
    watch.account.estate.namespaces[f"ns-{other}"] = f"{other}-http"
    service.namespace = other
    watch.sweeps()
    assert service.name in watch.services


def test_a_deployment_is_judged_by_all_of_the_namespace(watch: Watch) -> None:
    """Who calls an endpoint must have been deployed after it, and names must not collide."""
    service = everyone(watch.account.estate)[3]
    watch.account.estate.roll(service, watch.account.clock.now, timedelta(seconds=20))
    watch.sweeps()
    later = set(watch.services)
    watch.sweeps()  # those that came before it in the page hear of it with the next
    assert later | watch.services == {each.name for each in everyone(watch.account.estate)} and service.name in later


def test_a_task_that_does_not_come_up_is_judged_when_its_deadline_has_passed(watch: Watch) -> None:
    service = everyone(watch.account.estate)[3]
    deployment, now = service.deployments[0], watch.account.clock.now
    stuck = watch.account.estate.start(deployment, service, now)
    stuck.started_at = stuck.registered_at = now + timedelta(days=1)
    service.desired += 1
    watch.sweeps(300)
    assert service.name in watch.services and stuck.id not in watch.account.judged
    watch.sweeps()
    assert service.name in watch.services and stuck.id in watch.account.judged


def test_tasks_that_are_registered_nowhere_are_listed_when_their_number_changes(watch: Watch) -> None:
    client, calls = everyone(watch.account.estate)[9], watch.account.wire.calls
    assert not client.endpoints and not calls["ecs:ListTasks"] and not calls["ecs:DescribeTasks"] > 1
    leaving, now = client.tasks[0], watch.account.clock.now
    coming = watch.account.estate.start(client.deployments[0], client, now)
    watch.account.estate.stop(leaving, now + timedelta(seconds=40))
    watch.sweeps()
    assert coming.id in watch.tasks and coming.id in watch.account.judged and leaving.id not in watch.account.judged
    assert watch.account.wire.calls["ecs:ListTasks"] == 1
    for _ in range(2):
        watch.sweeps()
    assert not watch.services and not watch.account.wire.calls["ecs:ListTasks"]


def test_everything_is_judged_once_a_day(watch: Watch) -> None:
    watch.sweeps(86400)
    assert len(watch.services) == SERVICES and len(watch.tasks) == SERVICES * TASKS
    watch.sweeps()
    assert not watch.services


def test_a_look_that_read_something_twice_is_not_recognised(watch: Watch) -> None:
    """What the second read showed the first may lack: it would be judged by the one and recognised by the other."""
    service = everyone(watch.account.estate)[3]

    def doubts(context: Any, seen: Any, *how: Any) -> list[Verdict]:
        if seen.service.name == service.name:
            (endpoint, registered), *_ = seen.registered.items()
            exactly(context.reads, seen.service.cluster, seen.service.account, _endpoint(seen, endpoint), registered)
        return look_at_shared(context, seen, *how)

    with patch("scaudit.audit.services.look_at_shared", doubts):
        watch.sweeps(86400)
    watch.sweeps()
    assert watch.services == {service.name}
    watch.sweeps()
    assert not watch.services


def _endpoint(seen: Any, name: str) -> Endpoint:
    return next(each for each in seen.service.endpoints if each.name == name)


def test_other_code_judges_anew(watch: Watch) -> None:
    with patch.object(scaudit.audit.unchanged, "_code", lambda: "edited"):
        watch.sweeps()
    assert len(watch.services) == SERVICES and len(watch.tasks) == SERVICES * TASKS


def test_what_stands_on_record_is_judged_until_it_is_over(watch: Watch) -> None:
    """As an event may have put it there, of which a sweep sees nothing."""
    service = everyone(watch.account.estate)[3]
    place = Place(REGION, service.cluster.name, service.name)
    member = Member(service.tasks[0].id, MemberState.FAIL, watch.account.clock.now)
    Ledger(Table(watch.account.table, "table")).record(place, Subject("SC305"), member)
    watch.sweeps()
    assert watch.services == {service.name}
