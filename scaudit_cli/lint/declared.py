"""Requests into model values, with what ECS would add to them."""

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from scaudit.collect.aws.answers import service_of, task_definition_of
from scaudit.model import Service, TaskDefinition
from scaudit_cli.lint.files import Declared

_SIZE = re.compile(r"([\d.]+)\s*(vCPU|GB)", re.IGNORECASE)


def cluster_of(declared: Declared) -> str:
    """The cluster's name, empty where the file does not say."""
    known = "cluster" not in declared.fitted.unresolved
    return str(declared.parameters.get("cluster", "")).rsplit("/", 1)[-1] if known else ""


def service_of_file(declared: Declared, at: datetime) -> Service:
    """The service as it would be, with one deployment that begins now."""
    given, cluster = declared.parameters, cluster_of(declared)
    configuration = _completed(given.get("serviceConnectConfiguration") or {}, cluster)
    namespace = configuration.get("namespace", "")
    # As if it were the namespace's account: whether another one shares it only AWS can tell.
    account = namespace.split(":")[4] if namespace.startswith("arn:") and namespace.count(":") > 4 else ""
    deployment = {
        "id": "",
        "status": "PRIMARY",
        "taskDefinition": given.get("taskDefinition", ""),
        "createdAt": at,
        "launchType": given.get("launchType", ""),
        "capacityProviderStrategy": given.get("capacityProviderStrategy"),
        "platformVersion": given.get("platformVersion", ""),
        "serviceConnectConfiguration": configuration,
    }
    named = {"serviceArn": f"arn:aws:ecs::{account}:service/{declared.file}/{declared.name}", "clusterArn": cluster}
    return service_of({**given, **named, "serviceName": declared.name, "deployments": [deployment]})


def _completed(configuration: Mapping[str, Any], cluster: str) -> dict[str, Any]:
    """With the defaults that ECS fills in (a real CreateService answer shows them)."""
    if not configuration:
        return {}
    namespace = configuration.get("namespace") or f"(the default namespace of cluster {cluster or 'default'})"
    services = []
    for service in configuration.get("services") or ():
        name = service.get("discoveryName") or service["portName"]
        aliases = [{"dnsName": f"{name}.{namespace}", **alias} for alias in service.get("clientAliases") or ()]
        services.append({**service, "discoveryName": name, "clientAliases": aliases})
    return {**configuration, "namespace": namespace, "services": services}


def task_definition_of_file(declared: Declared) -> TaskDefinition:
    """The revision that would be registered."""
    sizes = {size: _in_units(declared.parameters.get(size)) for size in ("cpu", "memory")}
    made = task_definition_of({**declared.parameters, **sizes, "taskDefinitionArn": declared.name})
    return replace(made, names_mode="networkMode" in declared.parameters)


def _in_units(size: str | None) -> str | None:
    """ "1 vCPU" and "2 GB" as ECS keeps them: 1024, 2048 (AWS: RegisterTaskDefinition, cpu and memory)."""
    amount = _SIZE.fullmatch(size.strip()) if size else None
    return str(round(float(amount[1]) * 1024)) if amount else size
