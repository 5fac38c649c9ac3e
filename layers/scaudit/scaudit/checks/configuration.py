"""What the service and its task definition declare of Service Connect."""

import re
from collections.abc import Iterator

from scaudit.checks import sources
from scaudit.checks.check import Finding, Trigger, check
from scaudit.model import Deployment, Endpoint, LogGroup, Service, Severity, TaskDefinition
from scaudit.model.sentences import some

_OLDEST_PLATFORM = (1, 4, 0)
_NUMBERED = re.compile(r"[0-9]{1,9}(\.[0-9]{1,9})*")


def _bridge(task_definition: TaskDefinition) -> str | None:
    mode = task_definition.network_mode
    return None if mode == "bridge" else f"{mode} mode: only in bridge mode can the two ports meet"


@check(
    "SC102",
    title="every port name is a named port mapping",
    about="service",
    on=Trigger.TASK | Trigger.SERVICE | Trigger.LINT,
    severity=Severity.ERROR,
    why="An endpoint leads to the port mapping that its portName names; without one it leads nowhere.",
    fix="Give the container's port mapping in the task definition this name, or correct portName, and deploy again.",
    source=f"{sources.ecs_api('ServiceConnectService')} (portName); {sources.COPILOT} (manifest/svc.go: "
    "Service Connect can't use UDP); aws-cdk (aws-ecs, validateServiceConnectConfiguration: a range is no port)",
)
def port_names_exist(deployment: Deployment, task_definition: TaskDefinition) -> Iterator[Finding]:
    """The `portName` of each endpoint, beside the names of the task definition's port mappings: one port, over TCP."""
    named = some(sorted(task_definition.ports)) or "none"
    for endpoint in deployment.endpoints:
        name = endpoint.port_name
        if name not in task_definition.protocols and name not in task_definition.ports:
            told = f"portName {name} is not among the named port mappings ({named})"
            yield Finding(told, explains=(endpoint.name,))
        elif name not in task_definition.ports:
            told = f"portName {name} names a range of ports, expected one port (not confirmed on AWS)"
            yield Finding(told, Severity.WARNING, explains=(endpoint.name,))
        elif name in task_definition.udp:
            told = f"portName {name} names a udp port, expected tcp (not confirmed on AWS)"
            yield Finding(told, Severity.WARNING, explains=())


@check(
    "SC103",
    title="network mode, platform and deployment controller support Service Connect",
    about="service",
    on=Trigger.TASK | Trigger.SERVICE | Trigger.LINT,
    severity=Severity.ERROR,
    why="Where Service Connect is not supported, ECS adds no proxy or the proxy cannot take over the traffic.",
    fix="Name awsvpc or bridge mode (on Fargate and Managed Instances awsvpc), and use Linux, Fargate platform 1.4.0 "
    "or later, and the ECS deployment controller.",
    source=f"{sources.COMPONENTS} (Considerations); {sources.ecs_api('RegisterTaskDefinition')} (networkMode); "
    f"{sources.MANAGED_INSTANCES}; {sources.ECS_AGENT} (validator of the Service Connect configuration); that bridge "
    f"mode must be named: {sources.issue('mreferre/yelb', 86)}",
)
def platform_is_supported(
    service: Service, deployment: Deployment, task_definition: TaskDefinition
) -> Iterator[Finding]:
    """Network mode, operating system, Fargate platform version, launch type and deployment controller, beside what
    Service Connect supports; in bridge mode also `hostname` and `links` of the containers."""
    yield from _network_mode(deployment, task_definition)
    system = deployment.platform or task_definition.operating_system
    if system.lower().startswith("windows"):
        yield Finding(f"operating system is {system}, expected Linux")
    elif _version(deployment.platform_version) < _OLDEST_PLATFORM:
        yield Finding(f"Fargate platform version is {deployment.platform_version}, expected 1.4.0 or later")
    if deployment.launch_type == "EXTERNAL":
        yield Finding("launch type is EXTERNAL (ECS Anywhere), expected EC2 or Fargate")
    if service.controller != "ECS":
        yield Finding(f"deployment controller is {service.controller}, expected ECS")
    for container in task_definition.containers if task_definition.network_mode == "bridge" else ():
        if container.hostname:
            yield Finding(f"container {container.name} sets hostname in bridge mode, expected none")
        if container.links:
            yield Finding(f"container {container.name} sets links in bridge mode, expected none")


def _network_mode(deployment: Deployment, task_definition: TaskDefinition) -> Iterator[Finding]:
    mode = task_definition.network_mode if task_definition.names_mode else "not named"
    if task_definition.network_mode not in ("awsvpc", "bridge"):
        yield Finding(f"network mode is {mode}, expected awsvpc or bridge")
    elif mode != "awsvpc" and (where := _without_bridge(deployment, task_definition)):
        yield Finding(f"network mode is {mode}, expected awsvpc on {where}")
    elif not task_definition.names_mode:
        yield Finding("network mode is not named, expected bridge by name (not confirmed on AWS)", Severity.WARNING)


