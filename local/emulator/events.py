"""The events that ECS sends to the default event bus."""

import datetime as dt
import json
from typing import Any

from ministack.services import eventbridge


def iso(moment: float) -> str:
    """A moment as ECS writes it into events."""
    return dt.datetime.fromtimestamp(moment, dt.UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def send(detail_type: str, resource: str, detail: dict[str, Any]) -> None:
    """Put an event of ECS on the default bus."""
    entry = {"Source": "aws.ecs", "DetailType": detail_type, "Resources": [resource], "Detail": json.dumps(detail)}
    # PutEvents refuses sources that begin with "aws." from customers; this is the way for the services themselves.
    eventbridge._put_events({"Entries": [entry]}, allow_aws_source=True)
