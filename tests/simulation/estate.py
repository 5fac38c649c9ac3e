"""A small estate on ECS and Cloud Map that changes: services, deployments, tasks, registrations, and its events."""

from collections.abc import Callable
from typing import Any

from tests.builders import ACCOUNT, ARN, REGION
from tests.fakes.answers import address, attributes
from tests.simulation.clock import Clock
from tests.simulation.ends import End
from tests.simulation.parts import Deployment, Registered, Service, Task
from tests.simulation.proxies import Proxy

CLUSTER = "tutorial"
LOG_GROUP, LOG_PREFIX = "/ecs/service-connect-proxy", "proxy"


class Estate:
    """One cluster. What happens in it is told to `bus` as ECS tells it. `left` are deleted services whose Cloud Map
    services are still there."""

    def __init__(self, clock: Clock, bus: Callable[[dict[str, Any]], None]) -> None:
        self.services: dict[str, Service] = {}
        self.tasks: dict[str, Task] = {}
        self.deleted = False
        self.left = set[str]()
        self._clock, self._bus = clock, bus
        self._deployments = 0

    def create(self, name: str, desired: int = 0) -> Service:
        """One of a name that was deleted has a Cloud Map service of its own: nothing is left in it."""
        for task in self.services[name].tasks if name in self.services else ():
            if task.stands is not Registered.MISSING:
                self.register(task, Registered.MISSING)
        self.services[name] = Service(name, 0, self._clock(), [self._deployment()])
        self.tell_of_service(name, "SERVICE_DEPLOYMENT_IN_PROGRESS")
        self.scale(name, desired)
        self.services[name].deployments[0].in_progress = False
        return self.services[name]

    def scale(self, name: str, desired: int, registered: Registered = Registered.RIGHT) -> None:
        """Set the desired count; tasks start, or the oldest leave."""
        self.services[name].desired = desired
        running = self.running(name)
        for task in running[: max(len(running) - desired, 0)]:
            self.stop(task)
        for _ in range(desired - len(running)):
            self.start(name, registered)

    def start(self, name: str, registered: Registered = Registered.RIGHT) -> Task:
        return self.run(self.place(name), registered)

    def place(self, name: str, proxy: Proxy = Proxy.HEALTHY) -> Task:
        """A task of the PRIMARY deployment that has not reached RUNNING yet."""
        service = self.services[name]
        task = Task(len(self.tasks) + 1, name, service.deployments[0].id, self._clock(), proxy)
        self.tasks[task.id] = task
        service.tasks.append(task)
        self.register(task, Registered.MISSING)
        self._tell_of_task(task)
        return task

    def run(self, task: Task, registered: Registered = Registered.RIGHT) -> Task:
        """The task reaches RUNNING."""
        self.register(task, registered)
        task.last, task.started_at, task.version = "RUNNING", self._clock(), 5
        self._tell_of_task(task)
        return task

    def register(self, task: Task, how: Registered) -> None:
        task.registered.append((self._clock(), how))

    def leave(self, task: Task, *, stays: bool = False) -> None:
        """The task shall stop, and first leaves Cloud Map, unless its registration `stays`."""
        task.left_at = self._clock()
        if not stays:
            self.register(task, Registered.MISSING)
        task.last, task.version = "DEACTIVATING", task.version + 1
        self._tell_of_task(task)

    def hold_up(self, task: Task) -> None:
        """Its containers have stopped, and its registration cannot be removed, nor can it go on to STOPPED."""
        self.leave(task, stays=True)
        task.last, task.emptied_at = "DEPROVISIONING", self._clock()

    def stop(
        self, task: Task, code: str = "ServiceSchedulerInitiated", reason: str = "", *, stays: bool = False
    ) -> None:
        """The task is at its end, whether or not it was seen to leave."""
        if not task.left_at:
            self.leave(task, stays=stays)
        task.last, task.stopped_at, task.version = "STOPPED", self._clock(), task.version + 1
        task.stop_code, task.reason = code, reason
        self._tell_of_task(task)

    def falls_ill(self, task: Task, end: End) -> None:
        """From now on its proxy is gone, or ECS calls it UNHEALTHY, of which no event tells (AWS: task events)."""
        task.end, task.ill_at = end, self._clock()

    def stop_for_its_proxy(self, task: Task) -> None:
        """The end of its proxy is that of the task."""
        assert task.end
        self.stop(task, *task.end.stop)

    def deploy(self, name: str, *, mistyped: bool = False) -> None:
        """A new PRIMARY deployment; the old ones stay listed until `retire`."""
        self.services[name].deployments.insert(0, self._deployment(mistyped))
        self.tell_of_service(name, "SERVICE_DEPLOYMENT_IN_PROGRESS")

    def roll(self, name: str, registered: Registered = Registered.RIGHT, *, mistyped: bool = False) -> None:
        """Deploy, replace every task, and list no deployment but the new one."""
        self.deploy(name, mistyped=mistyped)
        before = self.running(name)
        for _ in range(self.services[name].desired):
            self.start(name, registered)
        for task in before:
            self.stop(task)
        self.retire(name)

    def retire(self, name: str) -> None:
        """The old deployments are no longer listed, and their tasks are replaced."""
        service = self.services[name]
        del service.deployments[1:]
        service.deployments[0].in_progress = False
        for task in self.alive(name):
            if task.deployment != service.deployments[0].id:
                self.stop(task)
        self.scale(name, service.desired)
        self.tell_of_service(name, "SERVICE_DEPLOYMENT_COMPLETED")

    def vanish(self) -> None:
        """The cluster is deleted, with all that was in it; no event tells of that."""
        for service in self.services.values():
            service.status = "INACTIVE"
            for task in self.alive(service.name):
                task.last, task.left_at, task.stopped_at = "STOPPED", self._clock(), self._clock()
                self.register(task, Registered.MISSING)
        self.deleted = True

    def delete(self, name: str, *, leaves: bool = False) -> None:
        self.scale(name, 0)
        self.services[name].status = "INACTIVE"
        self.left |= {name} if leaves else set()

    def running(self, name: str) -> list[Task]:
        return [task for task in self.services[name].tasks if task.last == "RUNNING"]

    def alive(self, name: str) -> list[Task]:
        """Its tasks that run or shall run."""
        return [task for task in self.services[name].tasks if not task.stopped_at]

    def task_set(self, task: Task) -> str:
        return f"{ARN}:task-set/{CLUSTER}/{task.service}/{task.deployment}"

    def attributes(self, task: Task) -> dict[str, str]:
        """The task's registration as Cloud Map has it."""
        wrong = {
            Registered.WRONG_ADDRESS: {"AWS_INSTANCE_IPV4": address(task.number + 1000)},
            Registered.WRONG_PORT: {"AWS_INSTANCE_PORT": "9999"},
        }
        return attributes(task.number, DeploymentId=self.task_set(task), **wrong.get(task.stands, {}))

    def tell_of_service(self, name: str, event_name: str) -> None:
        arn = f"{ARN}:service/{CLUSTER}/{name}"
        detail = {"eventName": event_name, "deploymentId": self.services[name].deployments[0].id}
        self._tell("ECS Deployment State Change", detail, arn)

    def _tell_of_task(self, task: Task) -> None:
        arn = f"{ARN}:task/{CLUSTER}/{task.id}"
        cluster = f"{ARN}:cluster/{CLUSTER}"
        detail = {"taskArn": arn, "clusterArn": cluster, "group": f"service:{task.service}", "lastStatus": task.last}
        self._tell("ECS Task State Change", detail | {"version": task.version}, arn)

    def _tell(self, kind: str, detail: dict[str, Any], arn: str) -> None:
        event = {"source": "aws.ecs", "detail-type": kind, "account": ACCOUNT, "region": REGION}
        event["time"] = self._clock().isoformat(timespec="seconds").replace("+00:00", "Z")
        self._bus(event | {"resources": [arn], "detail": detail})

    def _deployment(self, mistyped: bool = False) -> Deployment:
        self._deployments += 1
        return Deployment(f"ecs-svc/{self._deployments:019d}", self._clock(), mistyped)
