"""Answers of ECS and Cloud Map into model values. Fields not named here are left alone: AWS adds some at any time."""

from collections.abc import Iterator, Mapping
from typing import Any

from scaudit.model import (
    Alias,
    Container,
    Deployment,
    Endpoint,
    LogTarget,
    Service,
    Task,
    TaskDefinition,
    Tls,
)
from scaudit.model.arn import Arn
from scaudit.model.mentioned_names import digests

_PROXY_PREFIX = "ecs-service-connect-"
_TOLD_TO_STOP = (None, 0, 137, 143)
"""Exit codes of a container that still runs, or was told to stop: SIGTERM is 143, SIGKILL 137."""
_ENI_TYPES = ("elasticnetworkinterface", "eni")  # the API's spelling and the events'


def _kind(attachment: Mapping[str, Any]) -> str:
    """Spelling differs between events, answers and documents ("ServiceConnect", "Service Connect")."""
    return str(attachment.get("type", "")).replace(" ", "").lower()


def _details(attachment: Mapping[str, Any]) -> dict[str, str]:
    return {detail.get("name", ""): detail.get("value", "") for detail in attachment.get("details", ())}


def task_of(raw: Mapping[str, Any]) -> Task:
    """One entry of DescribeTasks. The network interface is found by type: it is not always the first attachment."""
    group = raw.get("group", "")
    eni = next((_details(a) for a in raw.get("attachments", ()) if _kind(a) in _ENI_TYPES), {})
    proxy = _proxy(raw)
    return Task(
        arn=raw["taskArn"],
        cluster=Arn.of(raw["clusterArn"]).name,
        service=group.removeprefix("service:") if group.startswith("service:") else "",
        deployment_id=raw.get("startedBy", ""),
        task_definition=raw["taskDefinitionArn"],
        last_status=raw["lastStatus"],
        desired_status=raw.get("desiredStatus", ""),
        version=raw.get("version", 0),
        created_at=raw["createdAt"],
        started_at=raw.get("startedAt"),
        stopped_at=raw.get("stoppedAt"),
        address=eni.get("privateIPv4Address", ""),
        subnet=eni.get("subnetId", ""),
        zone=raw.get("availabilityZone", ""),
        proxy=proxy.get("name", ""),
        proxy_status=proxy.get("lastStatus", ""),
        proxy_health=proxy.get("healthStatus", ""),
        proxy_exit=proxy.get("exitCode"),
        proxy_reason=proxy.get("reason") or "",
        proxy_host_ports=tuple(b["hostPort"] for b in proxy.get("networkBindings", ()) if b.get("hostPort")),
        stop_code=raw.get("stopCode", ""),
        reasons=tuple(_reasons(raw)),
        registration_reason=_registration_reason(raw),
        others_exited=any(c is not proxy and c.get("exitCode") not in _TOLD_TO_STOP for c in raw.get("containers", ())),
    )


def _reasons(raw: Mapping[str, Any]) -> list[str]:
    """What ECS says of a task's end, the task's own reason first."""
    told = [raw.get("stoppedReason"), *(container.get("reason") for container in raw.get("containers", ()))]
    return [reason for reason in dict.fromkeys(told) if reason]


def _registration_reason(raw: Mapping[str, Any]) -> str:
    """Why a registration is stuck (AWS: Service Connect with shared namespaces, troubleshooting: `statusReason`)."""
    attachments = [_details(a) for a in raw.get("attachments", ()) if _kind(a).startswith("serviceconnect")]
    return next((details["statusReason"] for details in attachments if details.get("statusReason")), "")


def _proxy(raw: Mapping[str, Any]) -> Mapping[str, Any]:
    """The proxy container. Its name is random and the attachment's details may be empty, so the prefix must do."""
    return next((c for c in raw.get("containers", ()) if c.get("name", "").startswith(_PROXY_PREFIX)), {})


def service_of(raw: Mapping[str, Any]) -> Service:
    """One entry of DescribeServices. Service Connect is configured on the deployments, never on the service."""
    return Service(
        arn=raw["serviceArn"],
        cluster=Arn.of(raw["clusterArn"]).name,
        name=raw["serviceName"],
        deployments=tuple(_deployment_of(deployment) for deployment in raw.get("deployments", ())),
        desired=raw.get("desiredCount", 0),
        running=raw.get("runningCount", 0),
        pending=raw.get("pendingCount", 0),
        controller=(raw.get("deploymentController") or {}).get("type", "ECS"),
        draining=raw.get("status") == "DRAINING",
        strategy=(raw.get("deploymentConfiguration") or {}).get("strategy", "ROLLING"),
        tags={tag["key"]: tag.get("value", "") for tag in raw.get("tags", ())},
    )


