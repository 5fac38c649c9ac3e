"""JSON in the words of the API: what `aws ecs` takes as --cli-input-json, and what it answers."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from scaudit_cli.lint.formats.placeholders import settled
from scaudit_cli.lint.marked_json import MarkedObject
from scaudit_cli.lint.request import CREATE, REGISTER, UPDATE, Dialect, Request, answered, other_than_ours, shape_of

PLAIN = Dialect(settled, settled)
_MESH = "serviceConnectConfiguration"
_TELLING = {"launchType", "desiredCount", "deploymentConfiguration", "networkConfiguration", "capacityProviderStrategy"}
"""Any of them is enough to tell a service that names neither itself nor its task definition, as ecspresso's."""
_GONE = ("DRAINING", "INACTIVE")
"""The states of a service that was deleted (AWS: DescribeServices, Service, status)."""


def requests_of(file: str, content: object) -> Iterator[Request]:
    """Every request that the content of a file is; none for what is neither a request nor an answer of ECS."""
    if isinstance(content, list) and content and all(map(_is_container, content)):
        containers = _around(content[0], {"containerDefinitions": content})
        yield Request(REGISTER, file, containers, replace(PLAIN, partial=True), file)
    elif isinstance(content, list):
        for item in content:
            yield from requests_of(file, item)
    elif not isinstance(content, Mapping):
        return
    elif "containerDefinitions" in content:
        yield task_definition_of(file, content)
    elif isinstance(given := content.get("taskDefinition"), Mapping):
        yield task_definition_of(file, given)
    elif isinstance(given := content.get("service"), Mapping):
        yield _described(file, given)
    elif (listed := _listed(content)) is not None:
        yield from (_described(file, service) for service in listed if isinstance(service, Mapping))
    elif "serviceArn" in content or "deployments" in content:
        yield _described(file, content)
    elif other_than_ours(content):
        return
    elif "service" in content and "serviceName" not in content and _is_update(content):
        yield Request(UPDATE, file, content, PLAIN, file)
    elif _MESH in content or "serviceName" in content or _TELLING & content.keys():
        yield service_of(file, content)
    elif _is_configuration(content):
        yield Request(CREATE, file, _around(content, {_MESH: content}), replace(PLAIN, partial=True), file)


def _listed(content: Mapping[str, Any]) -> list[Any] | None:
    """What describe-services and describe-service-revisions answer, also where a query left out its failures."""
    found = content.get("serviceRevisions") or content.get("services")
    described = isinstance(found, list) and any("serviceArn" in one for one in found if isinstance(one, Mapping))
    return found if isinstance(found, list) and (described or "failures" in content) else None


def is_answer(content: object) -> bool:
    """Whether it is a list of services or revisions that ECS describes, be it empty."""
    return isinstance(content, Mapping) and _listed(content) is not None


def failures_of(content: object) -> list[str]:
    """What ECS was asked to describe and could not, one sentence each."""
    listed = content.get("failures") if isinstance(content, Mapping) and is_answer(content) else None
    told = [one for one in listed if isinstance(one, Mapping)] if isinstance(listed, list) else []
    return [f"ECS did not describe {one.get('arn', 'a service')}: {one.get('reason', 'no reason')}" for one in told]


def service_of(file: str, content: Mapping[str, Any]) -> Request:
    """The input of create-service. One that names neither itself nor its task definition is for a tool that has both
    from elsewhere."""
    partial = not {"serviceName", "taskDefinition"} & content.keys()
    return Request(CREATE, file, content, replace(PLAIN, partial=partial), file)


def task_definition_of(file: str, content: Mapping[str, Any]) -> Request:
    """The input of register-task-definition, or one that was described and is to be registered again: tools that do so
    leave out what ECS has added (aws-actions/amazon-ecs-deploy-task-definition, ecspresso)."""
    read_only = answered("DescribeTaskDefinition", "taskDefinition") - shape_of(REGISTER).members.keys()
    return Request(REGISTER, file, content, replace(PLAIN, read_only=read_only), file)


def _described(file: str, content: Mapping[str, Any]) -> Request:
    """A service that was described. Its configuration is its PRIMARY deployment's."""
    listed = content.get("deployments")
    deployments = [one for one in listed if isinstance(one, Mapping)] if isinstance(listed, list) else []
    primary = next((one for one in deployments if one.get("status") == "PRIMARY"), {})
    wanted = shape_of(CREATE).members.keys()
    known = {name: value for name, value in {**content, **primary}.items() if name in wanted}
    if "clusterArn" in content:
        known["cluster"] = content["clusterArn"]
    if isinstance(arn := content.get("serviceArn"), str):  # a revision has no name beside it
        known.setdefault("serviceName", arn.rsplit("/", 1)[-1])
    gone = status if (status := content.get("status")) in _GONE else ""
    return Request(CREATE, file, _around(content, known), replace(PLAIN, partial=True, nulls=True), file, gone=gone)


def _is_update(content: Mapping[str, Any]) -> bool:
    """Whether it says of a service what update-service takes; other tools have a `service`, too."""
    return bool((shape_of(UPDATE).members.keys() - {"service", "cluster"}) & content.keys())


def _is_container(content: object) -> bool:
    """Whether it is one of what register-task-definition takes as --container-definitions."""
    return isinstance(content, Mapping) and {"name", "image"} <= content.keys()


def _is_configuration(content: Mapping[str, Any]) -> bool:
    """Whether it is what --service-connect-configuration takes."""
    services = content.get("services")
    named = isinstance(services, list) and any("portName" in one for one in services if isinstance(one, Mapping))
    return named or isinstance(content.get("enabled"), bool)


def _around(content: Mapping[str, Any], known: Mapping[str, Any]) -> MarkedObject:
    """What is made of parts of the content, at the place where that begins."""
    made = MarkedObject(known)
    if mark := getattr(content, "start_mark", None):
        made.start_mark = mark
    return made