def _without_bridge(deployment: Deployment, task_definition: TaskDefinition) -> str:
    """Where its tasks may run that has no bridge mode; empty for nowhere."""
    places = {deployment.launch_type, *task_definition.compatibilities}
    if deployment.on_fargate or "FARGATE" in places:
        return "Fargate"
    return "Managed Instances" if "MANAGED_INSTANCES" in places else ""


def _version(text: str) -> tuple[int, ...]:
    """A Fargate platform version; LATEST, and none at all, are not older than anything."""
    return tuple(map(int, text.split("."))) if _NUMBERED.fullmatch(text) else _OLDEST_PLATFORM


@check(
    "SC106",
    title="the logs of the proxies can be read",
    about="service",
    on=Trigger.SERVICE | Trigger.LINT,
    severity=Severity.WARNING,
    why="ECS calls a proxy HEALTHY that lacks a listener: only its log shows it. Without the log, SC303 to SC309 are "
    "unknown; where it goes to another driver than awslogs, they are skipped.",
    fix="Give serviceConnectConfiguration a logConfiguration with driver awslogs, a stream prefix and an existing log "
    "group of class STANDARD, and deploy again.",
    source=f"{sources.ecs_api('LogConfiguration')}; {sources.ecs_api('ServiceConnectAccessLogConfiguration')}; "
    f"{sources.LOG_CLASSES}",
)
def logs_can_be_read(deployment: Deployment, log_group: LogGroup | None) -> Iterator[Finding]:
    """Driver, group and prefix of the proxies' log, beside what scaudit can read. `log_group` is None when CloudWatch
    Logs has none of that name."""
    target = deployment.log
    if not target.driver:
        logs = "the proxies' log and their access log go" if target.requests else "the proxies' log goes"
        yield Finding(f"{logs} nowhere (no logConfiguration), expected awslogs")
    elif target.driver != "awslogs":
        yield Finding(f"the proxies' log goes to {target.driver}, expected awslogs")
    elif log_group is None:
        yield Finding(f"log group {target.group or '(none named)'} does not exist")
    elif log_group.log_class != "STANDARD":
        yield Finding(f"log group {log_group.name} is of class {log_group.log_class}, expected STANDARD")
    if target.driver == "awslogs" and not target.prefix:
        yield Finding("the proxies' log has no awslogs-stream-prefix, so that no stream can be told by its task")


@check(
    "SC109",
    title="TLS settings are complete",
    about="service",
    on=Trigger.SERVICE | Trigger.LINT,
    severity=Severity.ERROR,
    why="ECS issues and rotates the certificates with the authority and the role that are named here; without them "
    "tasks get none. In bridge mode Service Connect has no TLS.",
    fix="Name awsPcaAuthorityArn and roleArn in the endpoint's tls, use awsvpc mode, and deploy again.",
    source=f"{sources.TLS}; {sources.COMPONENTS} (Considerations); "
    f"{sources.ecs_api('ServiceConnectTlsConfiguration')} (roleArn, not required)",
)
def tls_is_complete(deployment: Deployment, task_definition: TaskDefinition) -> Iterator[Finding]:
    """For each endpoint with TLS: its certificate authority, its role and the network mode."""
    for endpoint in deployment.endpoints:
        if endpoint.tls:
            yield from _tls(endpoint, endpoint.tls.authority, endpoint.tls.role, task_definition.network_mode)


def _tls(endpoint: Endpoint, authority: str, role: str, network_mode: str) -> Iterator[Finding]:
    if not authority:
        yield Finding(f"endpoint {endpoint.name} has TLS without awsPcaAuthorityArn")
    if not role:
        # "Required: No" (API, CloudFormation), and yet the role is what ECS gets the certificates with (user guide).
        yield Finding(f"endpoint {endpoint.name} has TLS without roleArn (not confirmed on AWS)", Severity.WARNING)
    if network_mode != "awsvpc":
        yield Finding(f"endpoint {endpoint.name} has TLS in {network_mode} mode, expected awsvpc")


@check(
    "SC111",
    title="no client alias uses a port that a container binds",
    about="service",
    on=Trigger.SERVICE | Trigger.LINT,
    severity=Severity.INFO,
    applies=_bridge,
    why="In bridge mode the proxy listens beside the containers. An application that binds the port of an alias may "
    "find it taken (EADDRINUSE).",
    fix="Give the client alias another port than the containers listen on, and deploy again.",
    source=f"reported: {sources.issue('agentic-community/mcp-gateway-registry', 1137)}; not confirmed on AWS",
)
def alias_ports_are_free(deployment: Deployment, task_definition: TaskDefinition) -> Iterator[Finding]:
    """The port of each client alias, beside the ports that the containers bind (bridge mode only)."""
    bound = {port: container.name for container in task_definition.containers for port in container.ports}
    for endpoint in deployment.endpoints:
        for alias in endpoint.aliases:
            if alias.port in bound:
                yield Finding(
                    f"alias {alias.dns_name}:{alias.port} has a port that container {bound[alias.port]} binds "
                    "(this rule is not confirmed on AWS)"
                )
