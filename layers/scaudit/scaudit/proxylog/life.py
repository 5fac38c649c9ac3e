"""What is known while the log is being read: one agent's life, and the run of Envoy that it is in."""

from dataclasses import dataclass, field
from typing import TypeVar

from scaudit.proxylog.environment import HIDING, Environment
from scaudit.proxylog.lines import HEAD, KEPT, Mark, Reason, Told
from scaudit.proxylog.start import Exit

MOST_NAMES = 500
"""Names of listeners, targets and processes that are kept of one log, which may have been written to fill memory."""
MOST_EXITS = 50
HICCUP = 20.0
"""Seconds. The agent asks Envoy every 10 s whether it is ready, and gives up on an answer after 2
(agent source: HC_POLL_INTERVAL_MS); so two failed checks farther apart have an answered one between them."""
What = TypeVar("What")


@dataclass(slots=True)
class Run:
    """One run of Envoy. `opened` is the line that began it; None for lines from before the first start in the log.
    `mixed` is a line that cannot be of this run alone (of an earlier process, or one said twice). `stale` are listeners
    whose update was refused, `fallen` those that were added and could not listen; `targets` is what listeners wait for
    (told at level debug), `foreign` a line of Envoy's own log in another format."""

    opened: Mark | None = None
    stamp: str = ""
    executed: bool = False
    mixed: Mark | None = None
    process: str = ""
    epoch: Mark | None = None
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
    stale: dict[str, Reason] = field(default_factory=dict)
    fallen: dict[str, Reason] = field(default_factory=dict)
    refused_configuration: dict[str, Reason] = field(default_factory=dict)
    refused_updates: dict[str, Reason] = field(default_factory=dict)
    timeouts: dict[str, Mark] = field(default_factory=dict)
    mended: Mark | None = None
    clusters: Mark | None = None
    clusters_at: str = ""
    clusters_coming: bool = False
    listeners_answered: bool = False
    rejecting: bool = False
    targets: dict[str, str] = field(default_factory=dict)
    foreign: Mark | None = None
    closed: int = 0
    closed_last: Mark | None = None
    closed_at: str = ""
    in_a_row: int = 0
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

    def only_once(self, told: Told, before: Mark) -> None:
        """A process says this once: again at another time is another task's; the same event may be stored twice."""
        if not told.line.startswith(before.text[:HEAD]):
            self.mixed = noted(told)


@dataclass(slots=True)
class Life:
    """All of a log up to here. A second dump in one stream is a new container: what was before is past; but one with
    other settings is of another task, and then `strangers` is its line."""

    environment: Environment = field(default_factory=Environment)
    identity: str = ""
    mapping: dict[str, int] | None = None
    relay: bool | None = None
    run: Run = field(default_factory=Run)
    past: set[str] = field(default_factory=set)
    starts: int = 0
    level: str = ""
    first: str = ""
    first_of_envoy: str = ""
    latest: str = ""
    strangers: Mark | None = None
    ready_first: str = ""
    ready_lines: list[int] = field(default_factory=list)
    exits: list[Exit] = field(default_factory=list)
    ended: Mark | None = None
    gone: Reason | None = None
    panicked: Reason | None = None
    draining: Mark | None = None
    draining_at: str = ""
    undrained: str = ""
    restarted: bool = False
    socket_missing: Reason | None = None
    metadata: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)
    dump: Mark | None = None

    def opens(self, told: Told, executed: bool) -> None:
        """Envoy is started (again): nothing that an earlier run said holds for this one."""
        if self.run.process and len(self.past) < MOST_NAMES:
            self.past.add(self.run.process)
        self.restarted = self.restarted or self.starts > 0 or self.run.dead is not None or self.run.process != ""
        self.starts += 1
        self.run = Run(opened=noted(told), stamp=told.stamp if executed else "", executed=executed)

    def speaks(self, told: Told) -> bool:
        """Whether Envoy's main thread speaks of the current run. Another process id is another run, whose start was
        lost; a line of the run before may come a little late."""
        process = told.process
        self.first_of_envoy = self.first_of_envoy or told.stamp
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
        """From this line on Envoy logs at this level."""
        self.level = level.lower()[:20]
        if self.level in HIDING:
            self.run.hidden = line

    @property
    def hides(self) -> bool:
        """Whether the present log level hides lines of level info."""
        return self.level in HIDING

    def is_anothers(self) -> bool:
        """Whether the settings are of another task than those told before: ECS gives each task ports of its own."""
        now, another = self.environment, False
        if now.identity:
            another = self.identity not in ("", now.identity)
            self.identity = now.identity
        if now.mapping is not None:
            another = another or self.mapping not in (None, now.mapping)
            self.mapping = now.mapping
        if now.agent_seen:
            another = another or self.relay not in (None, now.relay)
            self.relay = now.relay
        return another

    @property
    def began(self) -> bool:
        """Whether the log shows how the current run began, or that it got ready: only then is what it lacks absent."""
        return self.run.opened is not None or self.run.ready is not None

    def begins_anew(self) -> None:
        """The agent tells its settings at its start: if it had started before, that container is gone."""
        ran = self.starts > 0 or self.run.process != "" or self.run.dead is not None or self.gone is not None
        if ran or self.draining or self.environment.mesh_seen:
            self.restarted = self.restarted or ran
            self.environment, self.run, self.past = Environment(), Run(), set()
            self.gone = self.draining = self.socket_missing = self.dump = None
            self.level = self.draining_at = self.undrained = ""


_mark = tuple.__new__  # what Mark(...) does, in half the time: nearly every line that counts is noted


def noted(told: Told) -> Mark:
    """The line as it is kept: its number and its first `KEPT` characters."""
    return _mark(Mark, (told.number, told.line[:KEPT]))


def keep(kept: dict[str, What], name: str, what: What) -> None:
    """Remember under a name, but never more names than a proxy can have."""
    if name in kept or len(kept) < MOST_NAMES:
        kept[name] = what
