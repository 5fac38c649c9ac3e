"""What leaves scaudit: announcements to SNS, records to the log."""

import json
import sys
from collections.abc import Mapping
from typing import Any

from scaudit.message import Message, attributes, protocols


def announce(client: Any, topic: str, message: Message) -> None:  # noqa: ANN401
    """Publish one announcement; raises what SNS raises."""
    client.publish(
        TopicArn=topic,
        Subject=message.subject,
        Message=protocols(message),
        MessageStructure="json",
        MessageAttributes={
            name: {"DataType": "String", "StringValue": value} for name, value in attributes(message).items()
        },
    )


def write(record: Mapping[str, Any]) -> None:
    """One JSON line to standard output, which Lambda keeps in the audit log group."""
    sys.stdout.write(json.dumps(record, separators=(",", ":")) + "\n")
