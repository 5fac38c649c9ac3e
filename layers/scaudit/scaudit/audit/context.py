"""What an audit touches outside the core, and how it asks for another look at a task."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from scaudit.queue.messages import TaskNudge
from scaudit.queue.queue import Queue
from scaudit.store.keys import partition
from scaudit.store.ledger import Ledger
from scaudit.store.table import Table

MOST_LOOKS = 20
LAG = 15
"""Seconds until a task is asked for again when ECS is behind its own event, or could not be asked."""
_GRACE = 120
"""Seconds by which a delayed message may be late before its chain of looks counts as broken."""


@dataclass(frozen=True, slots=True)
class Edges:
    """Everything outside the core that an audit touches."""

    table: Table
    ledger: Ledger
    queue: Queue
    clock: Callable[[], datetime]
    write: Callable[[Mapping[str, Any]], None]


def look_again(edges: Edges, region: str, nudge: TaskNudge, delay: int) -> None:
    """Send the next look at a task on its way, unless another chain of looks is at it. The send comes last: what
    breaks before it brings this message back."""
    pk = partition(region, nudge.cluster, nudge.service)
    now = edges.clock()
    due = now + timedelta(seconds=delay + _GRACE)
    if nudge.look < MOST_LOOKS and edges.ledger.chain(pk, nudge.task, nudge.chain, due, now):
        edges.queue.send(replace(nudge, look=nudge.look + 1), delay)


def touch(edges: Edges, region: str, cluster: str, service: str, at: datetime) -> None:
    """Have notify look again at every incident of a service that is not at rest; a look may have got lost."""
    pk = partition(region, cluster, service)
    for subject in edges.ledger.restless(pk):
        edges.ledger.touch(pk, subject, at)
