"""One proxy log in, its verdict and the lines that prove it out."""

import dataclasses
import json
from collections.abc import Iterator
from datetime import datetime

from rich.console import Console
from rich.table import Table
from rich.text import Text

from scaudit.checks.check import Verdict
from scaudit.judge.log_alone import judge_log
from scaudit.model import Status
from scaudit.proxylog import Exit, Outcome, ProxyStart

COLOURS = {
    Outcome.HEALTHY: "bold green",
    Outcome.RECOVERED: "bold green",
    Outcome.STOPPED: "bold",
    Outcome.UNKNOWN: "bold yellow",
    Outcome.NOT_READY: "bold red",
    Outcome.DEGRADED: "bold red",
    Outcome.EXITED: "bold red",
}


EXIT = {
    Outcome.HEALTHY: 0,
    Outcome.RECOVERED: 0,
    Outcome.STOPPED: 0,
    Outcome.UNKNOWN: 2,
    Outcome.NOT_READY: 1,
    Outcome.DEGRADED: 1,
    Outcome.EXITED: 1,
}


def findings_of(start: ProxyStart) -> list[Verdict]:
    """What the deployed checks would say of this log, were its task RUNNING and its proxy HEALTHY."""
    return [verdict for verdict in judge_log(start) if verdict.status is Status.FAIL]


def print_json(start: ProxyStart) -> None:
    """Print one JSON object: every field of `ProxyStart`, and `findings`."""
    findings = [{"id": v.check.id, "severity": v.severity.word, "message": v.sentence} for v in findings_of(start)]
    told = dataclasses.asdict(start) | {"findings": findings}
    print(json.dumps(told, default=lambda value: value.isoformat() if isinstance(value, datetime) else str(value)))


def print_text(start: ProxyStart) -> None:
    """Print the outcome, the lines that prove it, and what the checks would say."""
    console = Console(highlight=False, soft_wrap=True)
    console.print(Text(start.verdict.value, style=COLOURS[start.verdict]), Text(start.why), sep="  ")
    if start.evidence:
        console.print("\nWhat proves it")
    for line in start.evidence:
        console.print(Text(f"{line.number:>7}  ", style="dim").append(line.text, style="default"))
    if findings := findings_of(start):
        console.print("\nWhat the checks say of it, for a task that runs and that ECS calls HEALTHY")
    for verdict in findings:
        console.print(Text(f"{verdict.check.id}  {verdict.severity.word}  {verdict.sentence}"))
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
    states |= {name: f"serves, an update was refused: {reason}" for name, reason in listeners.refused_updates.items()}
    states |= {name: f"not wanted, refused: {reason}" for name, reason in listeners.unwanted.items()}
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
