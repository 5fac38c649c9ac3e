"""One healthy world; a test changes one fact of it with `dataclasses.replace`."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from scaudit.model import (
    Alias,
    CloudMapService,
    Container,
    Deployment,
    Endpoint,
    Instance,
    LogGroup,
    LogTarget,
    Namespace,
    Neighbour,
    NeighbourEndpoint,
    Service,
    Task,
    TaskDefinition,
    Tls,
)
from scaudit.model.mentioned_names import digests
from scaudit.model.seen import Seen, ServiceSeen
from scaudit.proxylog import ControlPlane, Listeners, Outcome, ProxyStart

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
REGION, ACCOUNT = "ap-northeast-1", "123456789012"
ARN = f"arn:aws:ecs:{REGION}:{ACCOUNT}"
TASK_ID = "5ad776f381d947ffb6f6d60d77912ce5"
DEPLOYMENT_ID = "ecs-svc/2314065177896282440"
TASK_SET = f"{ARN}:task-set/tutorial/web/{DEPLOYMENT_ID}"
MAP = f"arn:aws:servicediscovery:{REGION}:{ACCOUNT}"

TASK = Task(
    arn=f"{ARN}:task/tutorial/{TASK_ID}",
    cluster="tutorial",
    service="web",
    deployment_id=DEPLOYMENT_ID,
    task_definition=f"{ARN}:task-definition/web:1",
    last_status="RUNNING",
    desired_status="RUNNING",
    version=5,
    created_at=NOW - timedelta(minutes=21),
    started_at=NOW - timedelta(minutes=20),
    address="172.31.0.10",
    zone="ap-northeast-1a",
    proxy="ecs-service-connect-oRK9o",
    proxy_status="RUNNING",
    proxy_health="HEALTHY",
)
NGINX = Endpoint(
    "nginx",
    "nginx",
    cloud_map_service=f"{MAP}:service/srv-nginx",
    aliases=(Alias("nginx.shop", 80),),
    tls=Tls(f"arn:aws:acm-pca:{REGION}:{ACCOUNT}:certificate-authority/1", f"arn:aws:iam::{ACCOUNT}:role/ecs"),
)
ADMIN = Endpoint(
    "web-admin", "admin", cloud_map_service=f"{MAP}:service/srv-admin", aliases=(Alias("web-admin.shop", 9901),)
)
DEPLOYMENT = Deployment(
    id=DEPLOYMENT_ID,
    primary=True,
    task_definition=TASK.task_definition,
    created_at=NOW - timedelta(minutes=22),
    platform="Linux",
    platform_version="1.4.0",
    service_connect=True,
    namespace=f"{MAP}:namespace/ns-vdpucf3aztj23ecw",
    endpoints=(NGINX, ADMIN),
    log=LogTarget("awslogs", "/ecs/service-connect-proxy", REGION, "service-connect-proxy"),
)
SERVICE = Service(arn=f"{ARN}:service/tutorial/web", cluster="tutorial", name="web", deployments=(DEPLOYMENT,))
WEBSERVER = Container("webserver", cpu=256, memory=256, health_check=True, ports=(80, 9901))
DEFINITION = TaskDefinition(
    TASK.task_definition,
    "awsvpc",
    {"nginx": 80, "admin": 9901},
    udp=(),
    containers=(WEBSERVER,),
    cpu=512,
    memory=1024,
    operating_system="LINUX",
    words=digests([("environment BACKEND of webserver", "http://orders.shop:8080/v1")]),
)
REGISTERED = {
    "nginx": Instance(TASK_ID, TASK.address, "80", TASK.zone, TASK_SET),
    "web-admin": Instance(TASK_ID, TASK.address, "9901", TASK.zone, TASK_SET),
}
WANTED = {"egress": 42084, "ingress-nginx": 43727, "ingress-web-admin": 43728}
LISTENERS = Listeners(wanted=WANTED, added=tuple(WANTED))
PROXY_LOG = ProxyStart(
    verdict=Outcome.HEALTHY,
    why="all dependencies initialized",
    dump_seen=True,
    ready=True,
    envoy_starts=1,
    identity=TASK_SET,
    listeners=LISTENERS,
    control_plane=ControlPlane(clusters_answered=True, listeners_answered=True),
)
HEALTHY = Seen(TASK, SERVICE, DEFINITION, NOW, REGISTERED, PROXY_LOG)

NAMESPACE = Namespace(DEPLOYMENT.namespace, "shop", "shop")
ORDERS = Neighbour(
    arn=f"{ARN}:service/tutorial/orders",
    cluster="tutorial",
    service="orders",
    deployment_id="ecs-svc/7617799119934277582",
    deployed_at=NOW - timedelta(minutes=30),
    namespace=NAMESPACE.arn,
    namespace_name=NAMESPACE.name,
    endpoints=(NeighbourEndpoint("orders", (Alias("orders.shop", 8080),), NOW - timedelta(days=2)),),
)
WEB = ServiceSeen(
    SERVICE,
    DEFINITION,
    NAMESPACE,
    {
        name: CloudMapService(f"srv-{name}", name, NOW - timedelta(days=1), f"Managed by {SERVICE.arn}")
        for name in ("nginx", "web-admin")
    },
    LogGroup("/ecs/service-connect-proxy"),
    (ORDERS,),
)
"""The healthy service in full, as an audit sees it that knows the whole namespace."""


def with_task(**changes: Any) -> Seen:
    return replace(HEALTHY, task=replace(TASK, **changes))


def with_deployment(**changes: Any) -> Seen:
    return replace(HEALTHY, service=replace(SERVICE, deployments=(replace(DEPLOYMENT, **changes),)))


def with_definition(**changes: Any) -> Seen:
    return replace(HEALTHY, task_definition=replace(DEFINITION, **changes))


def with_instance(endpoint: str = "nginx", **changes: Any) -> Seen:
    return with_registration(replace(REGISTERED[endpoint], **changes), endpoint)


def with_registration(registration: Any, endpoint: str = "nginx") -> Seen:
    return replace(HEALTHY, registrations={**REGISTERED, endpoint: registration})


def with_log(log: Any = PROXY_LOG, **changes: Any) -> Seen:
    """A running task whose proxy's log says something else."""
    return replace(HEALTHY, log=replace(log, **changes) if changes else log)


