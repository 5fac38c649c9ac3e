"""A description as one JSON object; its fields are an interface (docs/operating.md)."""

import json
from typing import Any, TextIO

from scaudit import __version__
from scaudit.model import Deployment, Instance, Task, Unread
from scaudit.proxylog import ProxyStart
from scaudit_cli.ask.doubts import open_words
from scaudit_cli.ask.form import iso
from scaudit_cli.ask.status import Status
from scaudit_cli.ask.status_json import problem
from scaudit_cli.describe.description import Description, Proxy, Registered
from scaudit_cli.describe.text import log_words
from scaudit_cli.map.callers import Caller
from scaudit_cli.output.json import finding, summary

SCHEMA = 1
Told = dict[str, Any]
"""One JSON object. Where something is not known, its field `unknown` says why, and what depends on it is null."""


def write(shown: Description, out: TextIO) -> None:
    """Write it for machines; everything is listed."""
    told = {
        "schema": SCHEMA,
        "scaudit": __version__,
        "at": iso(shown.report.at),
        "account": shown.report.account,
        "region": shown.place.region,
        "cluster": shown.place.cluster,
        "service": shown.place.service,
        "task": shown.task,
        "configuration": _configuration(shown),
        "registrations": _registrations(shown),
        "proxies": [_proxy(each) for each in shown.proxies],
        "clients": _clients(shown),
        "on_record": _record(shown.record) | {"task": list(shown.verified)},
        "findings": [finding(each) for each in shown.report.listed],
        "summary": summary(shown.report),
    }
    out.write(json.dumps(told, indent=2) + "\n")


def _why(of: object) -> str:
    return of.reason if isinstance(of, Unread) else ""


def _configuration(shown: Description) -> Told:
    read, namespace, definition = shown.service, shown.around.namespace, shown.task_definition
    service = None if isinstance(read, Unread) else read
    return {
        "unknown": _why(read),
        **{name: getattr(service, name, None) for name in ("arn", "running", "desired", "pending")},
        **{name: getattr(service, name, None) for name in ("strategy", "controller")},
        "namespace": getattr(namespace, "name", None),
        "network_mode": getattr(definition, "network_mode", None),
        "deployments": [_deployment(shown, each) for each in shown.deployments],
    }


def _deployment(shown: Description, deployment: Deployment) -> Told:
    definition = None if isinstance(shown.task_definition, Unread) or not deployment.primary else shown.task_definition
    return {
        "id": deployment.id,
        "primary": deployment.primary,
        "in_progress": deployment.in_progress,
        "created_at": iso(deployment.created_at),
        "task_definition": deployment.task_definition,
        "launch_type": deployment.launch_type,
        "capacity_providers": list(deployment.capacity_providers),
        "namespace": deployment.namespace,
        "log": {name: getattr(deployment.log, name) for name in ("driver", "group", "region", "prefix", "requests")},
        "endpoints": [
            {
                "endpoint": each.name,
                "port_name": each.port_name,
                "container_port": definition.ports.get(each.port_name) if definition else None,
                "protocol": (definition.protocols.get(each.port_name) or "tcp") if definition else None,
                "ingress_port_override": each.ingress_port_override,
                "aliases": [{"dns_name": alias.dns_name, "port": alias.port} for alias in each.aliases],
                "cloud_map_service": each.cloud_map_service,
                "tls": {"authority": each.tls.authority, "role": each.tls.role} if each.tls else None,
                "per_request_timeout": each.per_request_timeout,
            }
            for each in deployment.endpoints
        ],
    }


def _registrations(shown: Description) -> list[Told]:
    if isinstance(shown.service, Unread):
        return [_registered(Registered("", "", shown.service, None))]
    found = {endpoint.name: shown.registrations(endpoint.name) for endpoint in shown.service.endpoints}
    return [
        _registered(row)
        for name, rows in found.items()
        for row in ([Registered(name, "", rows, None)] if isinstance(rows, Unread) else rows)
    ]


def _registered(row: Registered) -> Told:
    """Without an id, it is all that there may be under its endpoint."""
    instance = row.instance if isinstance(row.instance, Instance) else None
    return {
        "endpoint": row.endpoint,
        "id": row.id,
        "registered": None if isinstance(row.instance, Unread) else instance is not None,
        "unknown": _why(row.instance),
        **{name: getattr(instance, name, None) for name in ("address", "port", "zone", "deployment")},
        "task": _task(row.task),
    }


def _task(task: Task | Unread | None) -> Told | None:
    if task is None:
        return None
    known = None if isinstance(task, Unread) else task
    return {
        "unknown": _why(task),
        "cluster": known and known.cluster,
        "service": known and known.service,
        "deployment": known and known.deployment_id,
        "status": known and known.last_status,
        "proxy_health": known and known.proxy_health,
        "address": known and known.address,
        "created_at": iso(known.created_at if known else None),
        "started_at": iso(known.started_at if known else None),
        "stopped_at": iso(known.stopped_at if known else None),
        "stop_code": known and known.stop_code,
        "reasons": list(filter(None, (*known.reasons, known.registration_reason))) if known else [],
    }


def _proxy(proxy: Proxy) -> Told:
    verdict, why = log_words(proxy.log)
    log = proxy.log if isinstance(proxy.log, ProxyStart) else None
    return {
        "id": proxy.id,
        "verdict": verdict,
        "why": why,
        "ready_at": iso(log.ready_at) if log else None,
        "seconds_to_ready": log.seconds_to_ready if log else None,
        "evidence": [{"line": line.number, "text": line.text} for line in log.evidence] if log else [],
        "task": _task(proxy.task),
    }


def _clients(shown: Description) -> Told:
    known = {} if isinstance(shown.clients.of, Unread) else shown.clients.of
    return {
        "unknown": _why(shown.clients.of),
        "uncounted": shown.clients.uncounted,
        "endpoints": [
            {
                "endpoint": endpoint,
                "known": [_caller(each) for each in callers.known],
                "hidden": callers.hidden,
            }
            for endpoint, callers in known.items()
        ],
        "names": list(shown.clients.names),
    }


def _caller(caller: Caller) -> Told:
    told = {name: getattr(caller, name) for name in ("certain", "stale", "named", "calls")}
    return {"service": caller.name} | told


def _record(record: Status | str) -> Told:
    status = None if isinstance(record, str) else record
    swept = [each for region in status.regions for each in region.swept] if status else []
    return {
        "unknown": record if isinstance(record, str) else "",
        "stack": status.stack if status else None,
        "swept_at": iso(swept[0].at) if swept else None,
        "problems": [problem(status, each) for each in status.problems] if status else [],
        "undecided": [open_words(each) for region in status.regions for each in region.undecided] if status else [],
    }
