"""How the proxies of tasks fare: recorded logs of real ones, told again for a task."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from functools import cache, lru_cache
from pathlib import Path

from local.emulator.ecs.transcript import AGENT_TIME, PROXY_TIME, Transcript, retold, transcript

LIVES = Path(__file__).parents[1] / "data" / "proxy-lives"
BEGINS = timedelta(seconds=5)
"""So long after its task was placed a proxy writes its first line."""


class Proxy(StrEnum):
    """What becomes of a proxy, by the recording of one that it became of; ABSENT writes nothing."""

    HEALTHY = "01-healthy-start.log"
    PORT_TAKEN = "09-port-in-use-ingress.log"
    LISTENER_REJECTED = "05-lds-rejected-ingress.log"
    REFUSED = "20-xds-unauthorized-ecs-poll.log"
    KILLED = "07-crash-loop-sigkill.log"
    SECRET_NEVER = "t1-sds-never.log"
    SECRET_REJECTED = "t4-sds-bad-key.log"
    ABSENT = ""

    @property
    def fault(self) -> str:
        """The check that says what is wrong with it, nothing when it is well or none of Service Connect's business."""
        return _FAULTS.get(self, "")

    @property
    def starts(self) -> bool:
        """Whether its task reaches RUNNING: application containers wait for a healthy proxy, and ECS calls one healthy
        whose listener failed (AWS: ECS agent; the recordings)."""
        return self not in (Proxy.REFUSED, Proxy.KILLED, Proxy.ABSENT)


_FAULTS = {
    Proxy.PORT_TAKEN: "SC305",
    Proxy.LISTENER_REJECTED: "SC305",
    Proxy.REFUSED: "SC304",
    Proxy.KILLED: "SC303",
    Proxy.SECRET_NEVER: "SC309",
    Proxy.SECRET_REJECTED: "SC309",
}
_LIVES = {Proxy.SECRET_NEVER, Proxy.SECRET_REJECTED}
"""Recordings that the local AWS has no use for."""
_PORTS = {"egress": 42084, "ingress": 43727}
_TASK_SET = "arn:of-the-task-set"
_EPOCH = datetime.fromtimestamp(0, UTC)


@lru_cache(maxsize=4096)
def lines(proxy: Proxy, placed: datetime, task_set: str, endpoint: str) -> list[tuple[int, str]]:
    """What the proxy of a task writes when it starts, each line with its time in milliseconds."""
    began = placed + BEGINS
    milliseconds = int(began.timestamp() * 1000)
    told = []
    for after, head, form, tail in _recorded(proxy, endpoint):
        time = form(began + timedelta(milliseconds=after)) if form else ""
        told.append((milliseconds + after, f"{head}{time}{tail}".replace(_TASK_SET, task_set)))
    return told


@cache
def _recorded(proxy: Proxy, endpoint: str) -> list[tuple[int, str, Callable[[datetime], str] | None, str]]:
    """The recording, told again once for all: how many milliseconds after the first line, and what is around the time
    that a line shows, and its form."""
    ingress = {f"ingress-{endpoint}": _PORTS["ingress"]}
    told = retold(_transcript(proxy), _EPOCH, _TASK_SET, {"egress": _PORTS["egress"], **ingress}, ingress)
    return [(at, *_around_time(line)) for at, line in told]


def _around_time(line: str) -> tuple[str, Callable[[datetime], str] | None, str]:
    for pattern, form in ((PROXY_TIME, written_at), (AGENT_TIME, _of_agent)):
        if found := pattern.search(line):
            return line[: found.start()], form, line[found.end() :]
    return line, None, ""


def _transcript(proxy: Proxy) -> Transcript:
    return transcript(proxy, LIVES) if proxy in _LIVES else transcript(proxy)


@cache
def process(proxy: Proxy) -> str:
    """The process of the last Envoy that started its workers."""
    ready = [line for line in _transcript(proxy).lines if line.endswith("starting workers")]
    return ready[-1].split("][")[1]


def written_at(moment: datetime) -> str:
    """A time as Envoy writes it."""
    return moment.isoformat(sep=" ", timespec="milliseconds").removesuffix("+00:00")


def _of_agent(moment: datetime) -> str:
    return moment.isoformat(timespec="seconds").replace("+00:00", "Z")
