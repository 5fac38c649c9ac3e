"""What is known while the log is being read: one agent's life, and the run of Envoy that it is in."""

from dataclasses import field
from datetime import datetime

from scaudit.proxylog import clock
from scaudit.proxylog.environment import HIDING, TELLING, Environment
from scaudit.proxylog.lines import Mark, Reason, Told, moment
from scaudit.proxylog.run import MOST_NAMES, Run, noted
from scaudit.proxylog.start import Exit
from scaudit.values import dataclass

MOST_EXITS = 50
HICCUP = 20.0
"""Seconds. The agent asks Envoy every 10 s whether it is ready, and gives up on an answer after 2
(agent source: HC_POLL_INTERVAL_MS); so two failed checks farther apart have an answered one between them."""


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
    latest_is_agents: bool = False
    strangers: Mark | None = None
    ready_first: str = ""
    ready_lines: list[int] = field(default_factory=list)
    exits: list[Exit] = field(default_factory=list)
    ended: Mark | None = None
    gone: Reason | None = None
    panicked: Reason | None = None
    caught: bool = False
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
        run, process, stamp = self.run, told.process, told.stamp
        if run.process == process:
            if stamp < run.newest and clock.goes_back(run.newest, stamp):
                run.set_back = noted(told)
            run.newest = stamp
            return True
        self.first_of_envoy = self.first_of_envoy or stamp
        if process in self.past:
            if self.since_start(told) > 0:
                self.run.mixed = noted(told)
            return False
        if run.process or run.dead:
            self.opens(told, executed=False)
        self.run.process = process
        return True

    def since_start(self, told: Told) -> float:
        """Seconds from the agent's start of the current run to a line of Envoy; many where no line tells of it."""
        began, at = moment(self.run.stamp), self.in_utc(told.stamp)
        return (at - began).total_seconds() if began and at else float("inf")

    def in_utc(self, stamp: str) -> datetime | None:
        """The time of a line of Envoy, which writes local time; the agent writes UTC."""
        return clock.in_utc(self.first, self.first_of_envoy, stamp)

    @property
    def latest_at(self) -> datetime | None:
        """The time of the last line, in UTC."""
        return moment(self.latest) if self.latest_is_agents else self.in_utc(self.latest)

    def at_level(self, level: str, line: Mark) -> None:
        """From this line on Envoy logs at this level."""
        self.level = level.lower()[:20]
        self.run.quiet = self.run.quiet or self.level not in TELLING
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
            self.gone = self.panicked = self.draining = self.socket_missing = self.dump = None
            self.level = self.draining_at = self.undrained = ""
