"""A recorded proxy log, told again for another task: its ARN, listeners and times."""

import datetime as dt
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

TRANSCRIPTS = Path(__file__).resolve().parents[2] / "transcripts"

AGENT_TIME = re.compile(r'(?<=^time=")[^"]+')
PROXY_TIME = re.compile(r"(?<=^\[)\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3}(?=\])")
TASK_SET = re.compile(r"arn:aws:ecs:\S+?:task-set/\S+?/ecs-svc/\d+")
PORT_MAPPING = re.compile(r"(?<=APPNET_LISTENER_PORT_MAPPING=)\{.*?\}")
# Envoy names every listener that it rejects at once in one message, each on a line of its own.
REJECTED = "Error adding/updating listener(s) "
# Some recordings were made as on a container instance with bridge networks. The tasks here run on Fargate.
ON_FARGATE = (
    (re.compile(r"APPNET_CONTAINER_IP_MAPPING=\{.*?\} "), ""),
    (re.compile(r"(?<=APPNET_AGENT_ADMIN_MODE=)uds"), "UDS"),
    (re.compile(r"/var/run/ecs/appnet_admin\.sock"), "/var/run/ecs/appnet/agent/appnet_admin.sock"),
    (re.compile(r"/var/run/ecs/relay/envoy_xds\.sock"), "/var/run/ecs/appnet/relay/appnet_relay_listener.sock"),
)


@dataclass(frozen=True)
class Transcript:
    """The recorded log of one proxy."""

    lines: list[str]
    began: dt.datetime
    seconds: float
    # The one listener for an endpoint that all recordings have, and its port.
    ingress: str
    port: int


@cache
def transcript(name: str, folder: Path = TRANSCRIPTS) -> Transcript:
    """The recorded log of this file name, with what only EC2 has written as on Fargate."""
    lines = (folder / name).read_text().splitlines()
    for pattern, written in ON_FARGATE:
        lines = [pattern.sub(written, line) for line in lines]
    times = [proxy_time(found) for line in lines if (found := PROXY_TIME.search(line))]
    mapping = next(found[0] for line in lines if (found := PORT_MAPPING.search(line)))
    ports = json.loads(mapping.replace("\\", ""))
    [ingress] = [listener for listener in ports if listener != "egress"]
    return Transcript(lines, times[0], (max(times) - times[0]).total_seconds(), ingress, ports[ingress])


def retold(
    recorded: Transcript,
    start: dt.datetime,
    task_set_arn: str,
    chosen: Mapping[str, int],
    ingress: Mapping[str, int],
    pace: float = 1.0,
) -> Iterator[tuple[int, str]]:
    """The lines as they would read had the proxy started at `start`, each with its time in milliseconds.

    `chosen` are the listeners whose ports the agent chose, `ingress` the ports of all the listeners for endpoints.
    With a `pace` below 1 less time passes between the lines than was recorded.
    """
    mapping = json.dumps(chosen, separators=(",", ":")).replace('"', '\\"')
    now = start
    for line in recorded.lines:
        if found := PROXY_TIME.search(line):
            now = start + (proxy_time(found) - recorded.began) * pace
        written = now.isoformat(sep=" ", timespec="milliseconds")
        line = AGENT_TIME.sub(now.strftime("%Y-%m-%dT%H:%M:%SZ"), PROXY_TIME.sub(written.removesuffix("+00:00"), line))
        line = TASK_SET.sub(task_set_arn, line)
        # The mapping names all the listeners in one line, which may be called as the recorded one was.
        mapped, here = PORT_MAPPING.subn(lambda _: mapping, line)
        for told in [mapped] if here else for_each_listener(line, recorded, ingress):
            yield int(now.timestamp() * 1000), told


def for_each_listener(line: str, recorded: Transcript, ingress: Mapping[str, int]) -> Iterator[str]:
    """The line once for each listener of an endpoint, if it is about the one that was recorded."""
    if recorded.ingress not in line:
        yield line
        return
    for count, (name, port) in enumerate(ingress.items()):
        told = line.replace(recorded.ingress, name).replace(f":{recorded.port}'", f":{port}'")
        yield told if count == 0 or REJECTED not in told else told.split(REJECTED)[1]


def proxy_time(found: re.Match[str]) -> dt.datetime:
    """The moment that a line of the log names."""
    return dt.datetime.fromisoformat(f"{found[0]}+00:00")
