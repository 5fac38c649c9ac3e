"""A sweep is exact at the edges of AWS's pages: every task judged once, what is broken found, and nothing else."""

from datetime import timedelta
from typing import Any

import pytest

from benchmarks.quota.account import Account
from benchmarks.quota.estate import Estate, Service
from benchmarks.quota.figures import failing
from scaudit.audit.tasks import MOST_LOGS
from scaudit.model.incidents import EVERY_TASK, Member, MemberState
from scaudit.model.places import Place, Subject
from scaudit.store.keys import LOG_READ
from scaudit.store.ledger import Ledger
from scaudit.store.table import Table
from tests.builders import NOW, REGION

DAY = timedelta(days=1)
ENOUGH = 300
"""Seconds for a sweep of one cluster, and for a second look at what it suspects."""


def create(estate: Estate, name: str, tasks: int, *endpoints: str, namespace: str = "mesh") -> Service:
    return estate.create("east", name, NOW - DAY, endpoints=endpoints, desired=tasks, namespace=namespace)


def member(service: Service, check: str, id: str) -> tuple[str, str]:
    return f"{REGION}/east/{service.name}", f"{check}#{service.endpoints[0]}#{id}"


def swept(estate: Estate) -> Account:
    """The account after one sweep, which judged every task once, whatever came of it, or sent for a look of its own."""
    account = Account(estate)
    account.sweep(ENOUGH)
    running = {id for id, task in estate.tasks.items() if task.status(NOW) == "RUNNING"}
    assert account.judged.keys() | account.apart == running
    assert len(account.judged) >= min(len(running), MOST_LOGS)
    assert set(account.judged.values()) == {1}
    assert (account.killed, account.returned, account.queue.dead) == (0, 0, [])
    assert not sum(bucket.throttled for bucket in account.wire.buckets.values())
    return account


@pytest.mark.parametrize("services", [1, 9, 10, 11, 99, 100, 101, 201])
def test_services(services: int) -> None:
    """DescribeServices takes 10, ListServices gives 100 a page; at 201 one page is empty and not the last."""
    estate = Estate()
    made = [create(estate, f"web-{n:03d}", 2, f"web-{n:03d}") for n in range(services)]
    made[-1].tasks[1].fault = "SC203"
    assert failing(swept(estate)) == {member(made[-1], "SC203", made[-1].tasks[1].id)}


@pytest.mark.parametrize("tasks", [1, 99, 100, 101, 201, 999, 1000])
def test_tasks_and_instances_of_one_service(tasks: int) -> None:
    """DescribeTasks takes 100, ListInstances gives 100 a page, and of DiscoverInstances 1000 may be a part."""
    estate = Estate()
    service = create(estate, "web", tasks, "web")
    service.tasks[0].fault, service.tasks[-1].fault = "SC202", "SC203"
    wrong = {member(service, task.fault, task.id) for task in (service.tasks[0], service.tasks[-1])}
    assert failing(swept(estate)) == wrong


