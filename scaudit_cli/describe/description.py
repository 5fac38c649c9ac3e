"""What is described of one service."""

from collections.abc import Sequence
from dataclasses import field

from scaudit.model import Deployment, Instance, Moot, Service, Status, Task, TaskDefinition, Unread
from scaudit.model.answers import NOT_COLLECTED
from scaudit.model.places import Place
from scaudit.model.seen import ServiceSeen
from scaudit.proxylog import ProxyStart
from scaudit.values import dataclass
from scaudit_cli.ask.status import Status as StackStatus
from scaudit_cli.describe.clients import Clients
from scaudit_cli.output.finding import Judged
from scaudit_cli.output.report import Report

_LEADS_ELSEWHERE = ("SC202", "SC203")
"""The checks of a registration's address and port."""
_NOT_LISTED = Unread("the service could not be read")


@dataclass(frozen=True, slots=True)
class Registered:
    """One registration under an endpoint. `instance` is None for a running task that has none; `task` is the one of
    that id as ECS has it, None where it has none (any more)."""

    endpoint: str
    id: str
    instance: Instance | Unread | None
    task: Task | Unread | None


@dataclass(frozen=True, slots=True)
class Proxy:
    """The proxy of one task: what its log says, or why nothing is known of that. `task` is None for one that ECS does
    not know (any more)."""

    id: str
    task: Task | Unread | None
    log: ProxyStart | Unread | Moot

    @property
    def over(self) -> bool:
        """Whether its task is gone."""
        return self.task is None or (isinstance(self.task, Task) and self.task.last_status == "STOPPED")


@dataclass(frozen=True, slots=True)
class Description:
    """One service of a Region, or the `task` of it that was asked for (its id; empty: all of them).

    `clients` are who names or calls its endpoints, and whose it names. `record` is what the deployed stack has against
    it, or why that is not known, and `verified` what it has of the task, in sentences. `report` has what was judged.
    """

    place: Place
    judged: Judged
    report: Report
    task: str = ""
    clients: Clients = field(default_factory=Clients)
    record: StackStatus | str = ""
    verified: Sequence[str] = ()

    @property
    def around(self) -> ServiceSeen:
        """What stands around it."""
        return self.judged.around or ServiceSeen(_NOT_LISTED, _NOT_LISTED)

    @property
    def service(self) -> Service | Unread:
        """The service as ECS has it."""
        return self.around.service

    @property
    def task_definition(self) -> TaskDefinition | Unread:
        """That of its PRIMARY deployment."""
        return self.around.task_definition

    @property
    def deployments(self) -> Sequence[Deployment]:
        """Those that take part in Service Connect, the PRIMARY one first."""
        listed = () if isinstance(self.service, Unread) else self.service.deployments
        return sorted((each for each in listed if each.service_connect), key=lambda each: not each.primary)

    @property
    def failing(self) -> set[str]:
        """The tasks and registrations, by id, against which something stands."""
        return {task for finding in self.report.findings if self.report.counts(finding) for task in finding.tasks}

    def disagreements(self, row: Registered) -> list[str]:
        """What is wrong, or may still settle, with the address and the port of one registration, each with what is
        expected."""
        return [
            verdict.sentence
            for verdict in self.judged.verdicts
            if verdict.status in (Status.FAIL, Status.PENDING)
            and verdict.check.id in _LEADS_ELSEWHERE
            and (verdict.member, verdict.endpoint) == (row.id, row.endpoint)
        ]

    def registrations(self, endpoint: str) -> list[Registered] | Unread:
        """What Cloud Map has under an endpoint, and the running tasks that it lacks; first those that something is
        wrong with. What was doubted was read again, and that counts."""
        whole = self.judged.whole
        if whole is None:
            return self.service if isinstance(self.service, Unread) else _NOT_LISTED
        found = whole.registered.get(endpoint, NOT_COLLECTED)
        if isinstance(found, Unread):
            return found
        known: dict[str, Instance | Unread | None] = dict(found)
        for task_id, seen in self.judged.tasks.items():
            own = seen.deployment.endpoints if isinstance(seen.deployment, Deployment) else ()
            if task_id in known or any(each.name == endpoint for each in own):
                again = seen.registrations.get(endpoint, known.get(task_id))
                known[task_id] = known.get(task_id) or again if isinstance(again, Unread) else again
        tasks = {**whole.tasks, **whole.strays}
        rows = [Registered(endpoint, each, instance, tasks.get(each)) for each, instance in known.items()]
        mine = [row for row in rows if self.task in ("", row.id)]
        return sorted(mine, key=lambda row: (row.id not in self.failing, row.instance is not None, row.id))

    @property
    def proxies(self) -> list[Proxy]:
        """The proxies of its tasks. Of what was stopped long ago, and was not asked for, nothing is told."""
        looked = {task_id: Proxy(task_id, seen.task, seen.log) for task_id, seen in self.judged.tasks.items()}
        whole = self.judged.whole
        rest = {**whole.tasks, **whole.strays} if whole else {}
        others = {task_id: _not_looked_at(task_id, task) for task_id, task in rest.items() if task_id not in looked}
        return [
            proxy
            for task_id, proxy in sorted({**others, **looked}.items())
            if self.task == task_id or not (self.task or (task_id in others and proxy.over))
        ]


def _not_looked_at(task_id: str, task: Task | Unread | None) -> Proxy:
    if isinstance(task, Unread):
        return Proxy(task_id, task, task)
    told = f"the task is {task.last_status}" if task else "ECS does not know the task, or no longer"
    if task and task.desired_status == "STOPPED" != task.last_status:
        told += " and is to stop"
    return Proxy(task_id, task, Moot(f"{told}: its log was not read"))
