"""What travels the way of an incident to prove that the way is open: the sweep's canary, a person's test alert."""

from scaudit import report
from scaudit.events import Canary, Rehearsal
from scaudit.items import itself
from scaudit.looks import Edges

CANARY = "canary"
"""The subject under which notify hears of a canary."""


def pass_canary(canary: Canary, edges: Edges) -> None:
    """Record how long the canary took to verify, and send it on to notify, where it makes the heartbeat."""
    at = edges.clock()
    edges.ledger.touch(itself(canary.region), CANARY, at)
    edges.write(report.canary_record(canary, at))


def pass_rehearsal(asked: Rehearsal, edges: Edges) -> None:
    """Have notify say the test alert that was asked for."""
    edges.ledger.touch(itself(asked.region), asked.subject, edges.clock())
