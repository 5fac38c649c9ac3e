"""How CloudWatch would judge the heartbeat: the deployed alarms over a history of beats, minute by minute.

AWS, Amazon CloudWatch User Guide: "Configuring how CloudWatch alarms treat missing data" (the table of data points and
states), "Alarm evaluation window" (it slides), "Suppressing composite alarm actions" (a wait before acting).
"""

from bisect import bisect_right
from collections.abc import Callable, Sequence
from typing import Any

from tests.contracts.deployed import properties

MISSING, KNOWN, SILENT = (properties(name) for name in ("HeartbeatMissing", "HeartbeatKnown", "HeartbeatSilent"))


def state(alarm: dict[str, Any], beats: Sequence[int], minute: int, before: str, further: int) -> str:
    """The state of a metric alarm that alerts on too little; CloudWatch looks `further` periods back for data."""
    wanted, period = alarm["EvaluationPeriods"], alarm["Period"] // 60
    ends = [minute - n * period for n in range(wanted + further)]
    counts = [bisect_right(beats, end) - bisect_right(beats, end - period) for end in ends]
    data = [count < alarm["Threshold"] for count in counts if count][:wanted]
    lacking = wanted - len(data)
    if not data and alarm["TreatMissingData"] == "ignore":
        return before
    breaching = sum(data) + (lacking if alarm["TreatMissingData"] == "breaching" else 0)
    if alarm["TreatMissingData"] == "ignore" and 0 < breaching == len(data) < wanted:
        return before
    return "ALARM" if breaching == wanted else "OK"


def spoken(beats: Sequence[int], until: int, *, known_first: bool = True, further: int = 0) -> list[int]:
    """The minutes at which HeartbeatSilent acts, from the deployment (minute 0) on."""
    missing = known = "INSUFFICIENT_DATA"
    silent_since: int | None = None
    acts: list[int] = []
    for minute in range(until):
        # Each alarm is evaluated once a minute, but not both at the same moment.
        known = state(KNOWN, beats, minute - (not known_first), known, further)
        missing = state(MISSING, beats, minute - known_first, missing, further)
        if not RULE(missing, known):
            silent_since = None
        elif silent_since is None:
            silent_since = minute
        if silent_since is not None and minute - silent_since == SILENT.get("ActionsSuppressorWaitPeriod", 0) // 60:
            acts.append(minute)
    return acts


def _rule(text: str) -> Callable[[str, str], bool]:
    conditions = [part.strip() for part in text.split(" AND ")]
    wanted = {part[part.index("{") + 1 : part.index("}")]: part[: part.index("(")] for part in conditions}
    assert wanted.keys() == {"HeartbeatMissing", "HeartbeatKnown"} and len(conditions) == 2
    return lambda missing, known: (missing, known) == (wanted["HeartbeatMissing"], wanted["HeartbeatKnown"])


RULE = _rule(SILENT["AlarmRule"]["Fn::Sub"])
