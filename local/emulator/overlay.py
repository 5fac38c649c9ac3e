"""Lays our services and corrections over ministack's."""

from local.emulator import (
    cfn_types,
    cloud_map,
    conditions,
    event_buses,
    event_types,
    function_metrics,
    function_roles,
    gate,
    iam,
    log_events,
    queries,
    regions,
    runtimes,
    stack_sets,
    stream_windows,
    wire,
)
from local.emulator.ecs import clusters, service_reads, services, tags, task_definitions, tasks

ECS = (clusters, task_definitions, services, service_reads, tasks, tags)


def install() -> None:
    """Lay everything of ours over ministack."""
    ecs_actions = {name: action for part in ECS for name, action in part.ACTIONS.items()}
    wire.install(ecs_actions, cloud_map.ACTIONS, {**log_events.ACTIONS, **queries.ACTIONS}, gate.check)
    iam.install()
    function_roles.install()
    runtimes.install()
    stream_windows.install()
    cfn_types.install()
    queries.install()
    conditions.install()
    regions.install()
    event_buses.install()
    event_types.install()
    stack_sets.install()
    function_metrics.install()
