"""A task as DescribeTasks shows it, and as its events do."""

import hashlib
from typing import Any

from local.emulator.ecs.containers import HEALTHY, UNKNOWN, ContainerState
from local.emulator.ecs.listeners import PROXY
from local.emulator.ecs.model import PROVISIONING, STOPPED, Task
from local.emulator.ecs.placement import EC2
from local.emulator.events import iso

ATTACHMENT_STATUS = {PROVISIONING: "PRECREATED", STOPPED: "DELETED"}


def described(task: Task) -> dict[str, Any]:
    """A task as DescribeTasks shows it."""
    definition = task.deployment.task_definition
    stop = {"stopCode": task.stop_code, "stoppedReason": task.stopped_reason} if task.stop_code else {}
    return {
        "attachments": attachments(task),
        "attributes": [{"name": "ecs.cpu-architecture", "value": "x86_64"}],
        "availabilityZone": task.interface.subnet.zone,
        "clusterArn": task.service.cluster_arn,
        **({"connectivity": "CONNECTED"} if "connectivityAt" in task.times else {}),
        "containers": containers(task),
        **{size: definition[size] for size in ("cpu", "memory") if size in definition},
        "desiredStatus": task.desired_status,
        "enableExecuteCommand": task.service.settings["enableExecuteCommand"],
        "group": f"service:{task.service.name}",
        "healthStatus": task.proxy_state.health if task.proxy else UNKNOWN,
        "lastStatus": task.last_status,
        **task.deployment.placement.task_shown,
        **({"containerInstanceArn": container_instance(task)} if task.deployment.placement.launch_type == EC2 else {}),
        "overrides": {"containerOverrides": overrides(task), "inferenceAcceleratorOverrides": []},
        "startedBy": task.deployment.id,
        **stop,
        "tags": [],
        "taskArn": task.arn,
        "taskDefinitionArn": definition["taskDefinitionArn"],
        "version": task.version,
        **task.times,
    }


def as_event(task: Task, now: float) -> dict[str, Any]:
    """AWS: the event carries no health status, its times are ISO strings, and its ENI attachment is called `eni`."""
    detail = described(task)
    del detail["healthStatus"], detail["tags"]
    detail |= {name: iso(moment) for name, moment in task.times.items()}
    detail["updatedAt"] = iso(now)
    for container in detail["containers"]:
        del container["healthStatus"], container["networkBindings"]
    for attachment in detail["attachments"]:
        if attachment["type"] == "ElasticNetworkInterface":
            attachment["type"] = "eni"
    return detail


def attachments(task: Task) -> list[dict[str, Any]]:
    """What is attached to a task: its network interface and Service Connect."""
    status = ATTACHMENT_STATUS.get(task.last_status, "ATTACHED")
    listed = {"ElasticNetworkInterface": interface_shown(task)} if task.has_address else {}
    if task.proxy:
        reason = {"statusReason": task.status_reason} if task.status_reason else {}
        listed = {"ServiceConnect": {"ContainerName": task.proxy, **reason}, **listed}
    return [
        {
            "id": task.attachment_ids[kind],
            "type": kind,
            "status": status,
            "details": [{"name": name, "value": value} for name, value in members.items()],
        }
        for kind, members in listed.items()
    ]


def interface_shown(task: Task) -> dict[str, str]:
    """The details of a task's network interface, as far as it has any yet."""
    interface = task.interface
    details = {"subnetId": interface.subnet.id}
    if task.last_status != PROVISIONING:
        region = interface.subnet.zone[:-1]
        details |= {
            "networkInterfaceId": interface.id,
            "macAddress": interface.mac,
            "privateDnsName": f"ip-{interface.address.replace('.', '-')}.{region}.compute.internal",
            "privateIPv4Address": interface.address,
        }
    return details


def container_instance(task: Task) -> str:
    """AWS: an EC2 task's container instance. Here each network interface that is not a task's own is one."""
    digest = hashlib.md5(task.interface.subnet.id.encode(), usedforsecurity=False).hexdigest()
    return f"{task.service.cluster_arn.replace(':cluster/', ':container-instance/')}/{digest}"


def containers(task: Task) -> list[dict[str, Any]]:
    """The proxy, which has no image and no runtime id, and the containers of the task definition."""
    shown = []
    if task.proxy:
        shown.append(container(task, task.proxy, task.proxy_state))
    for definition in task.deployment.task_definition["containerDefinitions"]:
        name = definition["name"]
        runs = task.application.status == "RUNNING"
        own = {
            "image": definition["image"],
            "runtimeId": f"{task.id}-{int(task.container_ids[name][:8], 16):010d}",
            "healthStatus": HEALTHY if runs and "healthCheck" in definition else UNKNOWN,
            "cpu": str(definition["cpu"]),
        }
        state = container(task, name, task.application)
        if "exitCode" in state and not definition["essential"]:
            state["exitCode"] = 0
        shown.append(state | own)
    return shown


def container(task: Task, name: str, state: ContainerState) -> dict[str, Any]:
    """One container of a task as DescribeTasks shows it."""
    attached = task.has_address and task.last_status != PROVISIONING
    of = PROXY if name == task.proxy else name
    bound = [(inner, outer) for (container, inner), outer in task.host_ports.items() if container == of]
    interface = {"attachmentId": task.attachment_ids["ElasticNetworkInterface"]}
    return {
        "containerArn": f"{task.arn.replace(':task/', ':container/')}/{task.container_ids[name]}",
        "taskArn": task.arn,
        "name": name,
        "lastStatus": state.status,
        "healthStatus": state.health,
        "networkBindings": [
            {"bindIP": "0.0.0.0", "containerPort": inner, "hostPort": outer, "protocol": "tcp"}
            for inner, outer in bound
            if state.status != "PENDING"
        ],
        "networkInterfaces": [interface | {"privateIpv4Address": task.interface.address}] if attached else [],
        **({"exitCode": state.exit_code} if state.exit_code is not None else {}),
        **({"reason": state.reason} if state.reason else {}),
    }


def overrides(task: Task) -> list[dict[str, Any]]:
    """The overrides of a task's containers, with the environment that ECS gives the proxy."""
    named = [{"name": definition["name"]} for definition in task.deployment.task_definition["containerDefinitions"]]
    if not task.proxy:
        return named
    environment = {
        "ENVOY_CONCURRENCY": "2",
        "ENVOY_ADMIN_MODE": "UDS",
        "ENABLE_STATS_SNAPSHOT": "true",
        "APPMESH_METRIC_EXTENSION_VERSION": "1",
        "APPNET_ENVOY_RESTART_COUNT": "3",
        "HC_DISCONNECTED_TIMEOUT_S": "10800",
        "APPNET_AGENT_ADMIN_MODE": "UDS",
        "APPMESH_RESOURCE_ARN": task.deployment.task_set_arn,
    }
    pairs = [{"name": name, "value": value} for name, value in environment.items()]
    return [{"name": task.proxy, "environment": pairs}, *named]
