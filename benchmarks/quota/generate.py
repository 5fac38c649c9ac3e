"""Generated estates: services of several kinds, rollouts in them, and faults to be found."""

from datetime import datetime, timedelta

from benchmarks.quota.estate import Estate, Service, Task
from tests.builders import NOW, REGION

STEADY = timedelta(days=1)
"""So long ago the services were deployed."""
INSTANCES_PER_NAMESPACE = 2000
"""AWS: Cloud Map quotas."""
ROLL_EACH = 200
"""Every so manieth service rolls while it is swept."""
_AGO = timedelta(minutes=20)
Members = set[tuple[str, str]]
"""Members of incidents, by their keys in the table."""


def generate(clusters: int, services: int, tasks: int) -> Estate:
    """Of twenty services two are only clients, and one has two endpoints."""
    estate = Estate()
    together = max(1, INSTANCES_PER_NAMESPACE // (2 * tasks))
    for c in range(clusters):
        for s in range(services):
            name, space = f"service-{s:04d}", f"space-{c:02d}-{s // together:02d}"
            estate.create(
                f"cluster-{c:02d}",
                name,
                NOW - STEADY,
                endpoints=() if s % 10 == 9 else (f"{name}-api", f"{name}-admin") if s % 20 == 8 else (f"{name}-api",),
                desired=tasks,
                namespace=space,
            )
    return estate


def alike(services: int, tasks: int, *, together: bool) -> Estate:
    """One cluster of services with an endpoint each, which have one task definition and log group `together`, or each
    their own."""
    estate = Estate()
    for s in range(services):
        name = f"service-{s:04d}"
        made = estate.create("cluster-00", name, NOW - STEADY, endpoints=(f"{name}-api",), desired=tasks, namespace="m")
        made.family, made.group = ("all", "/ecs/all") if together else (name, f"/ecs/{name}")
        estate.services[made.definition] = made
    return estate


def everyone(estate: Estate) -> list[Service]:
    return [service for cluster in estate.clusters.values() for service in cluster.services.values()]


def roll_some(estate: Estate, at: datetime) -> None:
    """Some services begin a rolling deployment shortly before, and take minutes for it."""
    for service in everyone(estate)[ROLL_EACH // 2 :: ROLL_EACH]:
        estate.roll(service, at - timedelta(seconds=40), timedelta(seconds=20))


def plant(estate: Estate, at: datetime) -> Members:
    """Break something of each kind, some time ago and far apart; what scaudit must have on record then."""
    offering = [s for s in everyone(estate) if len(s.endpoints) == 1 and len(s.deployments) == 1]
    step = len(offering) // 10
    healthy = iter(offering[step // 2 :: step])
    planted: Members = set()
    for fault in ("SC201", "SC202", "SC203", "SC204", "SC205", "SC302"):
        service = next(healthy)
        service.tasks[0].fault = fault
        planted.add(_member(service, fault, service.tasks[0], endpoint=fault != "SC302"))
    service = next(healthy)
    service.fault = "SC102"
    planted.add((_partition(service), "SC102#-#-"))
    for stopped in (_AGO, timedelta(hours=2)):  # the one is described as STOPPED, of the other ECS knows nothing
        service = next(healthy)
        ghost = service.tasks[0]
        estate.stop(ghost, at - stopped, forgotten=True)
        estate.start(service.deployments[0], service, at - stopped)
        planted.add(_member(service, "SC206", ghost))
    service = next(healthy)
    estate.stop(service.tasks[0], at - _AGO)
    deaf = estate.start(service.deployments[0], service, at - _AGO)
    deaf.fault = "SC305"
    planted.add(_member(service, "SC305", deaf, endpoint=False))
    return planted


def _partition(service: Service) -> str:
    return f"{REGION}/{service.cluster.name}/{service.name}"


def _member(service: Service, check: str, task: Task, *, endpoint: bool = True) -> tuple[str, str]:
    return _partition(service), f"{check}#{service.endpoints[0] if endpoint else '-'}#{task.id}"
