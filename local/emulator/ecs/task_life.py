"""The life of one task, from PROVISIONING to STOPPED, as seen from outside: states, registrations, log, events."""

import asyncio
import time
from collections.abc import Callable
from contextlib import suppress

from ministack.core.responses import get_account_id

from local.emulator.ecs import registry
from local.emulator.ecs.containers import HEALTHY
from local.emulator.ecs.fate import OUT_OF_MEMORY, Failure, Fate
from local.emulator.ecs.faults import fate_of
from local.emulator.ecs.model import ACTIVATING, DEACTIVATING, PENDING, PROVISIONING, RUNNING, STOPPED, Task
from local.emulator.ecs.proxy_log import write_proxy_log
from local.emulator.ecs.state import here
from local.emulator.ecs.task_shape import as_event
from local.emulator.events import send
from local.emulator.settings import TASK_DELAY

OnChange = Callable[[Task], None]


async def live(task: Task, on_change: OnChange) -> None:
    """Takes `TASK_DELAY` seconds for each state; leaves early when told to stop, and when it fails to start."""
    fate = fate_of(task.service.tags)
    failure = fate.failure if fate.failure and fate.failure.concerns(task) else None
    for enter in (provision, start_proxy, activate, run):
        await enter(task, fate)
        on_change(task)
        if await told_to_stop(task, TASK_DELAY):
            break
        if failure and failure.state == task.last_status:
            await fail(task, failure)
            break
    else:
        await grow_old(task, fate)
    await leave(task, fate)
    on_change(task)


def tell_to_stop(task: Task, code: str, reason: str, exit_code: int = 0) -> None:
    """Tell a task to stop, and why; one that is stopping already keeps its reason."""
    if task.wanted:
        task.desired_status = STOPPED
        task.stop_code, task.stopped_reason, task.exit_code = code, reason, exit_code
        task.times["stoppingAt"] = time.time()
        task.told_to_stop.set()


async def provision(task: Task, fate: Fate) -> None:
    move(task, PROVISIONING)


async def start_proxy(task: Task, fate: Fate) -> None:
    """AWS: a task is PENDING until its proxy is healthy; no other container of it starts before."""
    if not fate.failure or fate.failure.proxy_starts:
        task.proxy_state.start()
    move(task, PENDING, "connectivityAt", "pullStartedAt")
    if task.proxy:
        await write_proxy_log(task, fate)


async def activate(task: Task, fate: Fate) -> None:
    await registry.register_classic(task)
    if fate.registers and not fate.registration_delay and task.deployment.meshed:
        await registry.register(task, fate)
    task.proxy_state.health = HEALTHY
    task.application.start()
    move(task, ACTIVATING, "pullStoppedAt")


async def run(task: Task, fate: Fate) -> None:
    task.proxy_state.health = fate.proxy_health
    move(task, RUNNING, "startedAt")


async def fail(task: Task, failure: Failure) -> None:
    """One TASK_DELAY has passed in the state that the task does not get out of."""
    if task.last_status == PENDING:
        task.proxy_state.health = failure.proxy_health
    if failure.patience is None:
        await task.told_to_stop.wait()
    elif not await told_to_stop(task, (failure.patience - 1) * TASK_DELAY):
        endpoint = next((resource["discoveryArn"] for resource in task.deployment.resources), "")
        reason = failure.stopped_reason.format(account=get_account_id(), cloud_map_service=endpoint)
        if failure.proxy_exit is not None:
            task.proxy_state.end(failure.proxy_exit, failure.proxy_reason)
        if failure.state == ACTIVATING:
            task.status_reason = reason
        tell_to_stop(task, failure.stop_code, reason)


async def grow_old(task: Task, fate: Fate) -> None:
    """What befalls a running task until it is told to stop."""
    if fate.registration_delay and task.deployment.meshed:
        # One TASK_DELAY has passed since it began to run.
        if await told_to_stop(task, fate.registration_delay - TASK_DELAY):
            return
        await registry.register(task, fate)
    if fate.crashes_after and not await told_to_stop(task, fate.crashes_after - TASK_DELAY):
        tell_to_stop(task, "EssentialContainerExited", "Essential container in task exited", exit_code=1)
    killed_after = fate.proxy_killed_after if task.proxy else 0.0
    if killed_after and not await told_to_stop(task, killed_after - TASK_DELAY):
        task.proxy_state.end(137, OUT_OF_MEMORY)
        tell_to_stop(task, "EssentialContainerExited", "Essential container in task exited", exit_code=143)
    await task.told_to_stop.wait()


async def leave(task: Task, fate: Fate) -> None:
    if not fate.stays_registered:
        await registry.deregister(task)
    move(task, DEACTIVATING)
    await asyncio.sleep(TASK_DELAY)
    task.proxy_state.end(exit_code=0)
    task.application.end(task.exit_code)
    if fate.vacates_address and task.has_address:
        here().network.vacate(task.interface, task.service.arn)
    move(task, STOPPED, "executionStoppedAt", "stoppedAt")


def move(task: Task, status: str, *moments: str) -> None:
    """Bring a task into its next state, and send the event of it."""
    now = time.time()
    task.last_status = status
    task.version += 1
    task.times |= dict.fromkeys(moments, now)
    send("ECS Task State Change", task.arn, as_event(task, now))


async def told_to_stop(task: Task, seconds: float) -> bool:
    with suppress(TimeoutError):
        await asyncio.wait_for(task.told_to_stop.wait(), max(0.0, seconds))
    return task.told_to_stop.is_set()
