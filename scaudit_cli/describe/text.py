"""A description for people."""

from collections.abc import Iterator
from dataclasses import replace
from typing import TextIO

from rich.text import Text

from scaudit.model import Instance, Moot, Task, Unread
from scaudit.model.sentences import clean, some
from scaudit.proxylog import ProxyStart
from scaudit_cli.ask.form import console, count, minute
from scaudit_cli.describe.clients import remark
from scaudit_cli.describe.configuration import configuration
from scaudit_cli.describe.description import Description, Proxy, Registered
from scaudit_cli.describe.record_text import on_record
from scaudit_cli.map.callers import Callers
from scaudit_cli.output import text as findings
from scaudit_cli.output.lines import columns, hanging

SHOWN = 20
"""So many registrations of an endpoint, and proxies that say different things, are written out; all of them with
--output json."""
_SHORT = 8


def write(shown: Description, out: TextIO) -> None:
    """Write for people, without colours where `NO_COLOR` is set or `out` is no terminal: what is, and then what is
    wrong."""
    page, report = console(out), shown.report
    width = columns(page, out)
    account = [f"account {report.account}"] if report.account else []  # else nothing was read that names it
    page.print(Text(", ".join([*account, shown.place.region, minute(report.at)]), "dim"))
    name = shown.place.name + (f" task {shown.task}" if shown.task else "")
    page.print(Text(f"\n{clean(name)}", "bold"))
    page.print(Text(f"  {shown.place.console}", "dim"))
    sections = [
        ("Configuration", configuration(shown)),
        ("Registrations", _registrations(shown)),
        ("Proxies", _proxies(shown)),
        ("Clients", _clients(shown)),
    ]
    for title, lines in sections:
        page.print(Text(f"\n{title}", "bold"))
        for line in lines:
            for part in hanging(f"  {clean(line)}", width):
                page.print(part)
    ends = on_record(page, shown, width)
    page.print(Text("\n" * (not ends) + "Judged now", "bold"))
    findings.write(replace(report, regions=()), out)


def _registrations(shown: Description) -> Iterator[str]:
    if isinstance(shown.service, Unread):
        yield f"not known: {shown.service.reason}"
        return
    if not shown.service.endpoints:
        yield "none: it serves nothing"
    for endpoint in shown.service.endpoints:
        found = shown.registrations(endpoint.name)
        if isinstance(found, Unread):
            yield f"{endpoint.name}: not known: {found.reason}"
            continue
        there = sum(row.instance is not None for row in found)
        yield f"{endpoint.name}: {count(there, 'registration')}"
        rows = [(*_row(shown, row), row) for row in found[:SHOWN]]
        wide = max((len(where) for where, _, _ in rows), default=0)
        for where, what, row in rows:
            yield f"  {_id(shown, row.id)}  {where:{wide}}  {what}"
        if len(found) > SHOWN:
            yield f"  ... and {len(found) - SHOWN} more: --output json lists all"


def _row(shown: Description, row: Registered) -> tuple[str, str]:
    """Where a registration leads to, and what else there is to say of it."""
    instance = row.instance
    if not isinstance(instance, Instance):
        where = f"not known: {instance.reason}" if instance else "not registered"
        return where, task_words(shown.place.name, row.task)
    told = [instance.zone, task_words(shown.place.name, row.task)]
    primary = next((each for each in shown.deployments if each.primary), None)
    if primary and primary.id not in instance.deployment:
        told.append(f"registered for {'/'.join(instance.deployment.rsplit('/', 2)[-2:]) or 'no deployment'}")
    return instance.where, "; ".join((*shown.disagreements(row), ", ".join(filter(None, told))))


def task_words(place: str, task: Task | Unread | None) -> str:
    """What ECS says of a task that shall be of this service."""
    if task is None:
        return "ECS does not know the task, or no longer"
    if isinstance(task, Unread):
        return f"task not known: {task.reason}"
    other = f"{task.cluster}/{task.service}" if task.service else "no service"
    whose = "" if other == place else f" for {other}"
    health = f", proxy {task.proxy_health or 'without a health'}" if task.proxy else ", without a proxy"
    return f"{task.last_status}{whose}{health}"


