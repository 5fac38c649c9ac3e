"""What is known of one run of Envoy while its log is being read, and what is kept of the lines that tell it."""

from dataclasses import field
from typing import TypeVar

from scaudit.proxylog.lines import HEAD, KEPT, Mark, Reason, Told
from scaudit.values import dataclass

MOST_NAMES = 500
"""Names of listeners, targets and processes that are kept of one log, which may have been written to fill memory."""
What = TypeVar("What")


@dataclass(frozen=True, slots=True)
class Ends:
    """How often in a row a stream for one kind alone ended, when it did last, and the line that says so."""

    in_a_row: int
    at: str
    last: Mark


@dataclass(slots=True)
class Run:
    """One run of Envoy. `opened` is the line that began it; None for lines from before the first start in the log.
    `newest` is the time of its latest line, as written, `set_back` the last one before which its clock was set back.
    `mixed` is a line that cannot be of this run alone (of an earlier process, or one said twice). `stale` are listeners
    whose update was refused, `fallen` those that were added and could not listen; `targets` is what listeners wait for
    (told at level debug), `foreign` a line of Envoy's own log in another format, `another_taken` where Envoy took
    something of a kind of which it had refused or missed something, `watched` for how many resources of a kind it asks
    (at level debug); `delta` says that the delta protocol is used, `missed_cluster` why it had refused a cluster that
    it never had when the latest answer began, `none_given` that this one left no cluster, `secret_at` when the latest
    secret came, `single` which streams for one kind alone ended, `quiet` that for a while the level was none that tells
    what Envoy takes."""

    opened: Mark | None = None
    stamp: str = ""
    newest: str = ""
    set_back: Mark | None = None
    executed: bool = False
    mixed: Mark | None = None
    process: str = ""
    epoch: Mark | None = None
    waits_for: str = ""
    ready: Mark | None = None
    live: bool = False
    not_live: Reason | None = None
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
    another_taken: dict[str, Mark] = field(default_factory=dict)
    watched: dict[str, int] = field(default_factory=dict)
    mended: Mark | None = None
    delta: bool = False
    clusters: Mark | None = None
    clusters_at: str = ""
    clusters_coming: bool = False
    missed_cluster: Reason | None = None
    none_given: Reason | None = None
    secret_at: str = ""
    secret_refused_at: str = ""
    listeners_answered: bool = False
    rejecting: bool = False
    targets: dict[str, str] = field(default_factory=dict)
    foreign: Mark | None = None
    single: dict[str, Ends] = field(default_factory=dict)
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
    quiet: bool = False

    def only_once(self, told: Told, before: Mark) -> None:
        """A process says this once: again at another time is another task's; the same event may be stored twice."""
        if not told.line.startswith(before.text[:HEAD]):
            self.mixed = noted(told)


_mark = tuple.__new__  # what Mark(...) does, in half the time: nearly every line that counts is noted


def noted(told: Told) -> Mark:
    """The line as it is kept: its number and its first `KEPT` characters."""
    return _mark(Mark, (told.number, told.line[:KEPT]))


def keep(kept: dict[str, What], name: str, what: What) -> None:
    """Remember under a name, but never more names than a proxy can have."""
    if name in kept or len(kept) < MOST_NAMES:
        kept[name] = what
