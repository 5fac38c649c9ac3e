"""Queue bodies into messages and back: an EventBridge event, or one of scaudit's own."""

import json
from collections.abc import Mapping
from typing import Any

from scaudit.queue.events import message_of
from scaudit.queue.messages import (
    AlertTest,
    Canary,
    ClusterPage,
    Hopeless,
    IncidentLook,
    Message,
    Named,
    Own,
    OwnLook,
    RegionSweep,
    ServiceLook,
    TaskNudge,
    TaskNudges,
)

_KINDS: dict[str, type[Named]] = {
    "task": TaskNudge,
    "cluster": ClusterPage,
    "service": ServiceLook,
    "region": RegionSweep,
    "scaudit": OwnLook,
    "canary": Canary,
    "test": AlertTest,
    "incident": IncidentLook,
}
_TYPES: dict[str, type] = {
    **dict.fromkeys(("version", "look", "attempt", "meshed", "running", "verified", "unread"), int),
    **dict.fromkeys(("services", "fresh", "unmet"), list),
    "suspected": dict,
}
_WORD = {kind: word for word, kind in _KINDS.items()}


def body(message: Own) -> str:
    """The queue body that `parse` turns back into `message`. Of tasks together the first is told in full, of the others
    what differs: a version that does not know of others looks at the first."""
    if isinstance(message, TaskNudges):
        first, *others = map(_fields, message.nudges)
        differing = [{name: value for name, value in each.items() if value != first[name]} for each in others]
        return json.dumps({"kind": "task", **first, "others": differing}, separators=(",", ":"))
    return json.dumps({"kind": _WORD[type(message)], **_fields(message)}, separators=(",", ":"))


def _fields(message: Named) -> dict[str, Any]:
    return {name: getattr(message, name) for name in message.__slots__}


def parse(text: str, account: str = "") -> Message:
    """Read one queue body; `account` is the one whose events are ours, any if it is empty.

    Raises Hopeless for what is not JSON, not an object, or names a kind whose fields are missing or of a wrong type.
    """
    try:
        data = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise Hopeless(f"body is not JSON: {error}") from error
    if not isinstance(data, dict):
        raise Hopeless(f"body is not a JSON object but {type(data).__name__}")
    return _own(data) if "kind" in data else message_of(data, account)


def _own(data: Mapping[str, Any]) -> Message:
    kind = _KINDS.get(str(data["kind"]))
    if kind is None:
        raise Hopeless(f"unknown kind {str(data['kind'])[:80]!r}")
    message = _named(kind, data)
    others = data.get("others", [])
    if not isinstance(message, TaskNudge) or others == []:
        return message
    if not (isinstance(others, list) and all(isinstance(other, dict) for other in others)):
        raise Hopeless("task message: others is not a list of objects")
    tasks = [_named(TaskNudge, {**data, **other}) for other in others]
    return TaskNudges((message, *(task for task in tasks if isinstance(task, TaskNudge))))


def _named(kind: type[Named], data: Mapping[str, Any]) -> Named:
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