def _deployment_of(raw: Mapping[str, Any]) -> Deployment:
    configuration = raw.get("serviceConnectConfiguration") or {}
    resources = {r.get("discoveryName"): r.get("discoveryArn") for r in raw.get("serviceConnectResources") or ()}
    enabled = bool(configuration.get("enabled"))
    return Deployment(
        id=raw["id"],
        primary=raw.get("status") == "PRIMARY",
        task_definition=raw["taskDefinition"],
        created_at=raw["createdAt"],
        updated_at=raw.get("updatedAt"),
        in_progress=raw.get("rolloutState") == "IN_PROGRESS",
        launch_type=raw.get("launchType", ""),
        capacity_providers=tuple(p.get("capacityProvider", "") for p in raw.get("capacityProviderStrategy") or ()),
        platform=raw.get("platformFamily", ""),
        platform_version=raw.get("platformVersion", ""),
        service_connect=enabled,
        namespace=configuration.get("namespace", ""),
        endpoints=tuple(_endpoint_of(s, resources) for s in configuration.get("services") or ()) if enabled else (),
        log=_log_target_of(configuration),
    )


def _log_target_of(configuration: Mapping[str, Any]) -> LogTarget:
    raw = configuration.get("logConfiguration") or {}
    options = raw.get("options") or {}
    return LogTarget(
        driver=raw.get("logDriver", ""),
        group=options.get("awslogs-group", ""),
        region=options.get("awslogs-region", ""),
        prefix=options.get("awslogs-stream-prefix", ""),
        requests=bool(configuration.get("accessLogConfiguration")),
        makes_group=options.get("awslogs-create-group", "").lower() == "true",
    )


def _endpoint_of(raw: Mapping[str, Any], resources: Mapping[str | None, str | None]) -> Endpoint:
    name = raw.get("discoveryName") or raw["portName"]
    return Endpoint(
        name=name,
        port_name=raw["portName"],
        cloud_map_service=resources.get(name),
        ingress_port_override=raw.get("ingressPortOverride") or None,  # old tools write 0 for "none"
        aliases=tuple(Alias(a.get("dnsName", ""), a["port"]) for a in raw.get("clientAliases") or ()),
        tls=_tls_of(raw["tls"]) if raw.get("tls") else None,
        per_request_timeout=(raw.get("timeout") or {}).get("perRequestTimeoutSeconds"),
    )


def _tls_of(raw: Mapping[str, Any]) -> Tls:
    authority = (raw.get("issuerCertificateAuthority") or {}).get("awsPcaAuthorityArn", "")
    return Tls(authority=authority, role=raw.get("roleArn", ""))


def task_definition_of(raw: Mapping[str, Any]) -> TaskDefinition:
    """The answer of DescribeTaskDefinition. Without a network mode it is bridge (AWS: task definition parameters)."""
    containers = raw.get("containerDefinitions", ())
    mappings = [mapping for container in containers for mapping in container.get("portMappings", ())]
    return TaskDefinition(
        arn=raw["taskDefinitionArn"],
        network_mode=raw.get("networkMode") or "bridge",
        ports={m["name"]: m.get("containerPort", 0) for m in mappings if m.get("name")},
        containers=tuple(map(_container_of, containers)),
        cpu=_size(raw.get("cpu")),
        memory=_size(raw.get("memory")),
        operating_system=(raw.get("runtimePlatform") or {}).get("operatingSystemFamily", ""),
        protocols={m["name"]: m.get("appProtocol") or "" for m in mappings if m.get("name")},
        compatibilities=tuple(raw.get("requiresCompatibilities") or ()),
        mentions=digests(_values(containers)),
    )


def _container_of(raw: Mapping[str, Any]) -> Container:
    return Container(
        name=raw["name"],
        essential=raw.get("essential", True),
        cpu=raw.get("cpu", 0),
        memory=raw.get("memory") or raw.get("memoryReservation") or 0,
        health_check=bool((raw.get("healthCheck") or {}).get("command")),
        ports=tuple(m["containerPort"] for m in raw.get("portMappings", ()) if m.get("containerPort")),
        links=tuple(raw.get("links") or ()),
        hostname=raw.get("hostname", ""),
    )


def _size(text: str | None) -> int | None:
    """A task's CPU units or MiB; whatever was registered, ECS answers with digits (AWS: task size)."""
    return int(text) if text and text.isdigit() else None


def _values(containers: Any) -> Iterator[tuple[str, str]]:  # noqa: ANN401
    """What a container is started with, each value by the place where it stands."""
    for container in containers:
        name = container["name"]
        for variable in container.get("environment") or ():
            yield f"environment {variable.get('name', '')} of {name}", variable.get("value", "")
        yield f"command of {name}", " ".join(container.get("command") or ())
        yield f"entry point of {name}", " ".join(container.get("entryPoint") or ())