def unstarted(log: Any = PROXY_LOG, **changes: Any) -> Seen:
    """A task that was stopped before it reached RUNNING."""
    stopped = {"last_status": "STOPPED", "desired_status": "STOPPED", "started_at": None, "proxy_health": "UNKNOWN"}
    return replace(HEALTHY, task=replace(TASK, **{**stopped, **changes}), registrations={}, log=log)


def ended(log: Any = PROXY_LOG, others: int = 0, **changes: Any) -> Seen:
    """A task that was RUNNING and has ended by one of its containers."""
    stopped = {"last_status": "STOPPED", "desired_status": "STOPPED", "proxy_status": "STOPPED"}
    task = replace(TASK, **{**stopped, "stop_code": "EssentialContainerExited", "proxy_exit": 0, **changes})
    return replace(HEALTHY, task=task, registrations={}, log=log, ended_alike=others)


def audited(**changes: Any) -> ServiceSeen:
    """The service as an audit sees it, with something around it changed."""
    return replace(WEB, **changes)


def declared(service: Any = SERVICE, definition: Any = DEFINITION, **changes: Any) -> ServiceSeen:
    """The service as an audit sees it, with something changed that it declares in its PRIMARY deployment."""
    return replace(
        WEB, service=replace(service, deployments=(replace(DEPLOYMENT, **changes),)), task_definition=definition
    )


def serving(*endpoints: Endpoint) -> ServiceSeen:
    """The service as an audit sees it, with these endpoints in place of its own, each with its Cloud Map service."""
    owner = f"Managed by {SERVICE.arn}"
    kept = {e.name: CloudMapService(f"srv-{e.name}", e.name, NOW - timedelta(days=1), owner) for e in endpoints}
    return replace(declared(endpoints=endpoints), cloud_map_services=kept)
