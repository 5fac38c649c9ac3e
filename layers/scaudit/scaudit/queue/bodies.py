"""Queue bodies into messages and back: an EventBridge event, or one of scaudit's own."""

import json
import re
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from scaudit.model.places import Place
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
_SUBJECT = re.compile(r"SC\d{3}#[^#]+")
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

    Raises Hopeless for what is not JSON, not an object, or names a kind whose fields are missing, or of a wrong type or
    form.
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
        if name in data and name in _FORMS:
            _formed(f"{data['kind']} message: {name}", _FORMS[name], value)
    try:
        return kind(**{name: _frozen(data[name]) for name in kind.__slots__ if name in data})
    except TypeError as error:
        raise Hopeless(f"{data['kind']} message: {error}") from error


def _formed(what: str, form: Callable[[Any], object], value: object) -> None:
    try:
        form(value)
    except (ValueError, TypeError) as error:
        raise Hopeless(f"{what} cannot be read: {error}") from error


def _moment(told: str) -> None:
    if datetime.fromisoformat(told).tzinfo is None:
        raise ValueError(f"{told} does not say in which zone")


def _subject(name: str) -> None:
    """Of a check, or a digest's name, which has no endpoint."""
    if "#" in name and not _SUBJECT.fullmatch(name):
        raise ValueError(f"{name!r:.80} is no check and endpoint")


def _suspicions(told: Mapping[str, str]) -> None:
    for subject, first in told.items():
        _subject(subject if "#" in subject else f"{subject}#")
        _moment(first)


_FORMS: dict[str, Callable[[Any], object]] = {
    "sent_at": _moment,
    "suspected": _suspicions,
    "key": Place.of,
    "subject": _subject,
}


def _frozen(value: object) -> Any:  # noqa: ANN401
    return tuple(value) if isinstance(value, list) else value
