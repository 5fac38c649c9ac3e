"""What was read out of one proxy's log: frozen values, the same for every age of agent and Envoy."""

from collections.abc import Mapping
from dataclasses import field
from datetime import datetime
from enum import StrEnum

from scaudit.values import dataclass


class Outcome(StrEnum):
    """How the proxy stood when the log ended. `healthy` and `recovered` are only said with the lines to prove it."""

    HEALTHY = "healthy"
    RECOVERED = "recovered"
    DEGRADED = "degraded"
    NOT_READY = "not_ready"
    EXITED = "exited"
    STOPPED = "stopped"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the log as evidence: its number (from 1), and its text, cut and without control characters."""

    number: int
    text: str


@dataclass(frozen=True, slots=True)
class Exit:
    """One end of an Envoy process. Code -1 means an end by signal, which agents before 2025 do not name."""

    line: int
    process: str
    code: int | None = None
    signal: str = ""


@dataclass(frozen=True, slots=True)
class Listeners:
    """Listeners of the last run. `wanted` (name to port) is None where the log does not say; `missing` is what of it
    is not in `added` when the log ends. A name is in `rejected`, `unbound` or `removed` until it is added again, each
    with the reason: in `refused_updates` where an earlier listener of that name serves on, in `unwanted` where nothing
    asks for it. `lost` is what was removed and is missed,
    `unexplained` what is missing and was not removed; `drained` says that incoming ones were drained on request."""

    wanted: Mapping[str, int] | None = None
    added: tuple[str, ...] = ()
    rejected: Mapping[str, str] = field(default_factory=dict)
    unbound: Mapping[str, str] = field(default_factory=dict)
    refused_updates: Mapping[str, str] = field(default_factory=dict)
    unwanted: Mapping[str, str] = field(default_factory=dict)
    removed: tuple[str, ...] = ()
    lost: tuple[str, ...] = ()
    drained: bool = False
    missing: tuple[str, ...] = ()
    unexplained: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ControlPlane:
    """What the last run had from its control plane. `closed` counts ended streams, `refused` is the reason the last of
    them gave (none when nobody listens on the socket), `lost` is True when they end again and again and none came back,
    the last of them `closed_at`, in UTC, None where no clock can be trusted.

    `timeouts` are the kinds of configuration that did not come in time, `rejected` those that Envoy refused (kind to
    reason), `refused_updates` those whose update it refused while the earlier one serves; each until a line shows it
    mended. `unclear` is what was refused or late, of a kind of which no line at this log level tells what came later.
    """

    clusters_answered: bool = False
    listeners_answered: bool = False
    closed: int = 0
    code: int | None = None
    refused: str = ""
    lost: bool = False
    closed_at: datetime | None = None
    silent: bool = False
    timeouts: tuple[str, ...] = ()
    rejected: Mapping[str, str] = field(default_factory=dict)
    refused_updates: Mapping[str, str] = field(default_factory=dict)
    unclear: Mapping[str, str] = field(default_factory=dict)
    socket_missing: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ProxyStart:
    """A proxy's log, read. `ready_line` and its times are those of the first start that came to an end;
    `ready_lines` has one for each, and `ready` says whether the last run is among them. `dump_seen` is False when
    the start-up lines are no longer kept. `unanswered` counts readiness checks that Envoy left unanswered, the
    last one `unanswered_at`, `frozen` says that it still does at the log's end; `stop_line` is where the agent was
    told to stop. `cut` says why not all of the log was read, if so, and `doubtful` that what is wrong may have been
    mended in the rest. Times are in UTC, whatever the container's clock writes."""

    verdict: Outcome
    why: str
    evidence: tuple[Line, ...] = ()
    lines: int = 0
    first_at: datetime | None = None
    dump_seen: bool = False
    identity: str = ""
    log_level: str = ""
    log_destination: str = ""
    ready: bool = False
    ready_line: int | None = None
    ready_at: datetime | None = None
    seconds_to_ready: float | None = None
    ready_lines: tuple[int, ...] = ()
    envoy_starts: int = 0
    exits: tuple[Exit, ...] = ()
    listeners: Listeners = field(default_factory=Listeners)
    control_plane: ControlPlane = field(default_factory=ControlPlane)
    unanswered: int = 0
    unanswered_at: datetime | None = None
    frozen: bool = False
    stop_line: int | None = None
    metadata_problems: tuple[str, ...] = ()
    complaints: tuple[str, ...] = ()
    cut: str = ""
    doubtful: bool = False

    @property
    def ended(self) -> str:
        """How often Envoy ended before the agent was told to stop, and how it did the last time; empty if never."""
        ends = [end for end in self.exits if self.stop_line is None or end.line < self.stop_line]
        if not ends:
            return ""
        last = ends[-1]
        how = f"by signal {last.signal}" if last.signal else f"with code {last.code}"
        times = "once" if len(ends) == 1 else f"{len(ends)} times"
        return f"Envoy ended {times}, the last time {how}"
