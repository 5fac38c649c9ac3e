"""Queue bodies (EventBridge events and scaudit's own messages) into our words, or a clear "not ours"."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

TEST = "test#"
"""How the subject of a test alert begins."""


class Hopeless(ValueError):
    """A body that no retry can mend; the message says what is wrong with it."""


@dataclass(frozen=True, slots=True)
class TaskNudge:
    """Look at this task. `look` counts the looks before, `chain` names the chain of looks it belongs to, and
    `suspected` maps a subject to when it was first seen. `fresh` are the checks that were never run on its cluster
    before the sweep that sent for this look: what they find was there already."""

    region: str
    cluster: str
    service: str
    task: str
    version: int = 0
    look: int = 0
    chain: str = ""
    suspected: Mapping[str, str] = field(default_factory=dict)
    fresh: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class ClusterPage:
    """Look at one page of a cluster's services: at the one after `token`, the first if it is empty, or at what is
    left of one that was begun, for the `attempt`-th time again.

    `chain` names the sweep that it belongs to. It carries what was counted so far: services in the mesh, tasks of
    theirs that run, and those that were verified.
    """

    region: str
    cluster: str
    token: str = ""
    services: Sequence[str] = ()
    attempt: int = 0
    chain: str = ""
    meshed: int = 0
    running: int = 0
    verified: int = 0


@dataclass(frozen=True, slots=True)
class ServiceLook:
    """Look at a service in full: its configuration, all its tasks, and whatever stands against it."""

    region: str
    cluster: str
    service: str


@dataclass(frozen=True, slots=True)
class OwnLook:
    """Look again at what stands against scaudit itself, and at what its storm budget holds."""

    region: str


@dataclass(frozen=True, slots=True)
class Canary:
    """Show that messages get through; `sent_at` is when the sweep that sent it was done, as ISO 8601 text."""

    region: str
    sent_at: str


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """Say a test alert; `id` tells one request from another."""

    region: str
    id: str
    requested_by: str

    @property
    def subject(self) -> str:
        """What notify is woken with; each request is a subject of its own."""
        return f"{TEST}{self.id}#{self.requested_by}"


@dataclass(frozen=True, slots=True)
class IncidentLook:
    """Look at this incident again: its time has come."""

    key: str
    subject: str


@dataclass(frozen=True, slots=True)
class NotOurs:
    """A body that is well formed and none of our business."""

    reason: str


Own = TaskNudge | ClusterPage | ServiceLook | OwnLook | Canary | Rehearsal | IncidentLook
Message = Own | NotOurs

_KINDS: dict[str, type[Own]] = {
    "task": TaskNudge,
    "cluster": ClusterPage,
    "service": ServiceLook,
    "scaudit": OwnLook,
    "canary": Canary,
    "test": Rehearsal,
    "incident": IncidentLook,
}
_TYPES: dict[str, type] = {
    **dict.fromkeys(("version", "look", "attempt", "meshed", "running", "verified"), int),
    **dict.fromkeys(("services", "fresh"), list),
    "suspected": dict,
}
_WORD = {kind: word for word, kind in _KINDS.items()}


def body(message: Own) -> str:
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
    for name in kind.__slots__:
        wanted = _TYPES.get(name, str)
        value = data.get(name, wanted())
        words = isinstance(value, list) and all(isinstance(one, str) for one in value)
        if not (words if wanted is list else isinstance(value, wanted)):
            raise Hopeless(f"{data['kind']} message: {name} is not {wanted.__name__}")
    try:
        return kind(**{name: _frozen(data[name]) for name in kind.__slots__ if name in data})
    except TypeError as error:
        raise Hopeless(f"{data['kind']} message: {error}") from error


def _frozen(value: object) -> Any:  # noqa: ANN401
    return tuple(value) if isinstance(value, list) else value


def _event(event: Mapping[str, Any]) -> TaskNudge | ServiceLook | NotOurs:
    """An EventBridge event. Only what identifies its subject is taken: what is true now, ECS says when asked.

    Names and shapes: AWS, "Amazon ECS events"; unknown fields may be added at any time.
    """
    kind = event.get("detail-type") if event.get("source") == "aws.ecs" else None
    read = {
        "ECS Task State Change": _task_event,
        "ECS Deployment State Change": _service_event,
        "ECS Service Action": _service_event,
    }.get(str(kind))
    if read is None:
        return NotOurs(f"{event.get('source')!s:.80}: {event.get('detail-type')!s:.80}")
    detail = event.get("detail")
    if not isinstance(detail, dict):
        raise Hopeless(f"the event {kind} has no detail")
    return read(event, detail)


def _task_event(event: Mapping[str, Any], detail: Mapping[str, Any]) -> TaskNudge | NotOurs:
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


def _service_event(event: Mapping[str, Any], detail: Mapping[str, Any]) -> ServiceLook:
    """Every sample names the service in `resources`. Its ARN has the cluster in it, unless it has the old form; then
    the detail may have it."""
    resources = event.get("resources")
    arn = str(resources[0]) if isinstance(resources, list) and resources else ""
    names = arn.partition(":service/")[2].split("/")
    cluster = names[0] if len(names) == 2 else str(detail.get("clusterArn") or "").rpartition(":cluster/")[2]
    if not names[-1] or not cluster:
        raise Hopeless(f"the event names no service and cluster (resources {str(resources)[:120]})")
    return ServiceLook(region=str(event.get("region") or arn.split(":")[3]), cluster=cluster, service=names[-1])
