"""A log read once, line by line: most lines of a start are noise, so they are told apart by their head alone."""

from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from itertools import chain

from scaudit.proxylog import agent, before, envoy, given, listeners, other
from scaudit.proxylog.conclude import conclude
from scaudit.proxylog.life import Life
from scaudit.proxylog.lines import FARTHEST, HEAD, KEPT, LEVELS, STAMP, Mark, Reason, Told, message_of, shape_of, shown
from scaudit.proxylog.prefix import Prefix, prefix_of
from scaudit.proxylog.start import ProxyStart

_Doing = Callable[[Life, Told], None]
_Templates = tuple[tuple[str, _Doing], ...]
_Table = dict[str, _Templates]
_KEY = 4
_AGENT = "[AppNet Agent"
_SECOND = 21
_MOST_NOISES = 8
_GOES_ON = ("  ", "'")
"""How lines begin that go on with one before: YAML, and headers of a response (by the thousand at level debug)."""
_NOTHING: _Table = {}


def _table(templates: Iterable[tuple[str, _Doing]]) -> _Table:
    table: _Table = {}
    for template, doing in templates:
        table[template[:_KEY]] = (*table.get(template[:_KEY], ()), (template, doing))
    return table


_OF_AGENT = _table(agent.TEMPLATES)
_OF_ENVOY = _table(envoy.TEMPLATES)
_FATAL_OF_AGENT: _Table = {}
_LAST_WORDS = _table(envoy.LAST_WORDS)
_AT_DEBUG = {component: _table(templates) for component, templates in given.DEBUG.items()}


@lru_cache(maxsize=4096)
def _route(head: str) -> tuple[_Table | None, str, str]:
    """What to look for behind a head (None behind one that neither program writes), how all lines begin that say as
    little as this one, and whose it is. Processes have small numbers, so the heads of one log are those of the next."""
    parts = head.split("][")
    if not 3 <= len(parts) <= 4 or parts[0] or not parts[1].isdecimal() or parts[2] not in LEVELS:
        return None, "", ""
    process, level = parts[1:3]
    if len(parts) == 3:
        return (_FATAL_OF_AGENT if level in ("fatal", "panic") else _OF_AGENT), "", process
    if not parts[3].isidentifier():
        return None, "", ""
    if parts[3] == "envoy_bug":
        return _NOTHING, head, process
    if level in ("debug", "trace"):
        table = _AT_DEBUG.get(parts[3]) if level == "debug" else None
        return (table, "", process) if table else (_NOTHING, head, process)
    return (_LAST_WORDS if level == "critical" else _OF_ENVOY), "", process


def read_proxy_log(lines: Iterable[str]) -> ProxyStart:
    """Read the log of one proxy container, whole or any part of it; never raises for what a line holds."""
    reading = Reading()
    reading.read(lines)
    return reading.start()


