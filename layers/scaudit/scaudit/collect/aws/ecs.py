"""Tasks, services and task definitions from ECS, in full pages."""

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice

from scaudit.collect.aws.action import SWEEP, Action, Quota
from scaudit.collect.aws.answers import service_of, task_definition_of, task_of
from scaudit.collect.aws.reads import Reads
from scaudit.model import Service, Task, TaskDefinition, Unread
from scaudit.model.arn import Arn

# AWS: Amazon ECS "API request rate quotas". Actions of one bucket share it.
_TASKS = Quota("ECS cluster resource read", rate=20, burst=100)
_SERVICES = Quota("ECS service read", rate=20, burst=100)
_ANY = ("*",)
"""IAM knows no resource for these but, for ListTasks, a container instance (Service Authorization Reference)."""
_OWN = "ecs:${AWS::Region}:${AWS::AccountId}"

DESCRIBE_TASKS = Action("ecs:DescribeTasks", "tasks by their ids", _TASKS, (f"{_OWN}:task/*/*",))
LIST_TASKS = Action("ecs:ListTasks", "the ids of a cluster's or a service's tasks", _TASKS, _ANY)
DESCRIBE_SERVICES = Action("ecs:DescribeServices", "services by their names", _SERVICES, (f"{_OWN}:service/*/*",))
LIST_SERVICES = Action("ecs:ListServices", "the names of a cluster's services", _SERVICES, _ANY)
DESCRIBE_TASK_DEFINITION = Action(
    "ecs:DescribeTaskDefinition",
    "a revision of a task definition",
    Quota("ECS task definition read", rate=20, burst=50),
    _ANY,
)
LIST_CLUSTERS = Action(
    "ecs:ListClusters", "the clusters of the account", Quota("ECS cluster read", rate=20, burst=50), _ANY, SWEEP
)

TASKS_PER_CALL = 100
SERVICES_PER_CALL = 10
LISTED_PER_CALL = 100
_TASK_ID = re.compile("[0-9a-f]{32}|[0-9a-f-]{36}")
"""Of today and of before 2018. One id of another form fails the whole call ("taskId longer than 36": reported,
sil-org/ecs-deploy issue 43), and a registration that was made by hand may have any."""
_GONE = ("ClusterNotFoundException", "ServiceNotFoundException", "ServiceNotActiveException")


def tasks(reads: Reads, cluster: str, ids: Iterable[str]) -> dict[str, Task | Unread | None]:
    """What DescribeTasks says of each id; None for a task it no longer knows (stopped an hour ago or more), and where
    the id is none of a task."""
    ids = set(ids)
    found: dict[str, Task | Unread | None] = dict.fromkeys(ids)
    for page in _pages(filter(_TASK_ID.fullmatch, ids), TASKS_PER_CALL):
        answer = reads.ask(DESCRIBE_TASKS, cluster, gone=_GONE, cluster=cluster, tasks=page)
        if isinstance(answer, Unread):
            found |= dict.fromkeys(page, answer)
            continue
        described = [task_of(raw) for raw in (answer or {}).get("tasks", ())]
        found |= {task.id: task for task in described}
    return found


def services(reads: Reads, cluster: str, names: Iterable[str]) -> dict[str, Service | Unread | None]:
    """What DescribeServices says of each name; None for a service that is gone."""
    found: dict[str, Service | Unread | None] = {}
    for page in _pages(names, SERVICES_PER_CALL):
        answer = reads.ask(DESCRIBE_SERVICES, cluster, gone=_GONE, cluster=cluster, services=page, include=["TAGS"])
        if isinstance(answer, Unread):
            found |= dict.fromkeys(page, answer)
            continue
        listed = (answer or {}).get("services", ())
        described = [
            service_of(raw) for raw in listed if raw.get("status") != "INACTIVE"
        ]  # a deleted one stays a while
        found |= dict.fromkeys(page) | {service.name: service for service in described}
    return found


def task_definition(reads: Reads, cluster: str, arn: str) -> TaskDefinition | Unread:
    """A revision never changes but for its status, so it is read once."""
    known: TaskDefinition | None = reads.memory.get(arn)
    if known is None:
        answer = reads.ask(DESCRIBE_TASK_DEFINITION, cluster, taskDefinition=arn)
        if isinstance(answer, Unread) or answer is None:
            return answer or Unread(f"task definition {arn} is gone")
        known = task_definition_of(answer["taskDefinition"])
        reads.memory.keep(arn, known)
    return known


def service_page(reads: Reads, cluster: str, token: str) -> tuple[list[str], str] | Unread:
    """One page of the names of a cluster's services, and the token of the next page (empty at the end)."""
    more = {"nextToken": token} if token else {}
    answer = reads.ask(LIST_SERVICES, cluster, gone=_GONE, cluster=cluster, maxResults=LISTED_PER_CALL, **more)
    if isinstance(answer, Unread):
        return answer
    arns = (answer or {}).get("serviceArns", ())
    return [Arn.of(arn).name for arn in arns], (answer or {}).get("nextToken") or ""


def task_ids(reads: Reads, cluster: str, service: str = "", desired: str = "RUNNING") -> Iterator[list[str] | Unread]:
    """Page by page, the ids of a cluster's, or of a service's, tasks that shall run, or that were STOPPED within the
    last hour. A page may be empty and not the last; one that could not be read is the last."""
    named = {"desiredStatus": desired} | ({"serviceName": service} if service else {})
    token = ""
    while True:
        more = named | ({"nextToken": token} if token else {})
        answer = reads.ask(LIST_TASKS, cluster, gone=_GONE, cluster=cluster, maxResults=LISTED_PER_CALL, **more)
        if isinstance(answer, Unread):
            yield answer
            return
        yield [Arn.of(arn).name for arn in (answer or {}).get("taskArns", ())]
        token = (answer or {}).get("nextToken") or ""
        if not token:
            return


def _pages(names: Iterable[str], size: int) -> Iterable[Sequence[str]]:
    rest = iter(sorted(set(names)))
    while page := list(islice(rest, size)):
        yield page
