"""An announcement as others take it: Amazon Q Developer for chat rooms, EventBridge for whatever acts on it."""

import json
from datetime import datetime
from typing import Any

from scaudit.announce.words.announcement import Announcement

TITLE, DESCRIPTION, NEXT_STEP, KEYWORD = 250, 8000, 350, 75
"""Characters (AWS: Amazon Q Developer in chat applications, custom notifications)."""
_FENCE = "```"
_KINDS = {"open": "Incident Opened", "grew": "Incident Grew", "test": "Test Alert"}
"""What an event is called, by the state that is told; an end is that of an incident or of nothing but its record."""


def for_chat(told: Announcement) -> str:
    """The message that Amazon Q Developer shows in Slack, Teams or Chime; all about one incident is one thread.

    What people wrote stands in a block, where no name of theirs is taken for markup.
    """
    data = told.data
    body = told.text.replace(_FENCE, "'''")
    room = DESCRIPTION - 300  # for the fences and the link
    shown = body if len(body) <= room else f"{body[: room - 20].rstrip()}\n... cut here"
    link = f"\n[Open it in the console]({data['console']})" if data.get("console") else ""
    steps = [step for step in (data.get("fix"), f"scaudit explain {data['check']}" if data["check"] else "") if step]
    words = [data[name] for name in ("check", "severity", "region", "ecs_cluster", "ecs_service") if data[name]]
    message = {
        "version": "1.0",
        "source": "custom",
        "id": told.id,
        "content": {
            "textType": "client-markdown",
            "title": told.subject[:TITLE],
            "description": f"{_FENCE}\n{shown.rstrip()}\n{_FENCE}{link}",
            **({"nextSteps": [_cut(step, NEXT_STEP) for step in steps]} if steps else {}),
            **({"keywords": [_cut(word, KEYWORD) for word in words]} if words else {}),
        },
        "metadata": {"threadId": data.get("incident_id") or told.id, "summary": told.subject[:TITLE]},
    }
    return json.dumps(message, separators=(",", ":"), ensure_ascii=False)


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


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[: most - 3]}..."
