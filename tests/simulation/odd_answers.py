"""An account in which AWS leaves out, of what it says of one thing, members that its models let it leave out, or says
something else in their place."""

from collections.abc import Callable, Iterator, Mapping
from copy import deepcopy
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any

from botocore.exceptions import ParamValidationError
from botocore.model import Shape, StructureShape

from benchmarks.quota.account import Account
from benchmarks.quota.estate import Estate, Service
from scaudit.collect.aws.every_read import CLIENTS
from tests.builders import NOW
from tests.fakes.client import NotTaken, operations

DAY = timedelta(days=1)
ENOUGH = 300
"""Seconds for a sweep of one cluster, and for a second look at what it suspects."""
Path = tuple[str, ...]
"""The members that lead to one, "[]" for whatever is in a list."""
Member = tuple[str, Path]
"""A member of the answer of one operation."""
ABSENT = object()
"""In place of a member's value: the member is not there."""
VALUES: Mapping[str, object] = {
    "None": None,
    "an empty list": [],
    "an empty object": {},
    "empty text": "",
    "text of no enum": "NEVER_HEARD_OF",
    "a huge text": "x" * 200_000,
    "a number": -1,
    "a list of something else": [{"name": 1}, None, "x"],
    "an object of something else": {"AWS_NEW": {"x": [1]}},
}
"""What AWS may say in place of a member's value: of another type, of an enum that grew, or of no sensible size."""
LISTS = {
    "DescribeTasks": "tasks",
    "DescribeServices": "services",
    "DiscoverInstances": "Instances",
    "ListInstances": "Instances",
    "FilterLogEvents": "events",
}
"""Under what these reads list things: of one of them what is said is odd, or the whole list."""
WHOLE = (
    "ListTasks",
    "ListServices",
    "DescribeLogGroups",
    "GetTopicAttributes",
    "ListServicesByNamespace",
    "ListClusters",
)
"""Reads that are about nobody in particular: of these the whole answer is odd."""
Found = dict[tuple[str, str, str], str]
"""The status of each check, by service, task or instance ("" for the service itself) and check."""


class OddAccount(Account):
    """Three services, of which one is odd and has one odd task; `odd` has what AWS says in place of members of what it
    says of these two. What it says of others is whole. `members` are those that were there to be left out."""

    def __init__(self, fault: str = "", odd: Mapping[Member, object] = MappingProxyType({})) -> None:
        estate = Estate()
        self.odd = self._service(estate, "odd", "mesh-of-the-odd")
        self.odd_task = self.odd.tasks[0]
        self.odd_task.fault = fault
        others = [self._service(estate, name, "mesh") for name in ("web", "api")]
        others[0].tasks[0].fault = "SC203"
        super().__init__(estate)
        self.told: list[Mapping[str, Any]] = []
        self.members: set[Member] = set()
        self._odd = odd
        for name in ("ecs", "servicediscovery", "logs", "sns"):
            self._clients[name] = _Odd(name, self._clients[name], self._leave_out)

    @staticmethod
    def _service(estate: Estate, name: str, namespace: str) -> Service:
        return estate.create("east", name, NOW - DAY, endpoints=(name,), desired=7, namespace=namespace)

    def _write(self, record: Mapping[str, Any]) -> None:
        super()._write(record)
        self.told.append(record)

    def found(self) -> Found:
        """What the last look at each task, registration and service came to."""
        found: Found = {}
        for record in self.told:
            if record["record"] not in ("task", "service", "registration"):
                continue
            what = record.get("task_id") or record.get("instance_id") or ""
            for status in ("failed", "unknown", "pending", "passed", "skipped"):
                found |= {(record["ecs_service"], what, check): status for check in record.get(status, ())}
        return found

    def own_failures(self) -> set[str]:
        """What scaudit finds wrong with itself: check, action and whom."""
        return {
            item["sk"]["S"]
            for item in self.table.items.values()
            if item.get("state") == {"S": "fail"} and item["pk"]["S"].endswith("//scaudit")
        }

    def _leave_out(self, service: str, operation: str, request: Mapping[str, Any], answer: dict[str, Any]) -> None:
        name = operations(service)[operation].name
        shape = operations(service)[operation].output_shape
        for path, part, its in self._parts(name, request, answer, shape):
            for removed in list(_optional(part, its, path)):
                self.members.add((name, removed))
            for (operation_name, changed), value in self._odd.items():
                if operation_name == name and changed[: len(path)] == path:
                    _change(part, changed[len(path) :], value)
        if word := LISTS.get(name):
            self.members.add((name, (word,)))
            if (name, (word,)) in self._odd:
                _change(answer, (word,), self._odd[name, (word,)])

    def _parts(
        self, name: str, request: Mapping[str, Any], answer: dict[str, Any], shape: Shape
    ) -> Iterator[tuple[Path, Any, Shape]]:
        """The parts of an answer that are about the odd service or task."""
        odd: dict[str, Callable[[dict[str, Any]], bool]] = {
            "DescribeTasks": lambda raw: raw["taskArn"] == self.odd_task.arn,
            "DescribeServices": lambda raw: raw["serviceArn"] == self.odd.arn,
            "DiscoverInstances": lambda raw: raw["InstanceId"] == self.odd_task.id,
            "ListInstances": lambda raw: raw["Id"] == self.odd_task.id,
            "FilterLogEvents": lambda raw: raw["logStreamName"].endswith(self.odd_task.id),
        }
        if word := LISTS.get(name):
            for raw in filter(odd[name], answer[word]):
                yield (word, "[]"), raw, shape.members[word].member  # type: ignore[attr-defined]
        elif name in ("DescribeTaskDefinition", "GetService", "GetNamespace", "GetInstance", "GetLogEvents"):
            asked = str(request)
            if any(word in asked for word in (self.odd.definition, "mesh-of-the-odd", self.odd_task.id)):
                yield (), answer, shape
        elif name in WHOLE:
            yield (), answer, shape


