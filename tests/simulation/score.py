"""What a soak came to: which faults were announced, what was announced in vain, and what got lost on the way."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from tests.simulation.faults import Fault
from tests.simulation.sns import Published

STALE = timedelta(minutes=15)
"""What is announced so long after it was mended is false: a killed look comes again after 725 seconds."""
MOST_TIMES = 3
"""A run that dies between publishing and noting so repeats a message, once. Twice in a row is rare, more is a fault."""
Subject = tuple[str, str]


@dataclass(slots=True)
class Score:
    """One soak, or several together. The lists say what was missed, false and lost; `waits` are the seconds from each
    fault to its message."""

    events: int = 0
    planted: int = 0
    found: int = 0
    messages: int = 0
    missed: list[str] = field(default_factory=list)
    false: list[str] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)
    waits: list[float] = field(default_factory=list)

    def __add__(self, other: "Score") -> "Score":
        return Score(*(getattr(self, name) + getattr(other, name) for name in self.__slots__))

    @property
    def clean(self) -> bool:
        return not (self.missed or self.false or self.lost)

    def __str__(self) -> str:
        """The last line of a soak."""
        return (
            f"soak: {self.events} events, {self.planted} planted, found {self.found}, missed {len(self.missed)}, "
            f"false {len(self.false)}, lost {len(self.lost)}, "
            f"messages per incident {self.messages / max(self.planted, 1):.2f}"
        )


def judged(faults: Sequence[Fault], published: Sequence[Published]) -> Score:
    """Compare what was planted, in the order in which it was, with what was published."""
    times = Counter(message.data["message_id"] for message in published)
    repeated = [f"message {id} was published {count} times" for id, count in times.items() if count > MOST_TIMES]
    score = Score(messages=len(published), false=repeated)
    planted: dict[Subject, list[Fault]] = defaultdict(list)
    for fault in faults:
        planted[fault.subject].append(fault)
    told: dict[Subject, list[tuple[datetime, str]]] = defaultdict(list)
    for at, each in _each_once(published):
        told[each["ecs_service"], each["check"]].append((at, each["state"]))
    for subject in sorted(planted.keys() | told.keys()):
        also = [fault for fault in faults if subject == (fault.service, fault.also)]
        if known := planted[subject]:
            _judge(subject, known, told[subject], score, also)
        else:
            score.false += _in_vain(subject, also, told[subject])
    return score


def _in_vain(subject: Subject, faults: Sequence[Fault], told: Iterable[tuple[datetime, str]]) -> list[str]:
    """What must not be said where nothing need be said."""
    _judge(subject, faults, told, aside := Score())
    return aside.false


def _each_once(published: Iterable[Published]) -> Iterator[tuple[datetime, Mapping[str, Any]]]:
    """Every announcement, out of the digests too; one that is repeated to the letter is one."""
    heard: set[str] = set()
    for message in published:
        for each in _all(message.data):
            if each["message_id"] not in heard:
                heard.add(each["message_id"])
                yield message.at, each


def _all(data: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """What one message tells: one thing, what was withheld for it, or what it reminds of."""
    if data["state"] == "reminder":
        id = data["message_id"]
        return [{**one, "state": "reminder", "message_id": f"{id} of {n}"} for n, one in enumerate(data["open"])]
    return data.get("withheld", [data])


def _judge(
    subject: Subject,
    faults: Sequence[Fault],
    told: Iterable[tuple[datetime, str]],
    score: Score,
    also: Sequence[Fault] = (),
) -> None:
    """Faults of one subject are told apart by when they were planted; it may be told of those that show there, `also`,
    and need not."""
    every = sorted([*faults, *also], key=lambda each: each.planted)
    opened: dict[datetime, datetime] = {}
    resolved: set[datetime] = set()
    for at, state in told:
        fault = next((each for each in reversed(every) if each.planted <= at), None)
        known = fault is not None and fault.planted in opened
        over = fault is not None and fault.planted in resolved
        if why := _why_not(state, at, fault, known=known, over=over):
            score.false.append(f"{at:%d. %H:%M:%S} {' '.join(subject)} {state}: {why}")
        if fault and state == "open":
            opened.setdefault(fault.planted, at)
        elif fault and state == "resolved":
            resolved.add(fault.planted)
    score.planted += len(faults)
    score.found += sum(fault.planted in opened for fault in faults)
    score.missed += [str(fault) for fault in faults if fault.planted not in opened]
    score.lost += [f"never resolved: {fault}" for fault in every if fault.planted in opened.keys() - resolved]
    score.waits += [(opened[f.planted] - f.planted).total_seconds() for f in faults if f.planted in opened]


def _why_not(state: str, at: datetime, fault: Fault | None, *, known: bool, over: bool) -> str:
    """Why this must not be said now, or nothing."""
    if fault is None:
        return "nothing was planted"
    if state == "open":
        stale = fault.mended is not None and fault.mended + STALE < at
        return "open already" if known else "mended long since" if stale else ""
    if not known or over:
        return "not open"
    if state == "resolved":
        return "" if fault.mended and fault.mended <= at else "it still stands"
    return "" if state in ("grew", "rose", "reminder") else "nobody knows what that means"
