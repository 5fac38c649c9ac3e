"""What must stand in a log before it may be called healthy, told without any help of the parser."""

import json
import re
from collections.abc import Iterable

TIME = r"\[\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3}\]"
AGENT = re.compile(TIME + r"\[\d+\]\[\w+\] \[AppNet Agent\] (.*)", re.DOTALL)
ENVOY = re.compile(TIME + r"\[(\d+)\]\[(?:info|warning|error)\]\[\w+\] \[[^\]]*\] (.*)", re.DOTALL)
DUMP = re.compile(r'time="[^"]*" level=info msg="Agent Environment Variables: \[(.*)\]"$', re.DOTALL)
REFUSED = re.compile(r'time="[^"]*" level=(?:error|warning) msg="(?:Failed to parse listener port|Could not collect)')
GONE = ("Error starting the Agent", "Polling envoy readiness failed")


def wanted_of(dump: str) -> dict[str, int] | None:
    found = re.search(r"APPNET_LISTENER_PORT_MAPPING=(\{[^}]*\})(?: |$)", dump.replace('\\"', '"'))
    try:
        return json.loads(found[1]) if found else None
    except ValueError:
        return None


def is_proven(lines: Iterable[str]) -> bool:
    """Whether the last run's start, its ready line, and every wanted listener are there, and no later word against it."""
    lines = [line.rstrip("\r\n").lstrip("\0") for line in lines]
    dumps = [found[1] for line in lines if (found := DUMP.match(line))]
    starts = [n for n, line in enumerate(lines) if (a := AGENT.match(line)) and a[1].startswith("Executing command: [")]
    starts = starts or [
        n for n, line in enumerate(lines) if (e := ENVOY.match(line)) and e[2].startswith("initializing epoch")
    ]
    # The same event may be stored twice: a start told again in the same words is no other start.
    starts = [n for at, n in enumerate(starts) if not at or lines[starts[at - 1]] != lines[n]]
    last = lines[starts[-1] :] if starts else lines if dumps else []
    told = [found[2] for line in last if (found := ENVOY.match(line))]
    if not dumps or not any(text.startswith("all dependencies initialized. starting workers") for text in told):
        return False
    added: set[str] = set()
    refused: set[str] = set()
    for text in told:
        name = text.split("'")[1] if text.count("'") >= 2 else ""
        if text.startswith("lds: add"):
            added.add(name)
            refused.discard(name)
        elif text.startswith("lds: remove"):
            # Taking egress away is the control plane's wish, and shows that it was there.
            (added if name == "egress" or name.startswith("lds_egress") else refused).add(name)
        elif " config rejected: " in text or " failed to bind " in text:
            refused.add(name)
    wanted = wanted_of(dumps[-1])
    if wanted is None:
        relay = "APPNET_ENABLE_RELAY_MODE_FOR_XDS=1" in dumps[-1]
        return not refused and (relay or (bool(added) and any(REFUSED.match(line) for line in lines)))
    by_name = [key for key in wanted if key in added or any(name.endswith(f"_{wanted[key]}") for name in added)]
    return not refused and (len(by_name) == len(wanted) or (not by_name and len(added) >= len(wanted)))
