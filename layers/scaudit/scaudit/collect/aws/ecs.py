"""Tasks, services and task definitions from ECS, in full pages."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any, Generic, NoReturn, TypeVar

from scaudit.collect.aws.action import Action, Quota
from scaudit.collect.aws.answers import service_of, task_of
from scaudit.collect.aws.definitions import task_definition_of
from scaudit.collect.aws.failures import failures_of, undescribed
from scaudit.collect.aws.namespaces import located
from scaudit.collect.aws.reads import Reads
from scaudit.collect.aws.typed import listed, text, token_of
from scaudit.model import Service, Task, TaskDefinition, Unread
from scaudit.model.arn import Arn
from scaudit.values import dataclass

# AWS: Amazon ECS "API request rate quotas". Actions of one bucket share it.
_TASKS = Quota("ECS cluster resource read", rate=20, burst=100)
_SERVICES = Quota("ECS service read", rate=20, burst=100)
_ANY = ("*",)
"""IAM knows no resource for these but, for ListTasks, a container instance (Service Authorization Reference)."""
_OWN = "ecs:${Regions}:${AWS::AccountId}"

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
    "ecs:ListClusters", "the clusters of the account", Quota("ECS cluster read", rate=20, burst=50), _ANY
)

T = TypeVar("T")
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
    how = Described(DESCRIBE_TASKS, cluster, "tasks", "taskArn", task_of)
    pages = _pages(filter(_TASK_ID.fullmatch, ids), TASKS_PER_CALL)
    for described in reads.each(lambda page: _described(reads, how, page, {}), pages):
        found |= described
    return found


def services(reads: Reads, cluster: str, names: Iterable[str]) -> dict[str, Service | Unread | None]:
    """What DescribeServices says of each name; None for a service that is gone."""
    found: dict[str, Service | Unread | None] = {}
    how = Described(DESCRIBE_SERVICES, cluster, "services", "serviceArn", _service_of)
    pages = _pages(names, SERVICES_PER_CALL)
    for described in reads.each(lambda page: _described(reads, how, page, {"include": ["TAGS"]}), pages):
        for name, service in described.items():
            found[name] = service
            if isinstance(service, Service) and not service.located:
                found[name] = located(reads, service)
    return found


def _service_of(raw: Mapping[str, Any]) -> Service | None:
    """A deleted service stays a while."""
    return None if text(raw["status"]) == "INACTIVE" else service_of(raw)


@dataclass(frozen=True, slots=True)
class Described(Generic[T]):
    """How things of a cluster are described by name or id: `words` is both the parameter that names them and the member
    that has the answers, `arn` the member by which each says which it is."""

    action: Action
    cluster: str
    words: str
    arn: str
    make: Callable[[Mapping[str, Any]], T | None]


def _described(
    reads: Reads, how: Described[T], names: Sequence[str], more: Mapping[str, Any]
) -> dict[str, T | Unread | None]:
    """One answer, entry by entry. What does not say which it is may be any that is missing: these are asked for one by
    one, so that none of them is taken for gone."""
    asked: dict[str, Any] = {"cluster": how.cluster, how.words: names, **more}
    answer = reads.ask(how.action, how.cluster, gone=_GONE, **asked)
    if answer is None or isinstance(answer, Unread):
        return dict.fromkeys(names, answer)
    what = f"{how.cluster}/{names[0]}" if len(names) == 1 else f"{how.words} of {how.cluster}"
    entries = reads.entries(how.action, what, answer, how.words)
    if isinstance(entries, Unread):
        return dict.fromkeys(names, entries)
    failures = reads.understand(how.action, f"{what}, failures", failures_of, answer)
    if isinstance(failures, Unread):
        failures = {}
    found: dict[str, T | Unread | None] = {}
    nameless = bool(failures.keys() - set(names))
    for raw in entries:
        name = str(raw.get(how.arn, "")).rsplit("/", 1)[-1]
        if name in names:
            found[name] = reads.understand(how.action, f"{how.cluster}/{name}", how.make, raw)
        elif len(names) == 1:
            found[names[0]] = reads.understand(how.action, f"{how.cluster}/{names[0]}", _which, raw.get(how.arn))
        else:
            nameless = True
    if len(names) == 1 and "" in failures:
        failures = {names[0]: failures[""]}
    for name in [name for name in names if name not in found]:
        if nameless and len(names) > 1:
            alone = _described(reads, how, [name], more)
            found[name] = alone[name]
        else:
            found[name] = undescribed(how.action.name, f"{how.cluster}/{name}", name, failures)
    return found


def _which(arn: object) -> NoReturn:
    raise ValueError(f"an entry says that it is {arn}")


def task_definition(reads: Reads, cluster: str, arn: str) -> TaskDefinition | Unread:
    """A revision never changes but for its status, so it is read once."""
    known: TaskDefinition | None = reads.memory.get(arn)
    if known is None:
        answer = reads.ask(DESCRIBE_TASK_DEFINITION, cluster, taskDefinition=arn)
        if isinstance(answer, Unread) or answer is None:
            return answer or Unread(f"task definition {arn} is gone")
        made = reads.understand(DESCRIBE_TASK_DEFINITION, arn, _definition_of, answer)
        if isinstance(made, Unread):
            return made
        known = made
        reads.memory.keep(arn, known)
    return known


def _definition_of(answer: Mapping[str, Any]) -> TaskDefinition:
    return task_definition_of(answer["taskDefinition"])


def service_page(reads: Reads, cluster: str, token: str) -> tuple[list[str], str] | Unread:
    """One page of the names of a cluster's services, and the token of the next page (empty at the end)."""
    more = {"nextToken": token} if token else {}
    answer = reads.ask(LIST_SERVICES, cluster, gone=_GONE, cluster=cluster, maxResults=LISTED_PER_CALL, **more)
    if isinstance(answer, Unread):
        return answer
    return ([], "") if answer is None else reads.understand(LIST_SERVICES, cluster, _page_of, answer, "serviceArns")


def _page_of(answer: Mapping[str, Any], arns: str) -> tuple[list[str], str]:
    return [Arn.of(arn).name for arn in listed(answer[arns])], token_of(answer)


def task_ids(reads: Reads, cluster: str, service: str = "", desired: str = "RUNNING") -> Iterator[list[str] | Unread]:
    """Page by page, the ids of a cluster's, or of a service's, tasks that shall run, or that were STOPPED within the
    last hour. A page may be empty and not the last; one that could not be read is the last."""
    named = {"desiredStatus": desired} | ({"serviceName": service} if service else {})
    token = ""
    while True:
        more = named | ({"nextToken": token} if token else {})
        answer = reads.ask(LIST_TASKS, cluster, gone=_GONE, cluster=cluster, maxResults=LISTED_PER_CALL, **more)
        if isinstance(answer, dict):
            page = reads.understand(LIST_TASKS, f"{cluster}/{service}", _page_of, answer, "taskArns")
        else:
            page = answer or ([], "")
        if isinstance(page, Unread):
            yield page
            return
        ids, token = page
        yield ids
        if not token:
            return


def _pages(names: Iterable[str], size: int) -> Iterable[Sequence[str]]:
    rest = iter(sorted(set(names)))
    while page := list(islice(rest, size)):
        yield page
