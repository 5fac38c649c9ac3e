"""Whether a task and its proxy start and are well, as ECS says."""

from collections.abc import Iterator

from scaudit.checks import sources
from scaudit.checks.check import Finding, Trigger, check
from scaudit.checks.derived import StartFailure
from scaudit.model import Deployment, Severity, Task


@check(
    "SC209",
    title="the task reaches RUNNING",
    about="task",
    on=Trigger.TASK | Trigger.SERVICE,
    severity=Severity.CRITICAL,
    after=("SC304", "SC303", "SC305", "SC309"),
    why="A task that does not reach RUNNING serves nothing; application containers wait for a healthy proxy.",
    fix="Mend the cause that is named, then force a new deployment.",
    source=f"{sources.ECS_AGENT} (container ordering); {sources.STOPPED_TASKS}; "
    f"{sources.SHARED_NAMESPACES} (troubleshooting)",
)
def tasks_reach_running(failure: StartFailure | None) -> Iterator[Finding]:
    """Why Service Connect kept the task from RUNNING; None when it got there."""
    if failure:
        what = "is stuck before RUNNING" if failure.stuck else "was stopped before RUNNING"
        yield Finding(f"the task {what}: {failure.cause}")


@check(
    "SC301",
    title="the proxy container is in the task and runs",
    about="task",
    on=Trigger.TASK,
    running_only=True,
    late=True,
    severity=Severity.CRITICAL,
    why="Without its proxy a task neither serves nor calls anything through Service Connect.",
    fix="Force a new deployment; if the proxy is missing again, look at the service's events and the agent's version.",
    source=f"{sources.COMPONENTS} (Service Connect proxy)",
)
def proxy_runs(task: Task, deployment: Deployment) -> Iterator[Finding]:
    """The proxy container of the running task, and its `lastStatus`."""
    if not task.proxy:
        yield Finding("the task runs without a proxy container (ecs-service-connect-...), expected one")
    elif task.proxy_status != "RUNNING":
        yield Finding(f"the proxy container {task.proxy} is {task.proxy_status or 'in no state'}, expected RUNNING")


@check(
    "SC302",
    title="ECS calls the proxy HEALTHY",
    about="task",
    on=Trigger.TASK | Trigger.SERVICE,
    late=True,
    severity=Severity.ERROR,
    settles=300,
    after=("SC305", "SC309", "SC303", "SC304"),
    why="ECS replaces a task whose proxy stays UNHEALTHY, and its application does not start.",
    fix="Read the proxy's log (scaudit proxylog); replace the task, and on EC2 its instance if others fail there too.",
    source=f"{sources.ecs_api('DescribeTasks')} (healthStatus); {sources.PROXY_AGENT} (health check)",
)
def proxy_is_healthy(proxy_health: str) -> Iterator[Finding]:
    """The `healthStatus` of the proxy container, HEALTHY or UNHEALTHY."""
    if proxy_health != "HEALTHY":
        yield Finding(f"ECS calls the proxy {proxy_health}, expected HEALTHY")
