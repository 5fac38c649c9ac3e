"""Described tasks and services into model values. Fields not named here are left alone: AWS adds some at any time."""

from collections.abc import Mapping
from datetime import UTC, datetime
from ipaddress import ip_address
from typing import Any

from scaudit.collect.aws.typed import listed, text
from scaudit.model import (
    Alias,
    Deployment,
    Endpoint,
    LogTarget,
    Service,
    Task,
    Tls,
)
from scaudit.model.arn import Arn

_PROXY_PREFIX = "ecs-service-connect-"
_TOLD_TO_STOP = (None, 0, 137, 143)
"""Exit codes of a container that still runs, or was told to stop: SIGTERM is 143, SIGKILL 137."""
_NOT_YET = datetime.max.replace(tzinfo=UTC)
"""A task "was created" when it entered PENDING (AWS: API reference, Task, `createdAt`)."""
_ENI_TYPES = ("elasticnetworkinterface", "eni")  # the API's spelling and the events'


def _kind(attachment: Mapping[str, Any]) -> str:
    """Spelling differs between events, answers and documents ("ServiceConnect", "Service Connect")."""
    return str(attachment.get("type", "")).replace(" ", "").lower()


def _details(attachment: Mapping[str, Any]) -> dict[str, str]:
    return {detail.get("name", ""): detail.get("value", "") for detail in attachment.get("details", ())}


def task_of(raw: Mapping[str, Any]) -> Task:
    """One entry of DescribeTasks. The network interface is found by type: it is not always the first attachment."""
    group, status = raw["group"], raw["lastStatus"]
    of_service = group.startswith("service:")
    eni = next((_details(a) for a in raw.get("attachments", ()) if _kind(a) in _ENI_TYPES), {})
    proxy = _proxy(raw)
    return Task(
        arn=_arn(raw["taskArn"]),
        cluster=Arn.of(raw["clusterArn"]).name,
        service=group.removeprefix("service:") if of_service else "",
        deployment_id=raw["startedBy"] if of_service else raw.get("startedBy", ""),
        task_definition=raw["taskDefinitionArn"],
        last_status=status,
        desired_status=raw["desiredStatus"],
        version=raw["version"],
        created_at=raw.get("createdAt", _NOT_YET) if status == "PROVISIONING" else raw["createdAt"],
        started_at=raw["startedAt"] if status == "RUNNING" else raw.get("startedAt"),
        stopped_at=raw["stoppedAt"] if status == "STOPPED" else raw.get("stoppedAt"),
        execution_stopped_at=raw.get("executionStoppedAt"),
        address=eni.get("privateIPv4Address") or _ipv6(raw, eni),
        subnet=eni.get("subnetId", ""),
        zone=raw.get("availabilityZone", ""),
        proxy=proxy["name"] if proxy else "",
        proxy_status=proxy["lastStatus"] if proxy else "",
        proxy_health=proxy.get("healthStatus", ""),
        proxy_exit=proxy.get("exitCode"),
        proxy_reason=proxy.get("reason") or "",
        proxy_host_ports=tuple(b["hostPort"] for b in proxy.get("networkBindings", ()) if b.get("hostPort")),
        stop_code=raw.get("stopCode", ""),
        reasons=tuple(_reasons(raw)),
        registration_reason=_registration_reason(raw),
        others_exited=any(c is not proxy and c.get("exitCode") not in _TOLD_TO_STOP for c in raw.get("containers", ())),
    )


def _ipv6(raw: Mapping[str, Any], eni: Mapping[str, str]) -> str:
    """The address of a task in an IPv6-only subnet (AWS: NetworkInterface, ipv6Address; whether the attachment tells
    it, too, and under which name is not known)."""
    interfaces = [interface for c in raw.get("containers", ()) for interface in c.get("networkInterfaces") or ()]
    told = [interface.get("ipv6Address") for interface in interfaces]
    told += [value for name, value in eni.items() if name.lower().endswith("ipv6address")]
    return canonical(next(filter(None, told), ""))


def canonical(address: str) -> str:
    """An address as everybody writes it: of IPv6 there are several ways. What is none stays as it is."""
    try:
        return str(ip_address(address))
    except ValueError:
        return address


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
    return next((c for c in listed(raw["containers"]) if c["name"].startswith(_PROXY_PREFIX)), {})


def _arn(text: str) -> str:
    """An ARN that has all its parts: others are read out of it. Raises ValueError."""
    if Arn.of(text).resource == text:
        raise ValueError(f"{text!r:.100} is no ARN")
    return text


def service_of(raw: Mapping[str, Any]) -> Service:
    """One entry of DescribeServices. Service Connect is configured on the deployments, never on the service. Raises
    ValueError for one that has another name than its ARN."""
    if raw["serviceName"] != Arn.of(raw["serviceArn"]).name:
        raise ValueError(f"{raw['serviceArn']!r:.100} is called {raw['serviceName']!r:.100}")
    return Service(
        arn=_arn(raw["serviceArn"]),
        cluster=Arn.of(raw["clusterArn"]).name,
        name=raw["serviceName"],
        deployments=tuple(_deployment_of(deployment) for deployment in listed(raw["deployments"])),
        desired=raw["desiredCount"],
        running=raw["runningCount"],
        pending=raw["pendingCount"],
        controller=(raw.get("deploymentController") or {}).get("type", "ECS"),
        draining=text(raw["status"]) == "DRAINING",
        in_dns=bool(raw.get("serviceRegistries")),
        throttled_at=_throttled_at(raw),
        strategy=(raw.get("deploymentConfiguration") or {}).get("strategy", "ROLLING"),
        tags={tag["key"]: tag.get("value", "") for tag in raw.get("tags", ())},
    )


def _throttled_at(raw: Mapping[str, Any]) -> datetime | None:
    """The last of the service's events "operations are being throttled on service discovery" (reported:
    containers-roadmap 343; whether ECS says so of Service Connect, too, is not confirmed)."""
    events = raw.get("events") or ()
    return max(
        (e["createdAt"] for e in events if "throttled on service discovery" in e.get("message", "")), default=None
    )


def _deployment_of(raw: Mapping[str, Any]) -> Deployment:
    configuration = raw.get("serviceConnectConfiguration") or {}
    resources = {text(r["discoveryName"]): r["discoveryArn"] for r in raw.get("serviceConnectResources") or ()}
    enabled = bool(configuration.get("enabled"))
    return Deployment(
        id=raw["id"],
        primary=text(raw["status"]) == "PRIMARY",
        task_definition=raw["taskDefinition"],
        created_at=raw["createdAt"],
        updated_at=raw.get("updatedAt"),
        in_progress=text(raw.get("rolloutState", "")) == "IN_PROGRESS",
        idle=all(raw.get(count) == 0 for count in ("desiredCount", "pendingCount", "runningCount")),
        subnets=tuple(((raw.get("networkConfiguration") or {}).get("awsvpcConfiguration") or {}).get("subnets") or ()),
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


def _endpoint_of(raw: Mapping[str, Any], resources: Mapping[str, str]) -> Endpoint:
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
