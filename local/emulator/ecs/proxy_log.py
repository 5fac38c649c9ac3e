"""What the proxy of a task writes to CloudWatch Logs."""

import asyncio
import datetime as dt
from contextlib import suppress

from ministack.core.responses import get_account_id, get_region, request_scope

from local.emulator.ecs.fate import Fate
from local.emulator.ecs.listeners import listeners
from local.emulator.ecs.model import Task
from local.emulator.ecs.transcript import retold, transcript
from local.emulator.protocol import AwsError, Json
from local.emulator.settings import TASK_DELAY
from local.emulator.wire import call_logs

_one_at_a_time = asyncio.Lock()


async def write_proxy_log(task: Task, fate: Fate) -> None:
    configuration = task.deployment.service_connect or {}
    log = configuration.get("logConfiguration") or {}
    options = log.get("options") or {}
    if log.get("logDriver") != "awslogs" or "awslogs-stream-prefix" not in options:
        return
    if fate.failure and not fate.failure.proxy_starts:
        return
    group, stream = options["awslogs-group"], f"{options['awslogs-stream-prefix']}/{task.proxy}/{task.id}"
    start = dt.datetime.now(dt.UTC)
    async with _one_at_a_time:
        # A burst of tasks must leave the emulator time to answer requests.
        await asyncio.sleep(0)
        events = told(task, fate, start, configuration.get("services", [])) if fate.log else []
        with request_scope(get_account_id(), options.get("awslogs-region", get_region())):
            with suppress(AwsError):
                await call_logs("CreateLogGroup", {"logGroupName": group})
            if events:
                await call_logs("CreateLogStream", {"logGroupName": group, "logStreamName": stream})
                request = {"logGroupName": group, "logStreamName": stream, "logEvents": events}
                await call_logs("PutLogEvents", request)


def told(task: Task, fate: Fate, start: dt.datetime, endpoints: list[Json]) -> list[Json]:
    """The log events of one task's proxy: a recorded transcript, told again of this task."""
    recorded = transcript(fate.log or "")
    # All of a proxy's life must fit in that of a task which ends before it was recorded to.
    patience = fate.failure and fate.failure.patience
    pace = min(1.0, patience * TASK_DELAY / recorded.seconds) if patience else 1.0
    chosen, ingress = listeners(endpoints, task.deployment.network_mode)
    lines = retold(recorded, start, task.deployment.task_set_arn, chosen, ingress, pace)
    return [{"timestamp": moment, "message": line} for moment, line in lines]
