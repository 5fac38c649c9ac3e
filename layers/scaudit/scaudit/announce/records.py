"""Records of what was announced. Their fields are an interface."""

from datetime import datetime
from typing import Any

from scaudit.announce.words.announcement import Announcement
from scaudit.record import Metric, head, measured


def heartbeat_record(region: str, at: datetime, home: str = "") -> dict[str, Any]:
    """A canary that came all the way to notify. The heart of the stack beats in its own Region, `home`; that linked
    Regions are swept is counted for each of them."""
    by = () if region == (home or region) else ("region",)
    return measured(head("heartbeat", region, at), at, {Metric.HEARTBEAT: 1}, by)


def announcement_record(region: str, message: Announcement, at: datetime) -> dict[str, Any]:
    """What was said, about what."""
    data = message.data
    record = {
        **head("announcement", region, at),
        "ecs_cluster": data["ecs_cluster"],
        "ecs_service": data["ecs_service"],
        "endpoint": data["endpoint"],
        "check": data["check"],
        "severity": data["severity"],
        "state": data["state"],
        "affected": data["affected"]["count"],
        "subject": message.subject,
        "message_id": message.id,
        "incident_id": data.get("incident_id", ""),
    }
    return measured(record, at, {Metric.ANNOUNCEMENTS: 1, Metric.WITHHELD: len(message.covers)})
