"""Whole services: what is read of how many, and that nobody is missed or mistaken."""

from dataclasses import replace

import pytest

from scaudit.collect.aws.answers import service_of
from scaudit.collect.services import Whole, whole
from scaudit.model import Service, Task, Unread
from tests.builders import NOW, TASK_SET
from tests.fakes import answers
from tests.fakes.laid_out import describes, finds, lists
from tests.fakes.stubbed import Stubbed

WEB = service_of(answers.service())


@pytest.fixture
def known(aws: Stubbed) -> Stubbed:
    """Cloud Map where the namespace is known already."""
    aws.answer("servicediscovery", "get_namespace", answers.namespace(), Id="ns-vdpucf3aztj23ecw")
    return aws


def look(aws: Stubbed, service: Service = WEB, asked: tuple[int, ...] = ()) -> Whole:
    (seen,) = whole(aws.reads, "tutorial", [service], {service.name: [answers.task_id(n) for n in asked]})
    return seen


def numbers(seen: Whole) -> list[int]:
    return [int(id[:4]) for id in seen.tasks]


def test_a_service_whose_tasks_are_all_registered_is_not_listed(known: Stubbed) -> None:
    finds(known, 0, 1)
    describes(known, answers.task(0), answers.task(1))
    seen = look(known, replace(WEB, desired=2, running=2))
    assert numbers(seen) == [0, 1] and seen.stands(answers.task_id(0)) and seen.unlisted is None


def test_a_task_that_runs_and_is_not_registered_is_found_by_listing(known: Stubbed) -> None:
    finds(known, 0)
    describes(known, answers.task(0))
    lists(known, 0, 1)
    describes(known, answers.task(1))
    seen = look(known, replace(WEB, desired=2, running=2))
    assert numbers(seen) == [0, 1] and not seen.stands(answers.task_id(1))


SECOND = replace(WEB.deployments[0], id="ecs-svc/2", primary=False)


@pytest.mark.parametrize("status", ["PROVISIONING", "PENDING", "ACTIVATING"])
@pytest.mark.parametrize(
    "service",
    [
        replace(WEB, desired=1, running=1, pending=1),
        replace(WEB, desired=2, running=1),
        replace(WEB, deployments=(*WEB.deployments, SECOND)),
        replace(WEB, deployments=(replace(WEB.deployments[0], in_progress=True),)),
    ],
    ids=["counted", "short", "beside another deployment", "in a roll-out"],
)
def test_a_task_on_its_way_up_is_found_by_listing(known: Stubbed, service: Service, status: str) -> None:
    finds(known, 0)
    describes(known, answers.task(0))
    lists(known, 0, 1)
    if service.running < service.desired:
        lists(known, desired="STOPPED")
    describes(known, answers.task(1, lastStatus=status))
    assert numbers(look(known, service)) == [0, 1]


def test_a_task_that_is_to_stop_stands_for_no_other(known: Stubbed) -> None:
    """Its host is out of reach, so it stays RUNNING; ECS no longer counts it, and counts another."""
    finds(known, 0, 1)
    describes(known, answers.task(0), answers.task(1, desiredStatus="STOPPED"))
    lists(known, 0, 2)
    describes(known, answers.task(2))
    assert numbers(look(known, replace(WEB, desired=2, running=2))) == [0, 1, 2]


def test_tasks_that_were_stopped_are_listed_while_there_are_too_few(known: Stubbed) -> None:
    finds(known)
    lists(known)
    lists(known, 5, desired="STOPPED")
    describes(known, answers.task(5, lastStatus="STOPPED", desiredStatus="STOPPED"))
    assert numbers(look(known, replace(WEB, desired=1, running=0))) == [5]


def test_a_service_without_endpoints_is_listed(aws: Stubbed) -> None:
    client = service_of(answers.service(serviceConnectConfiguration={"enabled": True}))
    lists(aws, 0)
    describes(aws, answers.task(0))
    assert numbers(look(aws, client)) == [0]


def test_a_registration_of_a_task_that_is_gone_is_seen(known: Stubbed) -> None:
    finds(known, 0, 1)
    describes(known, answers.task(0), missing=(1,))
    seen = look(known)
    assert seen.tasks[answers.task_id(1)] is None and seen.stands(answers.task_id(1))


