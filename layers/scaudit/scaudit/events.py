"""Queue bodies (EventBridge events and scaudit's own messages) into our words, or a clear "not ours"."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


class Hopeless(ValueError):
    """A body that no retry can mend; the message says what is wrong with it."""


@dataclass(frozen=True, slots=True)
class TaskNudge:
    """Look at this task. `look` counts the looks before; `suspected` maps a subject to when it was first seen."""

    region: str
    cluster: str
    service: str
    task: str
    version: int = 0
    look: int = 0
    suspected: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ClusterPage:
    """Look at one page of a cluster's tasks; an empty token is the first page."""

    region: str
    cluster: str
    token: str = ""


@dataclass(frozen=True, slots=True)
class IncidentLook:
    """Look at this incident again: its time has come."""

    key: str
    subject: str


@dataclass(frozen=True, slots=True)
class NotOurs:
    """A body that is well formed and none of our business."""

    reason: str


Message = TaskNudge | ClusterPage | IncidentLook | NotOurs

_KINDS: dict[str, type[TaskNudge] | type[ClusterPage] | type[IncidentLook]] = {
    "task": TaskNudge,
    "cluster": ClusterPage,
    "incident": IncidentLook,
}
_WORD = {kind: word for word, kind in _KINDS.items()}


def body(message: TaskNudge | ClusterPage | IncidentLook) -> str:
    """The queue body that `parse` turns back into `message`."""
    fields = {name: getattr(message, name) for name in message.__slots__}
    return json.dumps({"kind": _WORD[type(message)], **fields}, separators=(",", ":"))


def parse(text: str) -> Message:
    """Read one queue body.

    Raises Hopeless for what is not JSON, not an object, or names a kind whose fields are missing or of a wrong type.
    """
    try:
        data = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise Hopeless(f"body is not JSON: {error}") from error
    if not isinstance(data, dict):
        raise Hopeless(f"body is not a JSON object but {type(data).__name__}")
    return _own(data) if "kind" in data else _event(data)


def _own(data: Mapping[str, Any]) -> Message:
    kind = _KINDS.get(str(data["kind"]))
    if kind is None:
        raise Hopeless(f"unknown kind {str(data['kind'])[:80]!r}")
    try:
        message = kind(**{name: data[name] for name in kind.__slots__ if name in data})
    except TypeError as error:
        raise Hopeless(f"{data['kind']} message: {error}") from error
    for name in kind.__slots__:
        wanted: type = {"version": int, "look": int, "suspected": dict}.get(name, str)
        if not isinstance(getattr(message, name), wanted):
            raise Hopeless(f"{data['kind']} message: {name} is not {wanted.__name__}")
    return message


def _event(event: Mapping[str, Any]) -> TaskNudge | NotOurs:
    """An EventBridge event. Only what identifies the task is taken: what is true now, DescribeTasks says.

    Names and shapes: AWS, "Amazon ECS task state change events"; unknown fields may be added at any time.
    """
    if event.get("source") != "aws.ecs" or event.get("detail-type") != "ECS Task State Change":
        return NotOurs(f"{event.get('source')!s:.80}: {event.get('detail-type')!s:.80}")
    detail = event.get("detail")
    if not isinstance(detail, dict):
        raise Hopeless("the task event has no detail")
    group, arn, version = str(detail.get("group") or ""), str(detail.get("taskArn") or ""), detail.get("version")
    if not group.startswith("service:"):
        return NotOurs(f"no service started this task (group {group or 'missing'!s:.80})")
    cluster_arn = str(detail.get("clusterArn") or "")
    if ":task/" not in arn or ":cluster/" not in cluster_arn:
        raise Hopeless(
            f"the task event names no task and cluster (taskArn {arn!r:.80}, clusterArn {cluster_arn!r:.80})"
        )
    return TaskNudge(
        region=str(event.get("region") or arn.split(":")[3]),
        cluster=cluster_arn.rsplit("/", 1)[-1],
        service=group.removeprefix("service:"),
        task=arn.rsplit("/", 1)[-1],
        version=version if isinstance(version, int) else 0,
    )
