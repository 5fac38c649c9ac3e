"""How proxies end that were well, long after their start: what ECS says of each, and the last words in its log."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

BY_A_CONTAINER = ("EssentialContainerExited", "Essential container in task exited")
FOR_ITS_HEALTH = ("ServiceSchedulerInitiated", "Task failed container health checks")
Words = Iterator[tuple[float, str]]
"""Lines of a log without their times: so many seconds after the proxy fell ill, and what follows the time."""


class Last(StrEnum):
    """What the log says at the end: nothing, that the restarts are used up, that the agent panicked, that Envoy answers
    no readiness check, or that the control plane is gone."""

    NOTHING = ""
    RESTARTS = "restarts"
    PANIC = "panic"
    UNANSWERED = "unanswered"
    LOST = "lost"


@dataclass(frozen=True, slots=True)
class End:
    """What becomes of a proxy. `check` tells of it and explains all else that fails for it. It ends its task at once,
    or is called UNHEALTHY until ECS stops the task for that."""

    check: str
    last: Last = Last.NOTHING
    unhealthy: bool = False
    exit_code: int | None = 0
    reason: str = ""

    @property
    def without_log(self) -> str:
        """The check that tells of it while its log cannot be read."""
        return "SC302" if self.unhealthy else "SC310"

    @property
    def lead(self) -> float:
        """Seconds for which its log tells of it before ECS calls it ill."""
        return {Last.LOST: GONE_FOR, Last.UNANSWERED: 3 * CHECKED_EVERY, Last.RESTARTS: 1.0}.get(self.last, 0)

    @property
    def stop(self) -> tuple[str, str]:
        """The stop code and the reason that ECS gives to its task."""
        return FOR_ITS_HEALTH if self.unhealthy else BY_A_CONTAINER


_KILLED = "OutOfMemoryError: Container killed due to memory usage"
ENDS = {
    "out of memory": End("SC310", exit_code=137, reason=_KILLED),
    "out of memory, exit code 0": End("SC310", reason=_KILLED),
    "exits with a code": End("SC310", exit_code=139),
    "uses up its restarts": End("SC303", Last.RESTARTS),
    "panics": End("SC303", Last.PANIC, exit_code=2),
    "becomes unhealthy": End("SC302", unhealthy=True),
    "hangs": End("SC303", Last.UNANSWERED, unhealthy=True),
    "loses its control plane": End("SC304", Last.LOST, unhealthy=True),
}
"""As reported (containers-roadmap 2838, amazon-ecs-service-connect-agent 127), and by the agent's source: it calls
itself unhealthy when Envoy does not answer, and when the control plane is gone for `HC_DISCONNECTED_TIMEOUT_S`."""

GONE_FOR = 10_800
"""Seconds that ECS lets a proxy be without its control plane before it is ill (seen in DescribeTasks)."""
CHECKED_EVERY = 10.0
RETRIED_EVERY = 23.0
_AGENT = "][1][{level}] [AppNet Agent] {text}"
_READY = 'Envoy readiness check failed with: Get "http://127.0.0.1:9901/ready": {why}'
_TIMEOUT = "context deadline exceeded (Client.Timeout exceeded while awaiting headers)"
_REFUSED = "dial unix /tmp/envoy_admin.sock: connect: connection refused"
_STREAM = (
    "][{process}][warning][config] [./source/extensions/config_subscription/grpc/grpc_stream.h:189] "
    "StreamAggregatedResources gRPC config stream to unix:///var/run/ecs/appnet/relay/appnet_relay_listener.sock "
    "closed: {why}"
)


def agent(text: str, level: str = "info") -> str:
    return _AGENT.format(level=level, text=text)


def stream_ends(process: str, why: str = "13, Received RST_STREAM with error code 0") -> str:
    return _STREAM.format(process=process, why=why)


def last_words(last: Last, process: str, seconds: float) -> Words:
    """What a proxy writes that has been ill for so many seconds; `process` is that of its Envoy."""
    if last is Last.RESTARTS:
        yield from _dies_and_is_restarted(process)
    elif last is Last.PANIC:
        yield 0, "panic: runtime error: invalid memory address or nil pointer dereference"
        yield 0, "goroutine 57 [running]:"
        yield 0, "github.com/aws/aws-app-mesh-agent/agent/healthcheck.(*HealthStatus).computeHealthCheck(0x0)"
    elif last is Last.UNANSWERED:
        for n in range(int(seconds // CHECKED_EVERY) + 4):  # three are left unanswered before ECS says so
            yield (n - 3) * CHECKED_EVERY, agent(_READY.format(why=_TIMEOUT), "error")
    elif last is Last.LOST:
        for n in range(int((GONE_FOR + seconds) // RETRIED_EVERY)):
            yield n * RETRIED_EVERY - GONE_FOR, stream_ends(process, "13, ")


def _dies_and_is_restarted(process: str, budget: int = 3) -> Words:
    for n in range(budget + 1):
        own = process if n == 0 else f"{int(process) + 15 * n}"
        began = n * 0.2 - 0.9
        if n:
            yield began, agent("Executing command: [/usr/bin/envoy -c /tmp/envoy-config-59653841.yaml -l info]")
            yield began + 0.01, agent(_READY.format(why=_REFUSED), "error")
        ends = f"[Envoy process {own}] "
        yield began + 0.1, agent(f"{ends}Exited with code [-1]", "warning")
        yield began + 0.1, agent(f"{ends}was terminated by signal: [killed] with Core Dump: [false]", "warning")
