"""DescribeTasks, ListTasks and StopTask."""

from operator import attrgetter
from typing import NoReturn

from local.emulator.ecs import clusters
from local.emulator.ecs.control import reconcile_soon
from local.emulator.ecs.model import Task
from local.emulator.ecs.services import named
from local.emulator.ecs.state import arn, here
from local.emulator.ecs.tags import as_list
from local.emulator.ecs.task_life import tell_to_stop
from local.emulator.ecs.task_shape import described
from local.emulator.pages import page
from local.emulator.protocol import INVALID, Action, AwsError, Json

MOST_DESCRIBED = 100
# AWS says so (reported): one that is longer fails the whole call.
LONGEST_ID = 36


async def describe(request: Json) -> Json:
    cluster_arn = await clusters.find(request.get("cluster"))
    references = request["tasks"]
    if not 1 <= len(references) <= MOST_DESCRIBED:
        raise AwsError(INVALID, f"Tasks must have between 1 and {MOST_DESCRIBED} elements.")
    if any(len(reference) > LONGEST_ID for reference in references if ":" not in reference):
        raise AwsError(INVALID, f"taskId longer than {LONGEST_ID}.")
    with_tags = "TAGS" in request.get("include", [])
    found = {task_arn(cluster_arn, reference): find(cluster_arn, reference) for reference in references}
    return {
        "tasks": [
            described(task) | ({"tags": as_list(task.tags)} if with_tags else {}) for task in found.values() if task
        ],
        "failures": [{"arn": missing, "reason": "MISSING"} for missing, task in found.items() if task is None],
    }


async def list_tasks(request: Json) -> Json:
    cluster_arn = await clusters.find(request.get("cluster"))
    status = request.get("desiredStatus", "RUNNING")
    tasks = [
        task
        for task in here().tasks.values()
        if task.service.cluster_arn == cluster_arn and task.desired_status == status
    ]
    if "serviceName" in request:
        service = named(cluster_arn, request["serviceName"])
        if service is None:
            raise AwsError("ServiceNotFoundException", "Service not found.")
        tasks = [task for task in tasks if task.service is service]
    if "family" in request:
        tasks = [task for task in tasks if task.deployment.task_definition["family"] == request["family"]]
    if "startedBy" in request:
        tasks = [task for task in tasks if task.deployment.id == request["startedBy"]]
    shown, token = page(
        tasks, attrgetter("arn"), request.get("maxResults", 100), request.get("nextToken"), most=100, error=INVALID
    )
    return {"taskArns": [task.arn for task in shown], **({"nextToken": token} if token else {})}


async def stop(request: Json) -> Json:
    task = find(await clusters.find(request.get("cluster")), request["task"])
    if task is None:
        raise AwsError(INVALID, "The referenced task was not found.")
    tell_to_stop(task, "UserInitiated", request.get("reason", "Task stopped by user"))
    reconcile_soon(task.service)
    return {"task": described(task)}


async def refuse_to_run(request: Json) -> NoReturn:
    raise AwsError(INVALID, "The local AWS runs tasks of services only.")


def find(cluster_arn: str, reference: str) -> Task | None:
    """A task of the cluster by id or ARN."""
    task = here().tasks.get(task_arn(cluster_arn, reference))
    return task if task and task.service.cluster_arn == cluster_arn else None


def task_arn(cluster_arn: str, reference: str) -> str:
    """The ARN of a task that a request names by id or by ARN."""
    return reference if ":" in reference else arn("task", cluster_arn.rsplit("/", 1)[-1], reference)


ACTIONS: dict[str, Action] = {
    "DescribeTasks": describe,
    "ListTasks": list_tasks,
    "StopTask": stop,
    "RunTask": refuse_to_run,
    "StartTask": refuse_to_run,
}
