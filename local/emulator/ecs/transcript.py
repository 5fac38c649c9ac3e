"""A recorded proxy log, told again for another task: its ARN, listeners and times."""

import datetime as dt
import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

TRANSCRIPTS = Path(__file__).resolve().parents[2] / "transcripts"

AGENT_TIME = re.compile(r'(?<=^time=")[^"]+')
PROXY_TIME = re.compile(r"(?<=^\[)\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3}(?=\])")
TASK_SET = re.compile(r"arn:aws:ecs:\S+?:task-set/[^\s\]]+")
PORT_MAPPING = re.compile(r"(?<=APPNET_LISTENER_PORT_MAPPING=)\{.*?\}")
INGRESS_ADDED = re.compile(r"(?<=lds: add/update listener ')ingress-[^']+")


def lines_of(name: str) -> list[str]:
    return (TRANSCRIPTS / name).read_text().splitlines()


def retold(
    recorded: list[str], start: dt.datetime, task_set_arn: str, ports: Mapping[str, int], ingress: list[str]
) -> Iterator[tuple[int, str]]:
    """The lines as they would read had the proxy started at `start`, each with its time in milliseconds.

    `ports` are the listeners whose ports the agent chose, `ingress` all the listeners that Envoy adds for endpoints.
    """
    mapping = json.dumps(ports, separators=(",", ":")).replace('"', '\\"')
    moved = start - next(proxy_time(line) for line in recorded if PROXY_TIME.search(line))
    now = start
    for line in recorded:
        if PROXY_TIME.search(line):
            now = proxy_time(line) + moved
        written = now.isoformat(sep=" ", timespec="milliseconds")
        line = AGENT_TIME.sub(now.strftime("%Y-%m-%dT%H:%M:%SZ"), PROXY_TIME.sub(written.removesuffix("+00:00"), line))
        line = TASK_SET.sub(task_set_arn, line)
        line = PORT_MAPPING.sub(lambda _: mapping, line)
        names = ingress if INGRESS_ADDED.search(line) else [""]
        for name in names:
            yield int(now.timestamp() * 1000), INGRESS_ADDED.sub(name, line)


def proxy_time(line: str) -> dt.datetime:
    found = PROXY_TIME.search(line)
    assert found
    return dt.datetime.fromisoformat(f"{found[0]}+00:00")
