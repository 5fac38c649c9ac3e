"""A description as one JSON object; its fields are an interface (docs/operating.md)."""

import json
from typing import Any, TextIO

from scaudit import __version__
from scaudit.model import Deployment, Instance, Service, Task, Unread
from scaudit.proxylog import ProxyStart
from scaudit_cli.ask.form import iso
from scaudit_cli.ask.status_json import problem
from scaudit_cli.describe.description import Description, Proxy, Registered
from scaudit_cli.describe.text import log_words
from scaudit_cli.map.callers import Callers
from scaudit_cli.output.json import finding, summary

SCHEMA = 1
Told = dict[str, Any]
"""One JSON object. What is not known is {"unknown": REASON} in its place."""


def write(shown: Description, out: TextIO) -> None:
    """Write it for machines; everything is listed."""
    record, names = shown.record, shown.clients
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
        "clients": _unknown(names) if isinstance(names, Unread) else {name: _named(of) for name, of in names.items()},
        "names": list(shown.names),
        "on_record": {"unknown": record}
        if isinstance(record, str)
        else {
            "stack": record.stack,
            "swept_at": next((iso(swept.at) for region in record.regions for swept in region.swept), None),
            "problems": [problem(record, each) for each in record.problems],
        },
        "findings": [finding(each) for each in shown.report.listed],
        "summary": summary(shown.report),
    }
    out.write(json.dumps(told, indent=2) + "\n")


def _unknown(unread: Unread) -> Told:
    return {"unknown": unread.reason}


def _configuration(shown: Description) -> Told:
    service, namespace, definition = shown.service, shown.around.namespace, shown.task_definition
    if not isinstance(service, Service):
        return _unknown(service)
    return {
        "arn": service.arn,
        "running": service.running,
        "desired": service.desired,
        "pending": service.pending,
        "strategy": service.strategy,
        "controller": service.controller,
        "namespace": _unknown(namespace) if isinstance(namespace, Unread) else namespace.name if namespace else None,
        "network_mode": _unknown(definition) if isinstance(definition, Unread) else definition.network_mode,
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
        return [_unknown(shown.service)]
    told: list[Told] = []
    for endpoint in shown.service.endpoints:
        found = shown.registrations(endpoint.name)
        told += (
            [{"endpoint": endpoint.name, **_unknown(found)}] if isinstance(found, Unread) else map(_registered, found)
        )
    return told


def _registered(row: Registered) -> Told:
    instance = row.instance
    known = {name: getattr(instance, name) for name in ("address", "port", "zone", "deployment")}
    said = known if isinstance(instance, Instance) else _unknown(instance) if instance else {}
    return {"endpoint": row.endpoint, "id": row.id, "registered": instance is not None, **said, "task": _task(row.task)}


def _task(task: Task | Unread | None) -> Told | None:
    if not isinstance(task, Task):
        return _unknown(task) if task else None
    return {
        "cluster": task.cluster,
        "service": task.service,
        "deployment": task.deployment_id,
        "status": task.last_status,
        "proxy_health": task.proxy_health,
        "address": task.address,
        "created_at": iso(task.created_at),
        "started_at": iso(task.started_at),
        "stopped_at": iso(task.stopped_at),
        "stop_code": task.stop_code,
        "reasons": list(filter(None, (*task.reasons, task.registration_reason))),
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


def _named(known: Callers) -> Told:
    return {
        "known": [{"service": c.name, "certain": c.certain, "stale": c.stale} for c in known.known],
        "hidden": known.hidden,
    }
