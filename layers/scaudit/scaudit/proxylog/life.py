"""What is known while the log is being read: one agent's life, and the run of Envoy that it is in."""

from dataclasses import dataclass, field
from typing import TypeVar

from scaudit.proxylog.environment import HIDING, Environment
from scaudit.proxylog.lines import KEPT, Mark, Reason, Told
from scaudit.proxylog.start import Exit

MOST = 500
MOST_EXITS = 50
HICCUP = 20.0
"""Seconds. The agent asks Envoy every 10 s whether it is ready, and gives up on an answer after 2
(agent source: HC_POLL_INTERVAL_MS); so two failed checks farther apart have an answered one between them."""
What = TypeVar("What")


@dataclass(slots=True)
class Run:
    """One run of Envoy. `opened` is the line that began it; None for lines from before the first start in the log.
    `mixed` is a line that an earlier process wrote after this one was started, which cannot be."""

    opened: Mark | None = None
    stamp: str = ""
    executed: bool = False
    mixed: Mark | None = None
    process: str = ""
    waits_for: str = ""
    ready: Mark | None = None
    live: bool = False
    served: Mark | None = None
    dead: Reason | None = None
    dying: str = ""
    added: dict[str, Mark] = field(default_factory=dict)
    removed: dict[str, Mark] = field(default_factory=dict)
    rejected: dict[str, Reason] = field(default_factory=dict)
    unbound: dict[str, Reason] = field(default_factory=dict)
    refused_configuration: dict[str, Reason] = field(default_factory=dict)
    timeouts: dict[str, Mark] = field(default_factory=dict)
    clusters: Mark | None = None
    listeners_answered: bool = False
    rejecting: bool = False
    closed: int = 0
    closed_last: Mark | None = None
    code: int | None = None
    refused: str = ""
    lost: Mark | None = None
    was_lost: bool = False
    drained: Mark | None = None
    unanswered: int = 0
    unanswered_last: Mark | None = None
    unanswered_at: str = ""
    was_unanswered: bool = False
    hidden: Mark | None = None


@dataclass(slots=True)
class Life:
    """All of a log up to here. A second dump in one stream is a new container: what was before is past."""

    environment: Environment = field(default_factory=Environment)
    run: Run = field(default_factory=Run)
    past: set[str] = field(default_factory=set)
    starts: int = 0
    level: str = ""
    first: str = ""
    latest: str = ""
    ready_first: str = ""
    ready_lines: list[int] = field(default_factory=list)
    exits: list[Exit] = field(default_factory=list)
    ended: Mark | None = None
    gone: Reason | None = None
    draining: Mark | None = None
    restarted: bool = False
    socket_missing: Reason | None = None
    metadata: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)
    dump: Mark | None = None

    def opens(self, told: Told, executed: bool) -> None:
        """Envoy is started (again): nothing that an earlier run said holds for this one."""
        if self.run.process and len(self.past) < MOST:
            self.past.add(self.run.process)
        self.restarted = self.restarted or self.starts > 0 or self.run.dead is not None or self.run.process != ""
        self.starts += 1
        self.run = Run(opened=noted(told), stamp=told.stamp if executed else "", executed=executed)

    def speaks(self, told: Told) -> bool:
        """Whether Envoy's main thread speaks of the current run. Another process id is another run, whose start was
        lost; a line of the run before may come a little late."""
        process = told.process
        if self.run.process == process:
            return True
        if process in self.past:
            if told.stamp > self.run.stamp:
                self.run.mixed = noted(told)
            return False
        if self.run.process or self.run.dead:
            self.opens(told, executed=False)
        self.run.process = process
        return True

    def at_level(self, level: str, line: Mark) -> None:
        self.level = level.lower()[:20]
        if self.level in HIDING:
            self.run.hidden = line

    @property
    def hides(self) -> bool:
        return self.level in HIDING

    def begins_anew(self) -> None:
        """The agent tells its settings at its start: if it had started before, that container is gone."""
        ran = self.starts > 0 or self.run.process != "" or self.run.dead is not None or self.gone is not None
        if ran or self.draining or self.environment.mesh_seen:
            self.restarted = self.restarted or ran
            self.environment, self.run, self.past = Environment(), Run(), set()
            self.gone = self.draining = self.socket_missing = self.dump = None
            self.level = ""


def noted(told: Told) -> Mark:
    return Mark(told.number, told.line[:KEPT])


def keep(kept: dict[str, What], name: str, what: What) -> None:
    """Remember under a name, but never more names than a proxy can have."""
    if name in kept or len(kept) < MOST:
        kept[name] = what
