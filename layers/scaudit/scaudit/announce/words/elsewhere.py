"""An announcement as others take it: Amazon Q Developer for chat rooms, EventBridge for whatever acts on it."""

import json
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from scaudit.announce.words.announcement import Announcement

TITLE, DESCRIPTION, NEXT_STEP, KEYWORD = 250, 8000, 350, 75
"""Characters (AWS: Amazon Q Developer in chat applications, custom notifications)."""
_LINK = "https://"
_FENCE, _CUT = "```", "\n... cut here"
_KINDS = {"open": "Incident Opened", "grew": "Incident Grew", "test": "Test Alert"}
"""What an event is called, by the state that is told; an end is that of an incident or of nothing but its record."""


def for_chat(told: Announcement) -> str:
    """The message that Amazon Q Developer shows in Slack, Teams or Chime; all about one incident is one thread.

    What people wrote stands in a block, where it is taken for no markup, and nothing calls anybody by name. Links stand
    as they are: of the two ways to dress them up, each is plain text in the other tool.
    """
    data = told.data
    over = data["state"] == "resolved"
    explained = data.get("explained") or ""
    run = data.get("run") or ""  # whole or not at all: it stands in the text, too
    aloud = [data.get("fix"), run if len(run) <= NEXT_STEP else "", "" if explained.startswith(_LINK) else explained]
    steps = [] if over else aloud
    links = [each for each in (data.get("console"), explained) if each and each.startswith(_LINK)]
    words = [data[name] for name in ("check", "severity", "region", "ecs_cluster", "ecs_service") if data[name]]
    title = _inert(told.subject[:TITLE])
    message = {
        "version": "1.0",
        "source": "custom",
        "id": told.id,
        "content": {
            "textType": "client-markdown",
            "title": title,
            "description": _described(told.text, links),
            **_some("nextSteps", steps, NEXT_STEP),
            **_some("keywords", words, KEYWORD),
        },
        "metadata": {"threadId": data.get("incident_id") or told.id, "summary": title},
    }
    return json.dumps(message, separators=(",", ":"), ensure_ascii=False)


def _described(text: str, links: Sequence[str]) -> str:
    end = "\n".join(["", _FENCE, *links])
    body = _inert(text).replace(_FENCE, "'''").rstrip()
    room = DESCRIPTION - len(f"{_FENCE}\n{end}")
    shown = body if len(body) <= room else f"{body[: room - len(_CUT)].rstrip()}{_CUT}"
    return f"{_FENCE}\n{shown}{end}"


def _some(name: str, texts: Iterable[str | None], most: int) -> dict[str, list[str]]:
    """A field of those texts that say something, of at most so many characters each; AWS wants none that is empty."""
    said = [_inert(text if len(text) <= most else f"{text[: most - 3]}...") for text in texts if text]
    return {name: said} if said else {}


def _inert(text: str) -> str:
    """Slack calls <!channel> and <@who>, Teams <at>who</at>, also in titles (Slack: formatting; AWS: custom
    notifications, title)."""
    return text.replace("<", "\u2039").replace(">", "\u203a")


def for_bus(told: Announcement, bus: str, at: datetime) -> dict[str, Any]:
    """The entry of PutEvents for the event bus with this ARN: its detail is the form for machines, its resource the
    ECS service's ARN, where there is one."""
    data = told.data
    partition, region, account = bus.split(":")[1], data["region"], data["account"]
    named = data["ecs_cluster"] and data["ecs_service"]
    service = f"arn:{partition}:ecs:{region}:{account}:service/{data['ecs_cluster']}/{data['ecs_service']}"
    ended = "Incident Closed" if data.get("closed_because") else "Incident Resolved"
    return {
        "Time": at,
        "Source": "scaudit",
        "DetailType": ended if data["state"] == "resolved" else _KINDS.get(data["state"], "Incident Digest"),
        "Resources": [service] if named else [],
        "Detail": told.machine,
        "EventBusName": bus,
    }