class _Odd:
    def __init__(self, service: str, client: Any, leave_out: Callable[..., None]) -> None:
        self._service, self._client, self._leave_out = service, client, leave_out

    def __getattr__(self, name: str) -> Any:
        method = getattr(self._client, name)
        if name not in operations(self._service):
            return method

        def call(**request: Any) -> dict[str, Any]:
            try:
                answer = deepcopy(method(**request))
            except NotTaken as error:
                raise ParamValidationError(report=str(error)) from error
            self._leave_out(self._service, name, request, answer)
            return answer

        return call


def _optional(part: Any, shape: Shape, path: Path) -> Iterator[Path]:
    """The members that are there and that the model lets be absent, and theirs."""
    if isinstance(shape, StructureShape):
        for name, value in part.items():
            if name in shape.members:
                if name not in shape.required_members:
                    yield (*path, name)
                yield from _optional(value, shape.members[name], (*path, name))
    elif shape.type_name == "list":
        for each in part:
            yield from _optional(each, shape.member, (*path, "[]"))  # type: ignore[attr-defined]


def _change(part: Any, path: Path, value: object) -> None:
    if path[0] == "[]":
        for each in part:
            _change(each, path[1:], value)
    elif len(path) > 1:
        if path[0] in part:
            _change(part[path[0]], path[1:], value)
    elif value is ABSENT:
        part.pop(path[0], None)
    elif path[0] in part:
        part[path[0]] = deepcopy(value)


def is_of_its_type(member: Member, value: object) -> bool:
    """Whether a value is of the type that the model says, whatever is in it; nothing is of any."""
    name, path = member
    every = [each.output_shape for client in CLIENTS for each in operations(client).values() if each.name == name]
    shape: Any = next(each for each in every if path[0] in each.members)
    for step in path:
        shape = shape.member if step == "[]" else shape.members[step]
    types = {"structure": dict, "map": dict, "list": list, "string": str, "boolean": bool, "timestamp": datetime}
    return value is None or isinstance(value, types.get(shape.type_name, int | float))


def swept(fault: str = "", odd: Mapping[Member, object] = MappingProxyType({})) -> OddAccount:
    """The account after one sweep."""
    account = OddAccount(fault, odd)
    account.sweep(ENOUGH)
    return account


def members(fault: str) -> list[Member]:
    """Every member that AWS may leave out of what it says of the odd ones, or of nobody in particular, as far as a
    sweep asks for it."""
    return sorted(swept(fault).members)
