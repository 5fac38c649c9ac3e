"""An account that tells what a case has it tell: of one task, one service, one log."""

from collections.abc import Callable, Iterator, Sequence
from copy import deepcopy
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from local.emulator.ecs.transcript import retold, transcript
from tests.complaints.watched import Told, Watched
from tests.fakes.answers import PROXY
from tests.simulation.dynamodb import Change as Changed
from tests.simulation.logs import Logs
from tests.simulation.parts import Task
from tests.simulation.proxies import Proxy, lines

LIVES, TRANSCRIPTS = (Path(__file__).parents[2] / "data" / name for name in ("proxy-lives", "proxy-logs"))
Answer = dict[str, Any]
Change = Callable[[Answer, Answer], None]
"""What becomes of an answer in place, given the request."""
Lines = list[tuple[int, str]]
"""Lines of a log, each with its time in milliseconds."""
BY_A_CONTAINER = ("EssentialContainerExited", "Essential container in task exited")
FOR_ITS_HEALTH = ("ServiceSchedulerInitiated", "Task failed container health checks")
NEVER_RAN = ("TaskFailedToStart", "Task failed to start")


class Played(Watched):
    """A watched account. `calls` are the reads so far; `logs` has the lines of a task's proxy in place of its own, None
    when its stream is not there. The oracle knows nothing of all this and is not asked: what was told counts."""

    def __init__(self, patch: pytest.MonkeyPatch) -> None:
        super().__init__()
        self.calls: list[str] = []
        self.logs: dict[str, Lines | None] = {}
        self._changes: dict[str, list[Change]] = {}
        for name in ("ecs", "servicediscovery", "logs"):
            self._readers[name] = _Heard(self._readers[name], self._hear)
        self.topic._heard = lambda _: None
        _tell(patch, self.logs)

    def _changed(self, change: Changed) -> None:
        self.stream.take(change)

    def _hear(self, call: str, ask: Callable[..., Answer], request: Answer) -> Answer:
        self.calls.append(call)
        for refuse in self._changes.get(f"before {call}", ()):
            refuse({}, request)
        answer = deepcopy(ask(**request))
        for change in self._changes.get(call, ()):
            change(answer, request)
        return answer

    def answers(self, call: str, change: Change) -> None:
        """From now on the answers of this call are so changed."""
        self._changes.setdefault(call, []).append(change)

    def refuses(self, call: str, of: str = "") -> None:
        """From now on this call is refused, or only where its request has this text in it."""

        def refuse(_: Answer, request: Answer) -> None:
            if of in str(request):
                error = {"Code": "AccessDeniedException", "Message": "not authorized to perform this action"}
                raise ClientError({"Error": error}, call)

        self.answers(f"before {call}", refuse)

    def of_task(self, task: Task, **members: Any) -> None:
        """What DescribeTasks says of this task; a member that is None is left out."""
        self._of("describe_tasks", "tasks", lambda raw: raw["taskArn"].endswith(task.id), _with(members))

    def of_proxy(self, task: Task, **members: Any) -> None:
        """What DescribeTasks says of the proxy of this task."""

        def change(raw: Answer) -> None:
            _with(members)(next(each for each in raw["containers"] if each["name"] == PROXY))

        self._of("describe_tasks", "tasks", lambda raw: raw["taskArn"].endswith(task.id), change)

    def of_service(self, name: str, **members: Any) -> None:
        self._of("describe_services", "services", lambda raw: raw["serviceName"] == name, _with(members))

    def of_mesh(self, name: str, **members: Any) -> None:
        """What DescribeServices says of the Service Connect configuration of this service."""

        def change(raw: Answer) -> None:
            for each in raw["deployments"]:
                _with(members)(each["serviceConnectConfiguration"])

        self._of("describe_services", "services", lambda raw: raw["serviceName"] == name, change)

    def _of(self, call: str, word: str, chosen: Callable[[Answer], bool], change: Callable[[Answer], None]) -> None:
        def changed(answer: Answer, _: Answer) -> None:
            for each in filter(chosen, answer[word]):
                change(each)

        self.answers(call, changed)

    @property
    def told(self) -> Told:
        each = [message.data for message in self.topic.published]
        return [(data["state"], data["check"], data["ecs_service"]) for data in each]

    def standing(self, service: str = "web") -> dict[str, str]:
        """The checks that fail by the table, each with its severity."""
        failing = [
            (item["sk"]["S"].split("#")[0], item["severity"]["S"])
            for item in self.table.items.values()
            if item.get("state") == {"S": "fail"} and item["pk"]["S"].endswith(f"/{service}")
        ]
        return dict(failing)

    def after(self, seconds: float) -> datetime:
        return self.clock.now + timedelta(seconds=seconds)

    def starts(self, service: str = "web", **members: Any) -> Task:
        """A task runs, of whose proxy ECS says this."""
        task = self.estate.place(service)
        if members:
            self.of_proxy(task, **members)
        return self.estate.run(task)

    def dies(self, task: Task, why: tuple[str, str] = BY_A_CONTAINER, **members: Any) -> None:
        """The task ends, and this is what ECS says of its proxy."""
        self.of_proxy(task, **members)
        self.estate.stop(task, *why)

    def well(self, task: Task) -> Lines:
        """What its proxy writes in a healthy start."""
        return list(lines(Proxy.HEALTHY, task.created_at, self.estate.task_set(task), task.service))

    def replayed(self, file: Path | str, task: Task, start: datetime, pace: float = 1) -> Lines:
        """The recording of a proxy's life, told again for this task; less time passes with a pace below 1."""
        ingress = {f"ingress-{task.service}": 43727}
        chosen = {"egress": 42084, **ingress}
        return list(retold(transcript(str(file)), start, self.estate.task_set(task), chosen, ingress, pace))


class _Heard:
    def __init__(self, client: Any, hear: Callable[[str, Callable[..., Answer], Answer], Answer]) -> None:
        self._client, self._hear = client, hear

    def __getattr__(self, name: str) -> Any:
        ask = getattr(self._client, name)
        return ask if name == "get_paginator" else lambda **request: self._hear(name, ask, request)


def _with(members: Answer) -> Callable[[Answer], None]:
    def change(raw: Answer) -> None:
        raw.update(members)
        for name in [name for name, value in members.items() if value is None]:
            del raw[name]

    return change


def _tell(patch: pytest.MonkeyPatch, logs: dict[str, Lines | None]) -> None:
    own = Logs._stream

    def stream(self: Logs, name: str) -> Iterator[Answer]:
        id = name.rsplit("/", 1)[1]
        if id not in logs:
            return own(self, name)
        if (told := logs[id]) is None:
            raise ClientError({"Error": {"Code": "ResourceNotFoundException", "Message": "no such stream"}}, "Logs")
        return ({"logStreamName": name, "timestamp": at, "message": line} for at, line in told)

    patch.setattr(Logs, "_stream", stream)


def line(at: datetime, text: str) -> tuple[int, str]:
    """A line as Envoy and the agent write it, from behind the time on."""
    told = at.isoformat(sep=" ", timespec="milliseconds").removesuffix("+00:00")
    return int(at.timestamp() * 1000), f"[{told}]{text}"


def several(at: datetime, every: float, times: int, text: str) -> Lines:
    """The same line again and again."""
    return [line(at + timedelta(seconds=n * every), text) for n in range(times)]


def states(told: Told, check: str) -> Sequence[str]:
    """What was told of one check, in order."""
    return [state for state, each, _ in told if each == check]


def process(told: Lines) -> str:
    """That of the Envoy that started its workers last."""
    return [text for _, text in told if text.endswith("starting workers")][-1].split("][")[1]
