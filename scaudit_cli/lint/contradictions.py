"""Values that ECS takes one by one, and refuses together (AWS: CreateService, launchType; PortMapping, hostPort;
ServiceConnectConfiguration, namespace, logConfiguration and containerConfigurations)."""

from collections.abc import Iterator, Mapping
from typing import Any

from scaudit_cli.lint.about import NAMESPACE, OF_FARGATE, OF_SERVICE, bare
from scaudit_cli.lint.fit import Complaint, Fitted, shown
from scaudit_cli.lint.limits import value_counts
from scaudit_cli.lint.opens import marks_in, with_values

_OPEN = "?"
_NOT_ON_FARGATE = ("json-file", "syslog", "journald", "gelf", "fluentd")
_ONE_PORT = ("awsvpc", "host")
"""The network modes in which a container has the port of its host."""


def contradictions(parameters: Mapping[str, Any], found: Fitted) -> Iterator[Complaint]:
    """What the values of a request say against one another, as far as they are known."""
    if parameters.get("launchType") and parameters.get("capacityProviderStrategy"):
        told = "launchType stands beside capacityProviderStrategy, expected one of them"
        yield Complaint("launchType", told, None, found.lines.get("launchType", 0))
    yield from _regions(parameters, found)
    if value_counts(f"{OF_SERVICE}.", parameters):
        yield from _log_driver(parameters, found)
        yield from _settings(found)
    mode = parameters.get("networkMode")
    for path, (mapping, _) in found.parts.items() if mode in _ONE_PORT else ():
        if bare(path) == "containerDefinitions.portMappings" and isinstance(mapping, Mapping):
            host, own = mapping.get("hostPort"), mapping.get("containerPort")
            if isinstance(host, int) and isinstance(own, int) and host not in (0, own):
                at = found.lines.get(f"{path}.hostPort", 0)
                yield Complaint(path, f"{path}.hostPort is {host}, expected {own} in {mode} mode", None, at)


def _log_driver(parameters: Mapping[str, Any], found: Fitted) -> Iterator[Complaint]:
    """Fargate has but a few of the drivers."""
    path, strategy = f"{OF_SERVICE}.logConfiguration.logDriver", parameters.get("capacityProviderStrategy") or ()
    driver = found.values.get(path)
    places = {parameters.get("launchType"), *(one.get("capacityProvider") for one in strategy)}
    if isinstance(driver, str) and path not in found.opens and places & {*OF_FARGATE} and driver in _NOT_ON_FARGATE:
        told = f"{path} is {shown(driver)}, expected awslogs, splunk or awsfirelens on Fargate"
        yield Complaint(path, told, None, found.lines.get(path, 0))


def _settings(found: Fitted) -> Iterator[Complaint]:
    """Each object sets one setting of the proxy container, and each is set once. What botocore does not know is told
    by itself."""
    seen = set[str]()
    newer = {complaint.path for complaint in found.complaints}
    for path, (one, _) in found.parts.items():
        if bare(path) != f"{OF_SERVICE}.containerConfigurations" or not isinstance(one, Mapping) or path in newer:
            continue
        at = found.lines.get(path, 0)
        if len(one) != 1:
            yield Complaint(path, f"{path} has {len(one)} settings, expected 1", None, at)
        for name in seen.intersection(one):
            yield Complaint(path, f"{path} sets {name} again, expected each setting once", None, at)
        seen.update(one)


def _regions(parameters: Mapping[str, Any], found: Fitted) -> Iterator[Complaint]:
    """A namespace "must be in the same Region as the Amazon ECS service and cluster"; its account may be another."""
    namespace = (parameters.get("serviceConnectConfiguration") or {}).get("namespace")
    one, other = _region(namespace), _region(parameters.get("cluster"))
    if one and other and one != other and value_counts(NAMESPACE, parameters):
        told = f"the namespace is in {one}, expected the Region of the cluster, {other}"
        yield Complaint(NAMESPACE, told, None, found.lines.get(NAMESPACE, 0))


def _region(arn: object) -> str:
    """The Region of an ARN; empty where it is none, or open."""
    settled = with_values(arn, dict.fromkeys(marks_in(arn), _OPEN)) if isinstance(arn, str) else ""
    parts = settled.split(":")
    return parts[3] if parts[0] == "arn" and len(parts) > 3 and _OPEN not in parts[3] else ""
