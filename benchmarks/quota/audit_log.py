"""What an audit log tells of looks at tasks, of this version (schema 2) and of those before."""

from collections.abc import Iterator, Mapping
from typing import Any


def looked_at(record: Mapping[str, Any]) -> Iterator[str]:
    """The tasks that a look at a whole service, or at a task for the first time, judged, by one record of it."""
    if record["record"] == "verified":
        for group in filter(None, record["verified"].split("; ")):
            yield from group.partition(": ")[2].split(" ")
    elif record["record"] == "task" and record["schema"] == 1 and not record["look"]:
        yield record["task_id"]