def test_a_task_that_is_asked_for_is_described_too(known: Stubbed) -> None:
    finds(known, 0)
    describes(known, answers.task(0), missing=(7,))
    seen = look(known, asked=(7,))
    assert seen.tasks[answers.task_id(7)] is None and not seen.stands(answers.task_id(7))


def test_a_task_is_described_in_the_cluster_that_its_registration_names(known: Stubbed) -> None:
    finds(known, 0, 1, DeploymentId=TASK_SET.replace("/tutorial/", "/prod/"))
    running = answers.task(0, clusterArn="arn:aws:ecs:ap-northeast-1:123456789012:cluster/prod")
    describes(known, running, cluster="prod", missing=(1,))
    describes(known, missing=(1,))
    lists(known)
    seen = look(known)
    assert numbers(seen) == [1] and [*seen.strays] == [answers.task_id(0)], "task 0 runs, elsewhere"


def test_a_registration_that_names_the_wrong_cluster_hides_no_task(known: Stubbed) -> None:
    finds(known, 0, 1, DeploymentId=TASK_SET.replace("/tutorial/", "/prod/"))
    describes(known, cluster="prod", missing=(0, 1))
    describes(known, answers.task(0), missing=(1,))
    seen = look(known)
    assert isinstance(seen.tasks[answers.task_id(0)], Task) and seen.tasks[answers.task_id(1)] is None


def test_a_cluster_that_cannot_be_read_hides_no_ghost(known: Stubbed) -> None:
    finds(known, 1, DeploymentId=TASK_SET.replace("/tutorial/", "/prod/"))
    known.refuse("ecs", "describe_tasks", "AccessDeniedException")
    describes(known, missing=(1,))
    assert isinstance(look(known, replace(WEB, desired=0, running=0)).tasks[answers.task_id(1)], Unread)


def test_a_running_task_of_another_service_is_a_stray(known: Stubbed) -> None:
    finds(known, 0, 1)
    describes(known, answers.task(0), answers.task(1, group="service:orders"))
    seen = look(known)
    assert numbers(seen) == [0] and [*seen.strays] == [answers.task_id(1)]


def test_a_task_of_another_service_that_starts_or_leaves_is_left_to_that_one(known: Stubbed) -> None:
    finds(known, 0, 1)
    describes(known, answers.task(0), answers.task(1, group="service:orders", lastStatus="DEACTIVATING"))
    seen = look(known)
    assert numbers(seen) == [0] and not seen.strays


def test_registrations_that_cannot_be_read_hide_no_task(known: Stubbed) -> None:
    known.refuse("servicediscovery", "discover_instances", "AccessDeniedException")
    lists(known, 0)
    describes(known, answers.task(0))
    definition = answers.task_definition()
    asked = {"taskDefinition": definition["taskDefinitionArn"]}
    known.answer("ecs", "describe_task_definition", {"taskDefinition": definition}, **asked)
    seen = look(known)
    (one,) = seen.seen(known.reads, NOW, [task for task in seen.tasks.values() if isinstance(task, Task)])
    assert isinstance(one.registrations["nginx"], Unread)


def test_a_listing_that_breaks_off_is_told(known: Stubbed) -> None:
    finds(known)
    known.refuse("ecs", "list_tasks", "ThrottlingException")
    seen = look(known)
    assert isinstance(seen.unlisted, Unread) and seen.tasks == {}


@pytest.mark.parametrize("count", [99, 100, 101])
def test_the_tasks_of_many_services_are_described_together(known: Stubbed, count: int) -> None:
    services = [replace(WEB, name=f"web{n}", running=1, desired=1) for n in range(count)]
    for n in range(count):
        finds(known, n)
    tasks = [answers.task(n, group=f"service:web{n}") for n in range(count)]
    describes(known, *tasks[:100])
    if count > 100:
        describes(known, *tasks[100:])
    found = whole(known.reads, "tutorial", services, {})
    assert [numbers(seen) for seen in found] == [[n] for n in range(count)]