@pytest.mark.parametrize("tasks", [99, 100, 101, 201])
def test_tasks_that_are_registered_nowhere(tasks: int) -> None:
    """ListTasks gives 100 a page."""
    estate = Estate()
    service = create(estate, "web", tasks, "web")
    service.tasks[tasks // 2].fault = "SC201"
    create(estate, "client", tasks)
    assert failing(swept(estate)) == {member(service, "SC201", service.tasks[tasks // 2].id)}


@pytest.mark.parametrize("ghosts", [1, 99, 100, 101])
@pytest.mark.parametrize("ago", [timedelta(minutes=20), timedelta(hours=2)], ids=["stopped", "forgotten"])
def test_registrations_that_are_left(ghosts: int, ago: timedelta) -> None:
    """They are found by id, whether or not ECS still describes their tasks."""
    estate = Estate()
    service = create(estate, "web", 1 + ghosts, "web")
    for task in service.tasks[1:]:
        estate.stop(task, NOW - ago, forgotten=True)
    service.desired = 1
    assert failing(swept(estate)) == {member(service, "SC206", task.id) for task in service.tasks[1:]}


@pytest.mark.parametrize("services", [9, 10, 11])
def test_tasks_of_many_services_that_fill_a_page_together(services: int) -> None:
    estate = Estate()
    made = [create(estate, f"web-{n}", 10, f"web-{n}", f"admin-{n}") for n in range(services)]
    for service in made:
        service.tasks[-1].fault = "SC205"
    wrong = {
        (f"{REGION}/east/{service.name}", f"SC205#{endpoint}#{service.tasks[-1].id}")
        for service in made
        for endpoint in service.endpoints
    }
    assert failing(swept(estate)) == wrong


@pytest.mark.parametrize("tasks", [9, 100, 101])
def test_a_service_that_rolls_while_it_is_swept(tasks: int) -> None:
    """Tasks come and go under the sweep, and lists lag behind: none of that is a fault."""
    estate = Estate()
    service = create(estate, "web", tasks, "web")
    estate.roll(service, NOW - timedelta(minutes=1), timedelta(seconds=10))
    account = Account(estate)
    account.sweep(ENOUGH)
    throughout = {task.id for task in service.tasks if task.status(NOW) == task.status(account.clock.now) == "RUNNING"}
    assert account.judged.keys() >= throughout
    assert failing(account) == set()


def test_the_logs_of_a_first_sweep_are_marked_by_the_dozen_and_known_to_the_next() -> None:
    """8fc134c put a mark for each task by itself, and the next sweep fetched them all."""
    estate = Estate()
    tasks = sum(len(create(estate, f"web-{n}", 100, f"web-{n}").tasks) for n in range(3))
    account = swept(estate)
    marks = [key for key in account.table.items if key[1].startswith(LOG_READ)]
    assert len(marks) == tasks and account.wire.calls["dynamodb:BatchWriteItem"] < tasks / 20
    assert account.wire.calls["dynamodb:PutItem"] < tasks / 5
    for key in marks:  # how the services stand tells it, too
        del account.table.items[key]
    account.forget()
    account.sweep(ENOUGH)
    assert not [call for call in account.wire.calls if call.startswith("logs:")] and len(account.judged) == tasks


def test_a_namespace_of_many_services_is_put_into_the_index_once() -> None:
    estate = Estate()
    for n in range(40):
        create(estate, f"web-{n}", 1, f"web-{n}")
    account = swept(estate)
    assert account.wire.calls["dynamodb:PutItem"] + account.wire.calls["dynamodb:BatchWriteItem"] < 40 * 4 + 30
    parents = [key for key in account.table.items if key[1].startswith("parent#")]
    assert len(parents) == 1


def test_how_the_services_of_a_page_stand_is_read_once_and_together() -> None:
    estate = Estate()
    for n in range(30):
        create(estate, f"web-{n:02d}", 1, f"web-{n:02d}")
    account, fetched = swept(estate), list[Any]()
    batch_get = account.table.batch_get_item
    account.table.batch_get_item = lambda **request: fetched.append(request) or batch_get(**request)  # type: ignore[method-assign, func-returns-value]
    account.forget()
    account.sweep(ENOUGH)
    assert len(account.judged) == 30 and not [each for each in fetched if "services#" in str(each)]


def test_what_a_sweep_knows_is_never_left_to_a_look_of_its_own_again() -> None:
    """Of these all logs are read at each sweep, for as long as ECS calls their proxies ill."""
    estate = Estate()
    for n in range(2):
        for task in create(estate, f"web-{n}", MOST_LOGS // 2 + 50, f"web-{n}").tasks:
            task.fault = "SC302"
    account = swept(estate)
    for _ in range(2):
        account.forget()
        account.sweep(ENOUGH)
    (gone_through,) = (item for key, item in account.table.items.items() if key[1] == "cluster#east")
    assert (gone_through["tasks"], gone_through["verified"]) == ({"N": f"{MOST_LOGS + 100}"},) * 2
    assert set(account.judged.values()) == {1} and len(account.judged) == MOST_LOGS + 100


def test_that_every_task_of_a_large_service_passes_is_seen() -> None:
    """It alone may end what another was lost to."""
    estate, place, subject = Estate(), Place(REGION, "east", "web"), Subject("SC303")
    create(estate, "web", MOST_LOGS + 100, "web")
    account = swept(estate)
    ledger, at = Ledger(Table(account.table, "ledger")), account.clock.now
    failed = Member("f" * 32, MemberState.FAIL, at - timedelta(minutes=5), task_created_at=at - timedelta(minutes=6))
    assert ledger.record(place, subject, failed) and ledger.lose(place, subject, failed.id, at)
    account.clock.now += timedelta(hours=1)
    account.forget()
    account.sweep(ENOUGH)
    assert {member.id: member.state for member in ledger.members(place, subject)}[EVERY_TASK] is MemberState.PASS
