"""What a soak came to: which faults were announced, what was announced in vain, and what got lost on the way."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from tests.simulation.faults import Fault
from tests.simulation.sns import Published

STALE = timedelta(minutes=15)
"""What is announced so long after it was mended is false: a killed look comes again after 725 seconds."""
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


def judged(faults: Iterable[Fault], published: Sequence[Published]) -> Score:
    """Compare what was planted, in the order in which it was, with what was published."""
    score = Score(messages=len(published))
    planted: dict[Subject, list[Fault]] = defaultdict(list)
    for fault in faults:
        planted[fault.subject].append(fault)
    told: dict[Subject, list[tuple[datetime, str]]] = defaultdict(list)
    for at, each in _each_once(published):
        told[each["ecs_service"], each["check"]].append((at, each["state"]))
    for subject in planted.keys() | told.keys():
        _judge(subject, planted[subject], told[subject], score)
    return score


def _each_once(published: Iterable[Published]) -> Iterator[tuple[datetime, Mapping[str, Any]]]:
    """Every announcement, out of the digests too; one that is repeated to the letter is one."""
    heard: set[str] = set()
    for message in published:
        for each in message.data.get("withheld", [message.data]):
            if each["message_id"] not in heard:
                heard.add(each["message_id"])
                yield message.at, each


def _judge(subject: Subject, faults: Sequence[Fault], told: Iterable[tuple[datetime, str]], score: Score) -> None:
    opened: dict[int, datetime] = {}
    resolved: set[int] = set()
    score.planted += len(faults)
    for at, state in told:
        current = max((n for n, fault in enumerate(faults) if fault.planted <= at), default=-1)
        mended = faults[current].mended if current >= 0 else None
        over = mended is not None and mended <= at
        if current < 0:
            false = "nothing was planted"
        elif state == "open":
            stale = mended is not None and mended + STALE < at
            false = "open already" if current in opened else "mended long since" if stale else ""
            opened.setdefault(current, at)
        elif state == "resolved":
            false = "not open" if current not in opened or current in resolved else "" if over else "it still stands"
            resolved.add(current)
        else:
            false = "" if state == "grew" and current in opened and current not in resolved else "out of turn"
        if false:
            score.false.append(f"{at:%d. %H:%M:%S} {subject[0]} {subject[1]} {state}: {false}")
    for n, fault in enumerate(faults):
        if n not in opened:
            score.missed.append(str(fault))
        elif fault.mended and n not in resolved:
            score.lost.append(f"never resolved: {fault}")
    score.found += len(opened)
    score.waits += [(at - faults[n].planted).total_seconds() for n, at in opened.items()]