def _proxies(shown: Description) -> Iterator[str]:
    proxies = shown.proxies
    if not proxies:
        yield "none was looked at"
    alike: dict[tuple[str, str], list[Proxy]] = {}
    for proxy in proxies:
        alike.setdefault(log_words(proxy.log), []).append(proxy)
    for (verdict, why), those in list(alike.items())[:SHOWN]:
        ids = some([_id(shown, each.id) for each in those])
        yield f"{verdict:10} {count(len(those), 'task')}: {ids}"
        yield f"           {why}"
    if len(alike) > SHOWN:
        yield f"... and {len(alike) - SHOWN} more that say otherwise: --output json lists all"
    if shown.task:
        for proxy in proxies:
            yield from _whole_proxy(shown, proxy)


def log_words(log: ProxyStart | Unread | Moot) -> tuple[str, str]:
    """How a proxy stands by its log, and why."""
    if isinstance(log, ProxyStart):
        return log.verdict.value, log.why
    return ("unknown" if isinstance(log, Unread) else "not read"), log.reason


def _whole_proxy(shown: Description, proxy: Proxy) -> Iterator[str]:
    yield f"ECS says   {task_words(shown.place.name, proxy.task)}"
    if isinstance(proxy.task, Task):
        task = proxy.task
        began = f"started {minute(task.started_at)}" if task.started_at else "never started"
        ended = f", stopped {minute(task.stopped_at)} {task.stop_code}".rstrip() if task.stopped_at else ""
        yield f"           created {minute(task.created_at)}, {began}{ended}, address {task.address or 'not told'}"
        for reason in (*task.reasons, task.registration_reason):
            if reason:
                yield f"           {reason}"
    if isinstance(proxy.log, ProxyStart):
        for line in proxy.log.evidence:
            yield f"  line {line.number}: {line.text}"


def _clients(shown: Description) -> Iterator[str]:
    clients = shown.clients
    if isinstance(clients.of, Unread):
        yield f"not known: {clients.of.reason}"
        return
    for endpoint, known in clients.of.items():
        yield from _of_endpoint(endpoint, known)
    if not clients.of:
        yield "none: it serves nothing"
    elif clients.uncounted:
        yield f"who really calls is not known: {clients.uncounted}"
    elif any(caller.calls for known in clients.of.values() for caller in known.known):
        yield "who calls is from CloudWatch: over HTTP, in the last three hours; it counts no TCP"
    else:
        yield "CloudWatch has no calls over HTTP in the last three hours; it counts no TCP"
    if any(known.hidden for known in clients.of.values()):
        yield "scaudit map has the clients among those that the deployed stack looked into"
    if clients.names:
        yield f"it names {some(clients.names)}"


def _of_endpoint(endpoint: str, known: Callers) -> Iterator[str]:
    nobody = "nobody that was looked at" if known.hidden else "nobody"
    named, calling = (sum(getattr(each, what) for each in known.known) for what in ("named", "calls"))
    called = f", called by {count(calling, 'service')}" if calling else ""
    yield f"{endpoint} is named by {count(named, 'service') if named else nobody}{called}"
    for caller in sorted(known.known, key=lambda each: (not each.stale, each.name))[:SHOWN]:
        yield f"  {caller.name}{remark(caller)}"
    if len(known.known) > SHOWN:
        yield f"  ... and {len(known.known) - SHOWN} more: --output json lists all"
    if known.known and all(caller.stale is False for caller in known.known):
        yield "  each was deployed after it: none must be deployed again"
    if known.hidden:
        yield f"  there may be more: {known.hidden}"


def _id(shown: Description, task: str) -> str:
    return task if shown.task else task[:_SHORT]
