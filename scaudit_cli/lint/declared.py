"""Requests into model values, with what ECS would add to them."""

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any
from urllib.parse import quote

from scaudit.collect.aws.answers import service_of
from scaudit.collect.aws.definitions import task_definition_of
from scaudit.model import Service, TaskDefinition
from scaudit_cli.lint.declarations import Declared
from scaudit_cli.lint.opens import is_open, settled
from scaudit_cli.lint.surroundings import Surroundings

_SIZE = re.compile(r"([0-9]{1,9}\.?[0-9]{0,9}|\.[0-9]{1,9})\s*(vCPU|GB)", re.IGNORECASE)
_JUDGED = ("deploymentConfiguration", "deploymentController")


def service_of_file(declared: Declared, around: Surroundings, values: Mapping[str, str], at: datetime) -> Service:
    """The service as it would be, with one deployment that begins now. `values` fill in what is open; the rest of it
    stays open."""
    given = settled(declared.parameters, values)
    configuration = _completed(given.get("serviceConnectConfiguration") or {}, around)
    # As if it were the namespace's account: whether another one shares it only AWS can tell.
    account = around.namespace.split(":")[4] if around.namespace.count(":") > 4 else ""
    deployment = {
        "id": "",
        "status": "PRIMARY",
        "taskDefinition": given.get("taskDefinition", ""),
        "createdAt": at,
        "launchType": given.get("launchType", ""),
        "capacityProviderStrategy": given.get("capacityProviderStrategy")
        or [{"capacityProvider": name} for name in around.providers if not given.get("launchType")],
        "platformVersion": given.get("platformVersion", ""),
        "serviceConnectConfiguration": configuration,
    }
    name = quote(declared.name, safe="")  # of what a file does not name it is the file, and the last part of an ARN
    made = service_of(
        {
            **{key: given[key] for key in _JUDGED if key in given},
            "serviceArn": f"arn:aws:ecs::{account}:service/{declared.file}/{declared.id}/{name}",
            "clusterArn": "" if is_open(around.cluster) or "cluster" not in given else around.cluster,
            "serviceName": name,
            "status": "ACTIVE",
            "deployments": [deployment],
            **dict.fromkeys(("desiredCount", "runningCount", "pendingCount"), 0),
        }
    )
    return replace(made, name=declared.name)


def _completed(configuration: Mapping[str, Any], around: Surroundings) -> dict[str, Any]:
    """With the defaults that ECS fills in (a real CreateService answer shows them)."""
    if not configuration:
        return {}
    services = []
    for service in configuration.get("services") or ():
        name = service.get("discoveryName") or service["portName"]
        default = {"dnsName": f"{name}.{around.namespace_name}"}
        aliases = [default | alias for alias in service.get("clientAliases") or ()]
        services.append({**service, "discoveryName": name, "clientAliases": aliases})
    return {**configuration, "namespace": around.namespace, "services": services}


def task_definition_of_file(declared: Declared, values: Mapping[str, str]) -> TaskDefinition:
    """The revision that would be registered."""
    given = settled(declared.parameters, values)
    sizes = {size: _in_units(given.get(size)) for size in ("cpu", "memory")}
    containers = [
        {**container, "portMappings": [{"containerPort": 0} | m for m in container.get("portMappings") or ()]}
        for container in given.get("containerDefinitions") or ()
    ]
    own = {"taskDefinitionArn": declared.name, "containerDefinitions": containers}
    made = task_definition_of({**given, **sizes, **own})
    return replace(made, names_mode="networkMode" in given)


def _in_units(size: str | None) -> str | None:
    """ "1 vCPU" and "2 GB" as ECS keeps them: 1024, 2048 (AWS: RegisterTaskDefinition, cpu and memory)."""
    amount = _SIZE.fullmatch(size.strip()) if size else None
    return str(round(float(amount[1]) * 1024)) if amount else size
