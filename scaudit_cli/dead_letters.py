"""What a dead letter is about, why it is one, and whether the queue may take it back."""

import json
from collections.abc import Mapping
from typing import Any

from scaudit.model.sentences import clean
from scaudit.queue.bodies import parse
from scaudit.queue.messages import AlertTest, Canary, Hopeless, NotOurs
from scaudit.queue.queue import NOT_SENT
from scaudit.values import dataclass


@dataclass(frozen=True, slots=True)
class Letter:
    """`stays` says why it cannot go back at all; a `hopeless` one was given up by verify itself."""

    kind: str
    reason: str
    stays: str = ""
    hopeless: bool = False


def letter_of(raw: Mapping[str, Any]) -> Letter:
    """One message of the dead-letter queue, as ReceiveMessage gives it."""
    told = {name: value.get("StringValue", "") for name, value in raw.get("MessageAttributes", {}).items()}
    body = _object(raw["Body"])
    if "SCHEDULE_ARN" in told:
        return Letter("start of a sweep", _of_eventbridge(told), "the next sweep sees the same")
    if "DDBStreamBatchInfo" in body:
        context = body.get("requestContext")
        why = str(context.get("condition")) if isinstance(context, dict) else "notify gave up"
        return Letter("stream records", clean(why), "it only says where they were; the next sweep makes up for it")
    if told.get("reason", "").startswith(NOT_SENT):
        return Letter("alert for chat or bus", clean(told["reason"]), "it went to the topic all the same")
    if "reason" in told:
        return Letter(_kind(raw["Body"]), clean(told["reason"]), hopeless=True)
    reason = _of_eventbridge(told) if "ERROR_CODE" in told else _of_queue(raw.get("Attributes", {}))
    return Letter(_kind(raw["Body"]), reason, _stays(raw["Body"]))


def _object(text: str) -> Mapping[str, Any]:
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    return value if isinstance(value, dict) else {}


def _kind(text: str) -> str:
    body = _object(text)
    return clean(str(body.get("kind") or body.get("detail-type") or "not a message of scaudit"))


def _stays(text: str) -> str:
    try:
        message = parse(text)
    except Hopeless as error:
        return clean(str(error))
    if isinstance(message, Canary | AlertTest):
        return "it is out of date"
    return f"not ours: {clean(message.reason)}" if isinstance(message, NotOurs) else ""


def _of_eventbridge(told: Mapping[str, str]) -> str:
    """Of what EventBridge, or its Scheduler, could not deliver (AWS: dead-letter queues of rules and schedules)."""
    return clean(": ".join(filter(None, (told.get("ERROR_CODE"), told.get("ERROR_MESSAGE"))))) or "not delivered"


def _of_queue(attributes: Mapping[str, str]) -> str:
    moved = "DeadLetterQueueSourceArn" in attributes
    return "verify failed on it every time" if moved else "no reason given"