class Reading:
    """A log that is still being read. `start` may be asked at any time."""

    def __init__(self) -> None:
        self._life = Life()
        self._told = Told()
        self._number = 0
        self._noise: tuple[str, ...] = ()
        self._run = self._life.run
        self._prefix: Prefix | None = None
        self._shaped = False

    def start(self) -> ProxyStart:
        """What the lines read so far tell."""
        return conclude(self._life, self._number)

    def read(self, lines: Iterable[str]) -> None:
        """Read further lines, without their line ends."""
        ahead = iter(lines)
        if not self._shaped:
            for line in ahead:
                self._first(line)
                if self._shaped:
                    ahead = chain((line,), ahead)
                    break
                self._read(self._bare(iter((line,))))
        self._read(self._bare(ahead))

    def _bare(self, ahead: Iterator[str]) -> Iterator[str]:
        return ahead if self._prefix is None else self._without(self._prefix, ahead)

    def _without(self, prefix: Prefix, ahead: Iterator[str]) -> Iterator[str]:
        life = self._life
        for number, line in enumerate(ahead, self._number + 1):
            bare = prefix.off(line)
            if not bare and not life.strangers and prefix.is_of_another_proxy(line):
                life.strangers = Mark(number, line[:KEPT])
            yield bare

    def _first(self, line: str) -> None:
        """Whether this line shows how all of them begin. What does not is what a log cut at its head may begin with."""
        if shape := shape_of(line):
            self._life.first = self._life.first or shape
        elif prefix := prefix_of(line):
            self._prefix = prefix
            self._life.first = shape_of(prefix.off(line))
        self._shaped = bool(self._life.first)

    def _read(self, ahead: Iterable[str]) -> None:
        route, agents, stamped = _route, _OF_AGENT, STAMP.match
        life, told, noise, number = self._life, self._told, self._noise, self._number
        line, latest, second, of_agent = "", "", "\n", False
        for number, line in enumerate(ahead, number + 1):  # noqa: B020
            if line.startswith(noise, HEAD):
                continue
            parts = line.split("] ", 2)
            if len(parts) == 3:
                head, source, text = parts
                table, same, process = route(head[HEAD:FARTHEST])
                if table is None or (table is agents and source != _AGENT):
                    self._other(number, line)
                elif templates := table.get(text[:_KEY]):
                    for template, doing in templates:
                        if not text.startswith(template) or source[:1] != "[":
                            continue
                        if line.startswith(second) or stamped(line):  # most that count are of one second
                            life.run.rejecting = False
                            doing(life, told.at(number, line, text, process))
                            latest, second, of_agent = line, line[:_SECOND], table is agents
                            break
                elif same or text.startswith("  "):
                    noise = self._ignore(same or f"{head[HEAD:]}] {source}]   ")
                elif table is _FATAL_OF_AGENT and source == _AGENT and stamped(line):
                    agent.gives_up(life, told.at(number, line, text))
            elif not line:
                life.run.rejecting = False
            elif not line.startswith(_GOES_ON):
                self._other(number, line)
        self._number = number
        if stamped(line):
            latest, of_agent = line, line.find(_AGENT, HEAD, FARTHEST + len(_AGENT)) > 0
        if latest:
            life.latest, life.latest_is_agents = latest[1:HEAD], of_agent

    def _ignore(self, noise: str) -> tuple[str, ...]:
        """Lines that go on like this after their time say nothing: the list of extensions, the stack traces of old
        guards and debug lines are most of a log."""
        run = self._life.run
        if "][debug][" in noise:
            thread = noise[2:].partition("][")[0]
            if run.process not in ("", thread):
                noise = f"][{thread}][debug]["  # what is told at debug of the configuration, the main thread tells
        if self._run is not run:  # whose process has another number
            self._run, self._noise = run, ()
        self._noise = (noise, *self._noise[: _MOST_NOISES - 1])
        return self._noise

    def _other(self, number: int, line: str) -> None:
        """A line without the head of the agent's log proper or of Envoy's."""
        life, first = self._life, line[:1]
        run = life.run
        if first == "t" and (message := message_of(line)):
            before.tell(life, Mark(number, line[:KEPT]), message[1], message[2])
        elif first in ("p", "f", "g", "S") and not life.gone:
            if before.panics(life, line):
                life.panicked = life.panicked or Reason(shown(line), Mark(number, line[:KEPT]))
            if life.panicked and (life.first or before.is_of_the_agent(line)):
                life.gone = life.panicked  # the end of a log may hold nothing else that shows whose it is
        elif first == "n" and life.panicked and before.is_of_a_request(line):
            if life.panicked.text.startswith("goroutine "):
                life.gone = life.panicked = None
        elif first == "2" and before.is_caught(line):
            life.caught = True
        elif first in ("\0", "\ufeff"):
            self._number = number - 1
            self._read(iter((line.lstrip("\0\ufeff"),)))
        elif not line.strip():
            run.rejecting = False
        elif first not in ("[", "{") and before.is_last_word(line):
            run.dying = shown(line)
        elif run.rejecting and first not in ("[", "{"):
            listeners.rejected_too(life, self._told.at(number, line, line))
        elif run.opened and (first in ("[", "{") or not (run.ready or run.waits_for)):
            other.tell(life, Mark(number, line[:KEPT]), line)
