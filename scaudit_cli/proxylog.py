"""One proxy log in, its verdict and the lines that prove it out."""

import dataclasses
import json
import sys
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from rich.console import Console
from rich.table import Table
from rich.text import Text

from scaudit.proxylog import Exit, Outcome, ProxyStart
from scaudit_cli.usage import Refused

COLOURS = {
    Outcome.HEALTHY: "bold green",
    Outcome.RECOVERED: "bold green",
    Outcome.STOPPED: "bold",
    Outcome.UNKNOWN: "bold yellow",
    Outcome.NOT_READY: "bold red",
    Outcome.DEGRADED: "bold red",
    Outcome.EXITED: "bold red",
}


def lines_of(file: str) -> Iterator[str]:
    """The lines of a file, or of standard input for `-`. Only a line feed ends one: other characters that Python
    takes for line ends may stand in what a client sent. Raises Refused when it cannot be read."""
    try:
        with sys.stdin.buffer if file == "-" else Path(file).open("rb") as source:
            for line in source:
                yield line.decode(errors="replace").rstrip("\r\n")
    except OSError as error:
        raise Refused(f"cannot read {file}: {error.strerror or error}") from None


def print_json(start: ProxyStart) -> None:
    told = dataclasses.asdict(start)
    print(json.dumps(told, default=lambda value: value.isoformat() if isinstance(value, datetime) else str(value)))


def print_text(start: ProxyStart) -> None:
    console = Console(highlight=False, soft_wrap=True)
    console.print(Text(start.verdict.value, style=COLOURS[start.verdict]), Text(start.why), sep="  ")
    if start.evidence:
        console.print("\nWhat proves it")
    for line in start.evidence:
        console.print(Text(f"{line.number:>7}  ", style="dim").append(line.text, style="default"))
    if states := _states(start):
        table = Table("listener", "port", "state", box=None, pad_edge=False, header_style="dim")
        for name, port, state in states:
            table.add_row(Text(name), Text(port), Text(state))
        console.print()
        console.print(table)
    if start.exits:
        console.print("\nEnds of Envoy")
    for end in start.exits:
        console.print(Text(f"{end.line:>7}  ", style="dim").append(_how(end), style="default"))
    console.print()
    for name, value in _remarks(start):
        console.print(Text(f"{name}: ", style="dim").append(value, style="default"))


def _states(start: ProxyStart) -> list[tuple[str, str, str]]:
    listeners, states = start.listeners, {}
    wanted = listeners.wanted or {}
    for name in wanted:
        states[name] = "missing" if name in listeners.missing else "wanted"
    states |= dict.fromkeys(listeners.added, "added")
    states |= dict.fromkeys(listeners.removed, "removed by the control plane")
    states |= {name: f"rejected: {reason}" for name, reason in listeners.rejected.items()}
    states |= {name: f"not bound: {reason}" for name, reason in listeners.unbound.items()}
    return [(name, str(wanted.get(name, "")), state) for name, state in states.items()]


def _how(end: Exit) -> str:
    if end.signal or end.code == -1:
        return f"process {end.process} was ended by a signal{f' ({end.signal})' if end.signal else ''}"
    return f"process {end.process} exited with code {end.code}"


def _remarks(start: ProxyStart) -> Iterator[tuple[str, str]]:
    if start.ready_line is not None:
        took = f", {start.seconds_to_ready:.1f} s after the first line" if start.seconds_to_ready is not None else ""
        yield "ready", f"line {start.ready_line}{took}"
    yield "starts of Envoy", str(start.envoy_starts)
    if start.identity:
        yield "deployment", start.identity
    seen = start.control_plane
    if seen.closed:
        reason = seen.refused or "no reason given"
        yield "control plane", f"ended its stream {seen.closed} times, code {seen.code}: {reason}"
    for problem in start.metadata_problems:
        yield "metadata endpoint", problem
    for complaint in start.complaints:
        yield "setting", complaint
    if not start.dump_seen:
        yield "note", "the start-up lines with the settings are not, or not all, in this log"
    yield "lines read", str(start.lines)
