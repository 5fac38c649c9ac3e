"""What must stand in a log before it may be called healthy, told without any help of the parser."""

import json
import re
from collections.abc import Iterable

TIME = r"\[\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3}\]"
AGENT = re.compile(TIME + r"\[\d+\]\[\w+\] \[AppNet Agent\] (.*)", re.DOTALL)
ENVOY = re.compile(TIME + r"\[(\d+)\]\[(?:info|warning|error)\]\[\w+\] \[.*?\] (.*)", re.DOTALL)
DUMP = re.compile(r'time="[-0-9T:Z]{20}" level=info msg="Agent Environment Variables: \[(.*)\]"$', re.DOTALL)
RAN = (
    "initializing epoch",
    "lds: ",
    "cds: ",
    "all dependencies",
    "all clusters",
    "cm init: initializing cds",
    "gRPC",
    "Stream",
)
MESH = re.compile(r'time="[-0-9T:Z]{20}" level=info msg="App Mesh Environment Variables: \[')
REFUSED = re.compile(r'time="[^"]*" level=(?:error|warning) msg="(?:Failed to parse listener port|Could not collect)')
GONE = ("Error starting the Agent", "Polling envoy readiness failed")


def wanted_of(dump: str) -> dict[str, int] | None:
    found = re.search(r"APPNET_LISTENER_PORT_MAPPING=(\{[^}]*\})(?: |$)", dump.replace('\\"', '"'))
    try:
        return json.loads(found[1]) if found else None
    except ValueError:
        return None


def is_proven(lines: Iterable[str]) -> bool:
    """Whether the last run's start, its ready line, all wanted listeners are there, and no later word against it."""
    lines = [line.rstrip("\r\n").lstrip("\0") for line in lines]
    # A second dump is a second container: only it, in whatever order, and what follows it counts.
    dumped = max((n for n, line in enumerate(lines) if MESH.match(line)), default=0)
    ran = [
        number + 1
        for number, line in enumerate(lines[:dumped])
        if "] Executing command: [" in line or ((envoy := ENVOY.match(line)) and envoy[2].startswith(RAN))
    ]
    lines = lines[max(ran, default=0) :]
    dumps = [found[1] for line in lines if (found := DUMP.match(line))]
    begins, start, processes = 0, "", set()
    for number, line in enumerate(lines):
        agent, envoy = AGENT.match(line), ENVOY.match(line)
        # The same event may be stored twice: a start told again in the same words is no other start.
        if agent and agent[1].startswith("Executing command: [") and line != start:
            begins, start = number, line
        elif envoy and envoy[2].startswith("initializing epoch") and envoy[1] not in processes:
            begins = begins if start and not processes else number
        processes |= {envoy[1]} if envoy else set()
    last = lines[begins:]
    spoken = [(found[1], found[2]) for line in last if (found := ENVOY.match(line))]
    ready = {process for process, text in spoken if text.startswith("all dependencies initialized. starting workers")}
    if not dumps or not ready:
        return False
    unreadable = any(REFUSED.match(line) for line in lines)
    return any(_has_listeners(dumps[-1], unreadable, [text for of, text in spoken if of == one]) for one in ready)


def _has_listeners(dump: str, unreadable: bool, told: list[str]) -> bool:
    added: set[str] = set()
    refused: set[str] = set()
    fallen: set[str] = set()
    for text in told:
        name = text.split("'")[1] if text.count("'") >= 2 else ""
        if text.startswith("lds: add"):
            added.add(name)
            refused.discard(name)
        elif text.startswith("lds: remove"):
            # Taking egress away is the control plane's wish, and shows that it was there.
            (added if name == "egress" or name.startswith("lds_egress") else refused).add(name)
        elif text.startswith("final pre-worker listener init"):
            fallen.add(name)
        elif " config rejected: " in text or " failed to bind " in text:
            refused.add(name)
    added -= fallen
    wanted = wanted_of(dump)
    if wanted is None:
        relay = "APPNET_ENABLE_RELAY_MODE_FOR_XDS=1" in dump
        return not refused and (relay or (bool(added) and unreadable))
    if wanted and all(key in added for key in wanted):  # then another name is one that nothing asks for, see J20
        ingress = any("ingress" in key for key in wanted)
        refused = {name for name in refused if name in wanted or ("ingress" in name and not ingress)}
    by_name = [key for key in wanted if key in added or any(name.endswith(f"_{wanted[key]}") for name in added)]
    return not refused and (len(by_name) == len(wanted) or (not by_name and len(added) >= len(wanted)))
