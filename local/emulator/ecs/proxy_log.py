"""What the proxy of a task writes to CloudWatch Logs."""

import asyncio
import datetime as dt
import secrets
from contextlib import suppress

from ministack.core.responses import get_account_id, get_region, request_scope

from local.emulator.ecs.model import Task
from local.emulator.ecs.transcript import lines_of, retold
from local.emulator.wire import AwsError, call_logs

HEALTHY_START = lines_of("01-healthy-start.log")

_one_at_a_time = asyncio.Lock()


async def write_proxy_log(task: Task) -> None:
    configuration = task.deployment.service_connect or {}
    log = configuration.get("logConfiguration") or {}
    options = log.get("options") or {}
    if log.get("logDriver") != "awslogs" or "awslogs-stream-prefix" not in options:
        return
    stream = {
        "logGroupName": options["awslogs-group"],
        "logStreamName": f"{options['awslogs-stream-prefix']}/{task.proxy}/{task.id}",
    }
    start = dt.datetime.now(dt.UTC)
    ports, ingress = listeners(configuration.get("services", []))
    async with _one_at_a_time:
        # A burst of tasks must leave the emulator time to answer requests.
        await asyncio.sleep(0)
        lines = retold(HEALTHY_START, start, task.deployment.task_set_arn, ports, ingress)
        events = [{"timestamp": moment, "message": line} for moment, line in lines]
        with request_scope(get_account_id(), options.get("awslogs-region", get_region())):
            with suppress(AwsError):
                await call_logs("CreateLogGroup", {"logGroupName": options["awslogs-group"]})
            await call_logs("CreateLogStream", stream)
            await call_logs("PutLogEvents", {**stream, "logEvents": events})


def listeners(endpoints: list[dict[str, str]]) -> tuple[dict[str, int], list[str]]:
    """The listeners whose ports the agent chooses, and the names of all for endpoints.

    AWS: an endpoint with an ingressPortOverride has its port from ECS, so it is absent from the agent's mapping.
    """
    ingress = [f"ingress-{endpoint['discoveryName']}" for endpoint in endpoints]
    chosen = [
        name for name, endpoint in zip(ingress, endpoints, strict=True) if not endpoint.get("ingressPortOverride")
    ]
    return {name: 32768 + secrets.randbelow(28000) for name in ["egress", *chosen]}, ingress
