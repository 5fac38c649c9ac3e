"""Carries out what the scheduler decides: tasks started and stopped, deployments completed, services drained."""

import asyncio
import secrets
import time
import uuid
from typing import Any

from local.emulator.ecs.listeners import host_ports
from local.emulator.ecs.model import STOPPED, Deployment, Service, Task
from local.emulator.ecs.network import Interface
from local.emulator.ecs.scheduler import is_steady, next_step
from local.emulator.ecs.state import arn, here
from local.emulator.ecs.task_life import live, tell_to_stop
from local.emulator.events import iso, send

# AWS: a stopped task is shown for about an hour.
STOPPED_TASK_SHOWN_SECONDS = 3600
FAILURES = ("TaskFailedToStart", "EssentialContainerExited")
PROXY_SUFFIX_ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"

_lives: set[asyncio.Task[None]] = set()
_due: set[Service] = set()


def reconcile_soon(service: Service) -> None:
    """Once for all that happens now, and after the request in hand: AWS answers before the scheduler has acted."""
    if service not in _due:
        _due.add(service)
        asyncio.get_running_loop().call_soon(reconcile, service)


def reconcile(service: Service) -> None:
    """Start and stop tasks of a service as its scheduler decides, and settle its deployments."""
    _due.discard(service)
    step = next_step(service)
    for task in step.stop:
        reason = f"Scaling activity initiated by (deployment {task.deployment.id})"
        tell_to_stop(task, "ServiceSchedulerInitiated", reason)
    for _ in range(step.start):
        start_task(service)
    settle(service)


def start_task(service: Service) -> None:
    """Start one task of the service's PRIMARY deployment."""
    task = new_task(service)
    service.tasks.append(task)
    here().tasks[task.arn] = task
    life = asyncio.get_running_loop().create_task(live(task, task_changed))
    _lives.add(life)
    life.add_done_callback(_lives.discard)


def new_task(service: Service) -> Task:
    """A task of the PRIMARY deployment, placed but not yet begun."""
    deployment = service.primary
    suffix = "".join(secrets.choice(PROXY_SUFFIX_ALPHABET) for _ in range(5))
    proxy = f"ecs-service-connect-{suffix}" if deployment.meshed else None
    names = [definition["name"] for definition in deployment.task_definition["containerDefinitions"]]
    task_id = secrets.token_hex(16)
    return Task(
        id=task_id,
        arn=arn("task", service.cluster_arn.rsplit("/", 1)[-1], task_id),
        service=service,
        deployment=deployment,
        interface=place(service),
        proxy=proxy,
        tags=dict(service.tags) if service.settings["propagateTags"] == "SERVICE" else {},
        container_ids={name: str(uuid.uuid4()) for name in [*names, *([proxy] if proxy else [])]},
        attachment_ids={kind: str(uuid.uuid4()) for kind in ("ElasticNetworkInterface", "ServiceConnect")},
        times={"createdAt": time.time()},
        host_ports=host_ports(deployment) if deployment.network_mode == "bridge" else {},
    )


def place(service: Service) -> Interface:
    """A network interface for one more task of the service."""
    network = service.primary.placement.network
    if network is None:
        return here().network.container_instance(service.cluster_arn, [task.interface.id for task in service.tasks])
    used = [task.interface.subnet.id for task in service.tasks]
    return here().network.interface(network["awsvpcConfiguration"]["subnets"], used, service.arn)


def task_changed(task: Task) -> None:
    """Take note of a task that changed, and let its service's scheduler decide anew."""
    service = task.service
    if task.last_status == STOPPED:
        service.tasks.remove(task)
        if task.stop_code in FAILURES and not task.deployment.completed:
            task.deployment.failed_tasks += 1
        asyncio.get_running_loop().call_later(STOPPED_TASK_SHOWN_SECONDS, here().tasks.pop, task.arn, None)
    reconcile_soon(service)


def settle(service: Service) -> None:
    """Old deployments leave when their tasks are gone; the primary completes when it alone runs, as wanted."""
    kept = {task.deployment for task in service.tasks} | {service.primary}
    service.deployments = [deployment for deployment in service.deployments if deployment in kept]
    steady = is_steady(service)
    if steady and service.status == "DRAINING":
        service.status = "INACTIVE"
    elif steady and not service.steady:
        if not service.primary.completed:
            service.primary.completed = True
            service.primary.updated_at = time.time()
            tell_deployment(service, service.primary, "COMPLETED", "completed")
        tell_service(service, "SERVICE_STEADY_STATE")
    service.steady = steady


def tell_deployment(service: Service, deployment: Deployment, state: str, word: str) -> None:
    """Send the event of a deployment's change of state."""
    detail = {
        "eventType": "INFO",
        "eventName": f"SERVICE_DEPLOYMENT_{state}",
        "clusterArn": service.cluster_arn,
        "deploymentId": deployment.id,
        "updatedAt": iso(deployment.updated_at),
        "reason": f"ECS deployment {deployment.id} {word}.",
    }
    send("ECS Deployment State Change", service.arn, detail)


def tell_service(service: Service, name: str) -> None:
    """Send an event of the service, such as SERVICE_STEADY_STATE."""
    detail: dict[str, Any] = {
        "eventType": "INFO",
        "eventName": name,
        "clusterArn": service.cluster_arn,
        "createdAt": iso(time.time()),
    }
    send("ECS Service Action", service.arn, detail)
